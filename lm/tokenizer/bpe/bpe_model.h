// The "BPE" model of a tokenizer.json: words to ids.
#ifndef LM_TOKENIZER_BPE_BPE_MODEL_H_
#define LM_TOKENIZER_BPE_BPE_MODEL_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "lm/tokenizer/bpe/bpe.h"
#include "lm/tokenizer/bpe/word_cache.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

constexpr int32_t kNoToken = -1;

struct BpeModelParts {
  // Token as the file writes it -> id; no two share an id.
  absl::flat_hash_map<std::string, int32_t> vocab;
  std::vector<BpeMerge> merges;
  bool ignore_merges = false;  // a word that is itself a token is not built from merges
  // Merges start from bytes, each of which has a token (byte_level.h); else from characters.
  bool byte_level = false;
  // Of a byte: its character's token (byte_level), or the token that a character without one falls back to, if any.
  std::array<int32_t, 256> byte_ids;
  int32_t unk_id = kNoToken;  // of a character that has neither; needed unless all bytes have tokens
  bool fuse_unk = false;      // one for all such characters in a row
};

// Immutable (but for its cache) and thread-safe.
class BpeModel {
 public:
  explicit BpeModel(const BpeModelParts& parts);

  // Appends the ids of `word`, any bytes. O(n log n).
  void Append(absl::string_view word, TokenIds& ids) const;

 private:
  void AppendCached(absl::string_view word, TokenIds& ids) const;
  TokenIds Encode(absl::string_view word) const;
  TokenIds Characters(absl::string_view word) const;

  const bool byte_level_;
  const std::array<int32_t, 256> byte_ids_;
  const int32_t unk_id_;
  const bool fuse_unk_;
  const bool cut_at_spaces_;
  const BpeMerges merges_;
  absl::flat_hash_map<std::string, int32_t> characters_;   // tokens of one character; empty if byte_level
  absl::flat_hash_map<std::string, int32_t> whole_words_;  // by their bytes; empty unless ignore_merges
  mutable WordCache cache_;
};

}  // namespace lm

#endif  // LM_TOKENIZER_BPE_BPE_MODEL_H_

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
#include "lm/tokenizer/models/token_model.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

struct BpeModelParts {
  Vocabulary vocab;
  std::vector<BpeMerge> merges;
  bool ignore_merges = false;  // a word that is itself a token is not built from merges
  // Words are written in the symbols of bytes (byte_level.h), by the last step before the model.
  bool byte_level = false;
  bool byte_fallback = false;     // a character without a token becomes the tokens of its bytes, if all of those exist
  int32_t unk_id = kNoToken;      // of a character that has neither; without it such a character vanishes
  bool fuse_unk = false;          // one for all such characters in a row
  std::string continuing_prefix;  // before every character of a word but the first
  std::string end_suffix;         // behind the last character of a word
};

// Immutable (but for its cache).
class BpeModel final : public TokenModel {
 public:
  explicit BpeModel(const BpeModelParts& parts);

  // O(n log n).
  void Append(absl::string_view word, TokenIds& ids, std::vector<WordPart>* parts) const override;

  bool takes_bytes() const override { return takes_bytes_; }

 private:
  void AppendCached(absl::string_view word, TokenIds& ids) const;
  TokenIds Encode(absl::string_view word) const;
  // The symbols to start from, and the bytes of the word that each stands for.
  TokenIds Symbols(absl::string_view word, std::vector<size_t>* sizes) const;
  TokenIds ByteSymbols(absl::string_view word) const;

  const bool takes_bytes_;
  const int32_t unk_id_;
  const bool fuse_unk_;
  const bool cut_at_spaces_;
  const std::string continuing_prefix_, end_suffix_;
  const BpeMerges merges_;
  std::array<int32_t, 256> symbol_ids_;                    // of a byte's symbol
  std::array<int32_t, 256> fallback_ids_;                  // of a byte's token (byte_token.h), if there is fallback
  absl::flat_hash_map<std::string, int32_t> characters_;   // tokens of one character, with its affixes
  absl::flat_hash_map<std::string, int32_t> whole_words_;  // empty unless ignore_merges
  absl::flat_hash_map<std::string, int32_t> whole_bytes_;  // the same by their bytes
  mutable WordCache cache_;
};

}  // namespace lm

#endif  // LM_TOKENIZER_BPE_BPE_MODEL_H_

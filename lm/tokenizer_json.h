// A tokenizer.json as plain data: read, checked, and not yet at work.
#ifndef LM_TOKENIZER_JSON_H_
#define LM_TOKENIZER_JSON_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lm/added_tokens.h"
#include "lm/bpe.h"
#include "lm/pattern.h"

namespace lm {

// Ids are in [0, kMaxTokenId]; the largest vocabularies in use have some 260,000.
constexpr int64_t kMaxTokenId = (1 << 22) - 1;

struct TokenizerParts {
  // Token as the file writes it (bytes as characters, byte_level.h) -> id; no two share an id.
  absl::flat_hash_map<std::string, int32_t> vocab;
  std::array<int32_t, 256> byte_ids;  // every byte has a token
  std::vector<BpeMerge> merges;
  bool ignore_merges = false;  // a word that is itself a token is not built from merges
  std::vector<SplitPattern> splits;
  // Found in the text as it came, and in what the normalizer made of the rest. None clashes with vocab.
  std::vector<AddedToken> raw_added_tokens;
  std::vector<AddedToken> normalized_added_tokens;
};

// Reads what this harness supports:
//   model           BPE with ignore_merges; merges as "a b" or ["a", "b"]
//   normalizer      null
//   pre_tokenizer   ByteLevel, or a Sequence of Split (Isolated), Digits and, as the last, ByteLevel
//   decoder         ByteLevel
//   post_processor  null, ByteLevel, TemplateProcessing or a Sequence of these: without effect, since encoding adds
//                   nothing
//   added_tokens    without lstrip, rstrip or single_word
// truncation and padding are the caller's business and are passed over. kUnimplemented names any other component;
// kInvalidArgument names the file and the field that is malformed or contradicts another.
absl::StatusOr<TokenizerParts> ParseTokenizerJson(absl::string_view json, absl::string_view where);

}  // namespace lm

#endif  // LM_TOKENIZER_JSON_H_

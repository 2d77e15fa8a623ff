// tokenizer.json as plain data: read, checked, and not yet at work.
#ifndef LM_TOKENIZER_JSON_TOKENIZER_JSON_H_
#define LM_TOKENIZER_JSON_TOKENIZER_JSON_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lm/tokenizer/bpe/bpe_model.h"
#include "lm/tokenizer/steps/added_tokens.h"
#include "lm/tokenizer/steps/normalizer.h"
#include "lm/tokenizer/steps/token_decoder.h"
#include "lm/tokenizer/text/metaspace.h"
#include "lm/tokenizer/text/pattern.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

// Ids are in [0, kMaxTokenId]; the largest vocabularies in use have some 260,000.
constexpr int64_t kMaxTokenId = (1 << 22) - 1;

struct TokenizerParts {
  BpeModelParts model;
  std::vector<NormalizerStep> normalizer;
  std::vector<SplitPattern> splits;
  std::optional<Metaspace> metaspace;  // after the splits
  std::vector<DecoderStep> decoder;
  TokenIds prefix, suffix;  // what the template puts around a text
  // Found in the text as it came, and in what the normalizer made of the rest. None clashes with the vocabulary.
  std::vector<AddedToken> raw_added_tokens;
  std::vector<AddedToken> normalized_added_tokens;
};

// Reads what this harness supports:
//   model           BPE over bytes (pre_tokenizer ends with ByteLevel) or characters, with byte_fallback, unk_token,
//                   fuse_unk, ignore_merges; merges as "a b" or ["a", "b"]
//   normalizer      null, NFC, Prepend, Replace (of a String), or a Sequence of these
//   pre_tokenizer   null, or a Sequence of Split (Isolated) and Digits whose last may be ByteLevel or Metaspace
//   decoder         ByteLevel, Replace (of a String), ByteFallback, Fuse, Strip, Metaspace, or a Sequence of these
//   post_processor  null, ByteLevel (without effect on ids), TemplateProcessing or a Sequence of these
//   added_tokens    with lstrip, rstrip, single_word and normalized
// truncation and padding are the caller's business and are passed over. kUnimplemented names any other component;
// kInvalidArgument names the file and the field that is malformed or contradicts another.
absl::StatusOr<TokenizerParts> ParseTokenizerJson(absl::string_view json, absl::string_view where);

}  // namespace lm

#endif  // LM_TOKENIZER_JSON_TOKENIZER_JSON_H_

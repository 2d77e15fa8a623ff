// tokenizer.json as plain data: read, checked, and not yet at work.
#ifndef LM_TOKENIZER_JSON_TOKENIZER_JSON_H_
#define LM_TOKENIZER_JSON_TOKENIZER_JSON_H_

#include <cstdint>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"
#include "lm/tokenizer/bpe/bpe_model.h"
#include "lm/tokenizer/models/unigram.h"
#include "lm/tokenizer/models/word_piece.h"
#include "lm/tokenizer/steps/added_tokens.h"
#include "lm/tokenizer/steps/normalizer.h"
#include "lm/tokenizer/steps/post_processor.h"
#include "lm/tokenizer/steps/pretokenizer.h"
#include "lm/tokenizer/steps/token_decoder.h"

namespace lm {

// Ids are in [0, kMaxTokenId]; the largest vocabularies in use have some 260,000.
constexpr int64_t kMaxTokenId = (1 << 22) - 1;

struct TokenizerParts {
  Vocabulary vocab;  // of the model
  std::variant<BpeModelParts, UnigramParts, WordPieceParts> model;
  std::vector<NormalizerStep> normalizer;
  std::vector<PreTokenizerStep> pre_tokenizer;
  std::vector<DecoderStep> decoder;
  PostProcessor post_processor;
  // Found in the text as it came, and in what the normalizer made of the rest. None clashes with the vocabulary.
  std::vector<AddedToken> raw_added_tokens;
  std::vector<AddedToken> normalized_added_tokens;
};

// Reads what this harness supports:
//   model           BPE, Unigram, WordPiece, WordLevel; BPE also without a type; merges as "a b" or ["a", "b"]
//   normalizer      null, NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, Prepend, Replace, BertNormalizer, Nmt,
//                   Precompiled, ByteLevel, or a Sequence of these
//   pre_tokenizer   null, Split, Punctuation, Digits, Whitespace, WhitespaceSplit, BertPreTokenizer,
//   CharDelimiterSplit,
//                   Metaspace, ByteLevel, or a Sequence of these
//   decoder         null, ByteLevel, Replace, ByteFallback, Fuse, Strip, Metaspace, WordPiece, BPEDecoder, or a
//   Sequence
//                   of these
//   post_processor  null, ByteLevel, TemplateProcessing, RobertaProcessing, BertProcessing, or a Sequence of these
//   added_tokens    with lstrip, rstrip, single_word and normalized
// truncation and padding are the caller's business and are passed over. kUnimplemented names any other component
// (CTC, a dropout above 0); kInvalidArgument names the file and the field that is malformed or contradicts
// another.
//
// `more_tokens` has the added tokens that are not in the file, in the form of its list (tokenizer_config.json's
// added_tokens_decoder); those that the file has already are passed over. `more_where` names them in messages.
absl::StatusOr<TokenizerParts> ParseTokenizerJson(absl::string_view json, absl::string_view where,
                                                  const base::Json& more_tokens = base::Json::array(),
                                                  absl::string_view more_where = "");

// Reads `tokens`, a list as of added_tokens, for a model with the vocabulary `parts.vocab`; those with a content that
// `parts.vocab` has under the same id stay what they are there. Errors as above.
absl::Status ReadMoreTokens(const base::Json& tokens, absl::string_view where, TokenizerParts& parts);

}  // namespace lm

#endif  // LM_TOKENIZER_JSON_TOKENIZER_JSON_H_

// A sentencepiece tokenizer.model as a Tokenizer.
#ifndef LM_TOKENIZER_SENTENCEPIECE_TOKENIZER_H_
#define LM_TOKENIZER_SENTENCEPIECE_TOKENIZER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {

// The library cuts text; around it are the rules by which transformers makes a tokenizer.json of such a file: control
// tokens ("<s>") are found in text, the text between two of them is encoded as if it stood alone, and the first piece
// of a decoded text loses the space that encoding put there. AddSpecialTokens adds BOS where the model has one.
//
// `where` names the file in messages. `more_tokens` are those that other files of the folder add behind the model's, in
// the form of a tokenizer.json's list, and `more_where` names those files. kInvalidArgument for bytes that are no such
// model, and for added tokens that clash with its own; kFailedPrecondition when libsentencepiece cannot be loaded.
absl::StatusOr<std::unique_ptr<Tokenizer>> ParseSentencePiece(const std::string& bytes, absl::string_view where,
                                                              const base::Json& more_tokens = base::Json::array(),
                                                              absl::string_view more_where = "");

}  // namespace lm

#endif  // LM_TOKENIZER_SENTENCEPIECE_TOKENIZER_H_

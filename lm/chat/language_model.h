// Language model: a decoder and its tokenizer.
#ifndef LM_CHAT_LANGUAGE_MODEL_H_
#define LM_CHAT_LANGUAGE_MODEL_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/model/decoder.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {

struct LanguageModel {
  Decoder decoder;
  std::shared_ptr<const Tokenizer> tokenizer;
};

// Reads a Hugging Face folder with a tokenizer.json or a tokenizer.model. kInvalidArgument, beside what LoadModel and
// LoadTokenizer say, when the tokenizer knows more ids than the model has embeddings, or when config.json names no
// end-of-sequence token.
absl::StatusOr<LanguageModel> LoadLanguageModel(const std::string& folder, const LoadOptions& options = {});

// The token that ends a response: the config's first end-of-sequence id.
int32_t EndOfSequence(const LanguageModel& model);

// A prompt's ids, with what the tokenizer puts around a text (BOS as a rule): as the model was trained.
TokenIds EncodePrompt(const Tokenizer& tokenizer, absl::string_view prompt);

}  // namespace lm

#endif  // LM_CHAT_LANGUAGE_MODEL_H_

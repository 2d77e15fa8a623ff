// Language model: a decoder, its tokenizer, and how texts are put to it and end.
#ifndef LM_CHAT_LANGUAGE_MODEL_H_
#define LM_CHAT_LANGUAGE_MODEL_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lm/chat/chat_format.h"
#include "lm/chat/end_tokens.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/model/decoder.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {

struct LanguageModel {
  Decoder decoder;
  std::shared_ptr<const Tokenizer> tokenizer;
  EndTokens ends;
  std::shared_ptr<const ChatFormat> chat;  // null: it is asked in plain text
  std::string texts;                       // ModelPlaces::texts of its folder
};

// Reads a Hugging Face folder with a tokenizer.json or a tokenizer.model. kInvalidArgument, beside what LoadModel,
// LoadTokenizer and FindEndTokens say, when the tokenizer knows more ids than the model has embeddings.
absl::StatusOr<LanguageModel> LoadLanguageModel(const std::string& folder, const LoadOptions& options = {},
                                                std::shared_ptr<const ChatFormat> chat = nullptr);

// A prompt and a response of the model to it, as token ids; in plain text a space is between them. Behind a response
// that has ended stands the token that training teaches (EndTokens::taught), where there is one.
PromptAndResponse EncodeResponse(const LanguageModel& model, const PromptText& prompt, absl::string_view response,
                                 bool has_ended);

}  // namespace lm

#endif  // LM_CHAT_LANGUAGE_MODEL_H_

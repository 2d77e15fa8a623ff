#include "lm/chat/language_model.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "lm/checkpoint/model_places.h"

namespace lm {

absl::StatusOr<LanguageModel> LoadLanguageModel(const std::string& folder, const LoadOptions& options,
                                                std::shared_ptr<const ChatFormat> chat) {
  ASSIGN_OR_RETURN(Decoder decoder, LoadModel(folder, options));
  ASSIGN_OR_RETURN(const ModelPlaces places, FindModelPlaces(folder));
  ASSIGN_OR_RETURN(std::unique_ptr<Tokenizer> tokenizer, LoadTokenizer(TokenizerPath(places.texts)));
  const ModelConfig& config = decoder.config();
  if (tokenizer->vocab_size() > config.vocab_size) {
    return absl::InvalidArgumentError(absl::StrCat(folder, ": its tokenizer knows ", tokenizer->vocab_size(),
                                                   " ids, and config.json's vocab_size is ", config.vocab_size,
                                                   "; they are of different models"));
  }
  ASSIGN_OR_RETURN(EndTokens ends, FindEndTokens(places.texts, config, *tokenizer, chat.get()));
  return LanguageModel{std::move(decoder), std::move(tokenizer), std::move(ends), std::move(chat), places.texts};
}

PromptAndResponse EncodeResponse(const LanguageModel& model, const PromptText& prompt, absl::string_view response,
                                 bool has_ended) {
  const std::string text = absl::StrCat(model.chat == nullptr ? " " : "", response);
  PromptAndResponse ids = EncodePromptAndResponse(*model.tokenizer, prompt, PromptText::Of(text));
  if (has_ended && model.ends.taught >= 0) ids.response.push_back(model.ends.taught);
  return ids;
}

}  // namespace lm

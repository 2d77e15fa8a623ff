#include "lm/chat/language_model.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace lm {

absl::StatusOr<LanguageModel> LoadLanguageModel(const std::string& folder, const LoadOptions& options) {
  ASSIGN_OR_RETURN(Decoder decoder, LoadModel(folder, options));
  ASSIGN_OR_RETURN(std::unique_ptr<Tokenizer> tokenizer, LoadTokenizer(TokenizerPath(folder)));
  const ModelConfig& config = decoder.config();
  if (tokenizer->vocab_size() > config.vocab_size) {
    return absl::InvalidArgumentError(absl::StrCat(folder, ": its tokenizer knows ", tokenizer->vocab_size(),
                                                   " ids, and config.json's vocab_size is ", config.vocab_size,
                                                   "; they are of different models"));
  }
  if (config.eos_ids.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(folder, "/config.json: eos_token_id is missing; responses need a token that ends them"));
  }
  return LanguageModel{std::move(decoder), std::move(tokenizer)};
}

TokenIds EncodePrompt(const Tokenizer& tokenizer, absl::string_view prompt) {
  return tokenizer.AddSpecialTokens(tokenizer.Encode(prompt, SpecialText::kAsTokens));
}

int32_t EndOfSequence(const LanguageModel& model) { return model.decoder.config().eos_ids[0]; }

}  // namespace lm

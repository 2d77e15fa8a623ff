#include "lm/chat/language_model.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/progress.h"
#include "base/status.h"
#include "lm/decoding/generation.h"

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
  return tokenizer.AddSpecialTokens(tokenizer.Encode(prompt));
}

int32_t EndOfSequence(const LanguageModel& model) { return model.decoder.config().eos_ids[0]; }

absl::StatusOr<std::vector<GeneratedText>> GenerateTexts(const LanguageModel& model,
                                                         const std::vector<TextRequest>& requests,
                                                         const TextOptions& options) {
  const int64_t room = model.decoder.config().max_positions - options.max_new_tokens;
  std::vector<GenerationRequest> encoded;
  for (const TextRequest& request : requests) {
    encoded.push_back({EncodePrompt(*model.tokenizer, request.prompt), request.item, request.sample});
    const int64_t length = encoded.back().prompt.size();
    if (length > room) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the prompt of question ", request.item, " has ", length, " tokens; with max_new_tokens ",
          options.max_new_tokens, " the model's context of ", room + options.max_new_tokens, " has room for ", room));
    }
  }
  base::Progress progress(options.title, requests.size(), "texts");
  GenerationOptions generation;
  generation.sampling.temperature = options.temperature;
  generation.sampling.top_p = options.top_p;
  generation.max_new_tokens = options.max_new_tokens;
  generation.stop_ids = model.decoder.config().eos_ids;
  generation.seed = options.seed;
  generation.stream = options.stream;
  generation.threads = options.threads;
  generation.on_finished = [&](int64_t, const Generation&) { progress.Add(1); };
  ASSIGN_OR_RETURN(const std::vector<Generation> generations, Generate(model.decoder, encoded, generation));
  std::vector<GeneratedText> texts;
  for (const Generation& generated : generations) {
    const bool finished = generated.finish_reason == FinishReason::kStop;
    const absl::Span<const int32_t> ids(generated.ids.data(), generated.ids.size() - (finished ? 1 : 0));
    const std::string text = model.tokenizer->Decode(ids);
    texts.push_back(
        {std::string(absl::StripAsciiWhitespace(text)), finished, static_cast<int64_t>(generated.ids.size())});
  }
  return texts;
}

}  // namespace lm

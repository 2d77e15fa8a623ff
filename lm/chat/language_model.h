// A model with its tokenizer: text in, text out.
#ifndef LM_CHAT_LANGUAGE_MODEL_H_
#define LM_CHAT_LANGUAGE_MODEL_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

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

struct TextRequest {
  std::string prompt;
  // Which random stream samples it.
  uint64_t item = 0;
  uint32_t sample = 0;
};

struct TextOptions {
  double temperature = 0;
  double top_p = 1;
  int64_t max_new_tokens = 128;
  uint64_t seed = 0;
  std::string stream;  // name of the random streams
  int threads = 1;     // changes nothing but speed
  std::string title;   // of the progress line
};

struct GeneratedText {
  std::string text;  // without the end-of-sequence token and without white space at its ends
  bool finished;     // ended by itself, not by max_new_tokens
  int64_t num_tokens;
};

// One text a request, in their order. kInvalidArgument when a prompt with max_new_tokens exceeds the context: names
// the request's item.
absl::StatusOr<std::vector<GeneratedText>> GenerateTexts(const LanguageModel& model,
                                                         const std::vector<TextRequest>& requests,
                                                         const TextOptions& options);

}  // namespace lm

#endif  // LM_CHAT_LANGUAGE_MODEL_H_

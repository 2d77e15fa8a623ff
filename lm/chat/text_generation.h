// Text generation by a local model: from a request's text to the reply's.
//
// A conversation is written by the model's chat format; without one as plain text, "System: ...", "User: ...",
// "Assistant: ..." with blank lines between, which the model continues.
#ifndef LM_CHAT_TEXT_GENERATION_H_
#define LM_CHAT_TEXT_GENERATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "lm/chat/chat_model.h"
#include "lm/chat/language_model.h"
#include "lm/chat/published_sampling.h"

namespace lm {

// These change no text.
struct TextGenerationOptions {
  static constexpr int64_t kMostOfFreeMemory = -1;

  int threads = 1;
  int64_t batch_size = 64;      // most texts decoded together
  int64_t max_cache_bytes = 0;  // of keys and values; kMostOfFreeMemory: nine tenths of what is free; 0: no limit
};

// Samples a request's reply so.
void Apply(const PublishedSampling& sampling, ChatRequest* request);

// The text that a request's reply continues without a chat format: request.prompt as it stands, or the conversation up
// to "Assistant:".
std::string PlainChatText(const ChatRequest& request);

// The text that a request's reply continues, by the model's chat format; of a request with prompt_ids an empty one.
// Errors: RenderPrompt's.
absl::StatusOr<PromptText> PromptTextOf(const LanguageModel& model, const ChatRequest& request);

// What the model reads: request.prompt_ids, or the ids of the text with BOS as the tokenizer says. Errors:
// RenderPrompt's.
absl::StatusOr<TokenIds> PromptIds(const LanguageModel& model, const ChatRequest& request);

// kInvalidArgument when the prompt is empty, has foreign ids, or exceeds the context together with max_tokens, or when
// an option is out of range; PromptIds' errors.
absl::Status CheckRequest(const LanguageModel& model, const ChatRequest& request);

// As ChatModel::Complete, of which `done` is. A reply ends at the model's end tokens, before the first stop string, and
// in a conversation in plain text where the model begins the user's next turn; a conversation's reply is without white
// space at its ends. `completion_tokens` counts all that were generated. The replies' `model` stays empty.
// Beside CheckRequest's errors: kResourceExhausted when keys and values may need more memory than allowed, kInternal
// when the model's numbers are not finite.
void GenerateReplies(const LanguageModel& model, absl::Span<const ChatRequest> requests,
                     const TextGenerationOptions& options,
                     absl::FunctionRef<bool(size_t, absl::StatusOr<ChatReply>)> done);

// A text that is asked, of many that are sampled alike: what a user says, by the model's chat format; without one a
// text to continue.
struct TextRequest {
  std::string prompt;
  // Which random stream samples it.
  uint64_t item = 0;
  uint32_t sample = 0;
};

struct TextOptions {
  double temperature = 0;
  double top_p = 1;
  // Instead of both, and with what else belongs to it: as the model's makers sample (published_sampling.h).
  std::optional<PublishedSampling> published;
  int64_t max_new_tokens = 128;
  std::vector<std::string> stop;  // a text ends before the first of these; none empty
  Asking asking;
  uint64_t seed = 0;
  std::string stream;  // name of the random streams
  int threads = 1;     // changes nothing but speed
  std::string title;   // of the progress line
};

struct GeneratedText {
  std::string text;  // without the end token and without white space at its ends
  bool finished;     // ended by itself, not by max_new_tokens
  int64_t num_tokens;
  TokenIds ids;      // that were sampled, without an end token; empty where a stop string cut the text
  TokenIds sampled;  // all of them, the end token and what a stop string cut among them
};

// One text a request, in their order. The first error, which names the request's item.
absl::StatusOr<std::vector<GeneratedText>> GenerateTexts(const LanguageModel& model,
                                                         const std::vector<TextRequest>& requests,
                                                         const TextOptions& options);

}  // namespace lm

#endif  // LM_CHAT_TEXT_GENERATION_H_

// A model in a local Hugging Face folder, as a chat model.
//
// A conversation is written as plain text, "System: ...", "User: ...", "Assistant: ..." with blank lines between, and
// the model continues it. The chat template of tokenizer_config.json, a Jinja program, is not rendered: a model that
// was trained on its template's special tokens answers a text that it does not know, as a base model does.
#ifndef LM_CHAT_LOCAL_CHAT_MODEL_H_
#define LM_CHAT_LOCAL_CHAT_MODEL_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lm/chat/chat_model.h"

namespace lm {

struct LocalChatOptions {
  // If any: nothing is generated. The reply is the most probable of these texts (of equal ones the first), and on a
  // line of its own the log-probability of each, in nats. For judges: {"[[A]]", "[[B]]", "[[C]]"}.
  std::vector<std::string> labels;
  std::string device = "cpu";   // as CheckDevice (lm/kernels/device.h) takes it
  int threads = 1;              // changes nothing but speed
  int64_t batch_size = 16;      // most replies generated together; changes nothing but speed
  int64_t max_cache_bytes = 0;  // of keys and values; 0: no limit
};

// The text that such a request's reply continues: request.prompt as it stands, or the conversation up to "Assistant:".
std::string PlainChatText(const ChatRequest& request);

// The model is named by its folder's name and 12 digits of the SHA-256 of its content, "labels" behind it where there
// are some. A reply is a function of the request alone: sampled by the request's seed, 0 where it has none. It ends at
// the model's end-of-sequence tokens, at the request's stop strings, and in a conversation where the model begins the
// user's next turn. A request that exceeds the model's context, or has an option out of range, gets kInvalidArgument.
// Errors: as LoadLanguageModel (lm/chat/language_model.h).
absl::StatusOr<std::unique_ptr<ChatModel>> LoadLocalChatModel(const std::string& folder,
                                                              const LocalChatOptions& options = {});

}  // namespace lm

#endif  // LM_CHAT_LOCAL_CHAT_MODEL_H_

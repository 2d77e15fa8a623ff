// Whoever continues a text or answers a conversation: a server, a local model, a recording.
#ifndef LM_CHAT_CHAT_MODEL_H_
#define LM_CHAT_CHAT_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace lm {

struct ChatMessage {
  std::string role;  // "system", "user" or "assistant"
  std::string content;
};

// All that a reply may depend on, besides the model.
struct ChatRequest {
  std::vector<ChatMessage> messages;  // a conversation; or, where empty,
  std::string prompt;                 // a text to continue, as it stands
  double temperature = 0;             // 0: greedy
  double top_p = 1;
  int64_t max_tokens = 256;
  std::vector<std::string> stop;  // none empty
  // Servers promise little about it; a local model's reply is a function of the request alone.
  std::optional<int64_t> seed;
};

struct ChatReply {
  std::string text;
  std::string finish_reason;  // "stop" or "length"
  std::string model;          // as the server names it; may be empty
  // 0 where the server does not say.
  int64_t prompt_tokens = 0;
  int64_t completion_tokens = 0;
};

class ChatModel {
 public:
  virtual ~ChatModel() = default;

  // Names the model in files and in the addresses of recorded exchanges. Never a key or a host.
  virtual std::string name() const = 0;

  // Answers every request, in any order and several at a time. Calls `done` once for each, with its index, never two
  // calls at a time, from any thread; an error there is final (what could be retried has been). Returns when all are
  // answered. `done` returning false asks for an early end: no further request is begun, and those never answered get
  // no call.
  virtual void Complete(absl::Span<const ChatRequest> requests,
                        absl::FunctionRef<bool(size_t, absl::StatusOr<ChatReply>)> done) = 0;
};

}  // namespace lm

#endif  // LM_CHAT_CHAT_MODEL_H_

// Interface to a chat model: a server, a local model.
#ifndef LM_CHAT_CHAT_MODEL_H_
#define LM_CHAT_CHAT_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

struct ChatMessage {
  std::string role;  // "system", "user" or "assistant"
  std::string content;
};

// A named random stream, base::RandomStream(seed, name, item, sample).
struct ReplyStream {
  uint64_t seed = 0;
  std::string name;
  uint64_t item = 0;
  uint32_t sample = 0;
};

// All that a reply may depend on, besides the model.
struct ChatRequest {
  // One of these three: a conversation; or a text to continue, as it stands, as token ids or as text.
  std::vector<ChatMessage> messages;
  TokenIds prompt_ids;  // for local models
  std::string prompt;
  // Whether special tokens that the text or the messages spell are those tokens. Servers decide for themselves.
  bool allow_special_in_text = false;
  double temperature = 0;  // 0: greedy
  double top_p = 1;        // in (0, 1]
  // As in SamplingOptions (lm/decoding/sampling.h). Servers are told of them only if they are given: OpenAI's own API
  // does not know them.
  std::optional<int64_t> top_k;
  std::optional<double> min_p, repetition_penalty;
  int64_t max_tokens = 256;       // of the reply, >= 1
  std::vector<std::string> stop;  // stop strings; none empty
  // Servers promise little about it.
  std::optional<int64_t> seed;
  // What a local model samples with; without, a stream named by seed and prompt. Servers are not told of it.
  std::optional<ReplyStream> stream;
  // What whoever asks calls the request; no reply depends on it, and servers are not told. May be empty.
  std::string id;
};

// What a reply might have said, and its log-probability (nats).
struct Alternative {
  std::string text;
  double log_prob = 0;  // finite, at most 0 but for rounding
};

struct ChatReply {
  std::string text;
  // "stop"; "length", when it was cut at max_tokens or at the context's end; and of servers also "tool", when the model
  // called one, and "unknown".
  std::string finish_reason;
  std::string model;  // as the server names it; may be empty
  // 0 where the server does not say.
  int64_t prompt_tokens = 0;
  int64_t completion_tokens = 0;
  // Of a local model that was asked now, not recorded: the tokens of the text as they were sampled, without an end
  // token; empty where a stop string cut it.
  TokenIds ids;
  // Of such a model all tokens that were sampled, the end token and what a stop string cut among them.
  TokenIds sampled;
  // What the model thought, where the server keeps it apart from the text.
  std::string reasoning;
  bool refused = false;  // the server says that the text is a refusal
  // Of several servers that serve one model the address of the one that answered now; no part of what is recorded.
  std::string server;
  // The likeliest first tokens, where a server was asked for them (the fields "logprobs" and "top_logprobs"); the
  // labels of a local model that chooses among some.
  std::vector<Alternative> alternatives;
};

// What a model that chooses the most probable of some labels says behind the label (local_chat_model.h); numbers
// follow.
inline constexpr char kLabelsNote[] = "\nlog-probabilities of the labels, in their order: ";

class ChatModel {
 public:
  virtual ~ChatModel() = default;

  // Names the model in files and in the keys of recorded replies. Never an API key or a host.
  virtual std::string name() const = 0;

  // kInvalidArgument for a request that cannot be answered, as far as that shows without asking: one that exceeds the
  // context, has an option out of range, or is of a kind that the model does not take. Complete gives it the same
  // error.
  virtual absl::Status Check(const ChatRequest& /*request*/) const { return absl::OkStatus(); }

  // What a user should know of how the request is understood, in a few words that are the same for many requests; empty
  // as a rule.
  virtual std::string Remark(const ChatRequest& /*request*/) const { return ""; }

  // What answering the requests will take, in a few words for a person who waits or pays; empty: nothing worth telling.
  virtual std::string Forecast(absl::Span<const ChatRequest> /*requests*/) const { return ""; }

  // Answers every request, in any order and several at a time. Calls `done` once for each, with its index, never two
  // calls at a time, from any thread; an error there is final (what could be retried has been). Returns when all are
  // answered. `done` returning false asks for an early end: no further request is begun, and those never answered get
  // no call.
  virtual void Complete(absl::Span<const ChatRequest> requests,
                        absl::FunctionRef<bool(size_t, absl::StatusOr<ChatReply>)> done) = 0;
};

}  // namespace lm

#endif  // LM_CHAT_CHAT_MODEL_H_

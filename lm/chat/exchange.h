// Exchanges with a chat model, requests and their replies, as lines of JSON.
//
// A line is
//   {"id", "judge"?, "model", "messages" | "prompt_ids" | "prompt", "temperature", "top_p", "top_k"?, "min_p"?,
//    "repetition_penalty"?, "max_tokens", "stop", "seed", "stream"?, "allow_special_in_text"?, "repeat", "attempt",
//    "extra"?,
//    "reply": {"text", "finish_reason", "model", "prompt_tokens", "completion_tokens", "reasoning"?, "refused"?}}
// where `id` is the SHA-256 of all but the reply: the same request to the same model has one key, whoever asks.
#ifndef LM_CHAT_EXCHANGE_H_
#define LM_CHAT_EXCHANGE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"
#include "lm/chat/chat_model.h"

namespace lm {

// A request, and what tells it apart from an equal one.
struct Inquiry {
  ChatRequest request;
  std::string prompt_name;  // "judge" on file; may be empty
  int64_t repeat = 0;       // which of several independent replies
  int64_t round = 0;        // "attempt" on file: how often it was asked before in vain, as the reply was not usable
  std::string extra;        // what else the server is told, as JSON; may be empty
};

// Of a line, all but "id" and "reply": what a reply may depend on, in a fixed order.
base::OrderedJson InquiryJson(const std::string& model, const Inquiry& inquiry);

// 64 hexadecimal digits.
std::string ExchangeId(const std::string& model, const Inquiry& inquiry);

// With a line break at its end. Bytes that are no UTF-8 become U+FFFD.
std::string FormatExchange(const std::string& model, const Inquiry& inquiry, const ChatReply& reply);

struct Exchange {
  std::string id;
  std::string model;
  ChatReply reply;
};

// kInvalidArgument, beginning with `where`, when the line is no exchange, or its content has another id.
absl::StatusOr<Exchange> ParseExchange(absl::string_view line, absl::string_view where);

// Whether the text may be the beginning of a line that FormatExchange wrote.
bool MayBeginExchange(absl::string_view text);

// The reply as it is read back, so that it is the same whether the model was asked or had been recorded.
ChatReply AsRecorded(ChatReply reply);

}  // namespace lm

#endif  // LM_CHAT_EXCHANGE_H_

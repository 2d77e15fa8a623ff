// API replies: what OpenAI's API and the servers that speak it (vLLM, SGLang, llama.cpp) answer. Pure: no network.
#ifndef LM_ENDPOINT_API_REPLY_H_
#define LM_ENDPOINT_API_REPLY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"
#include "lm/chat/chat_model.h"

namespace lm {

struct ApiReply {
  ChatReply reply;
  bool has_usage = false;  // the server says how many tokens there were
  // What is not as the API has it and was read all the same, in a few words each: "finish_reason null".
  std::vector<std::string> remarks;
};

// A body that came with status 200, as the reply to `request`: JSON (lenient_json.h) or an event stream, the content a
// text, null or parts. The text is that of the choice with index 0, which may be there several times if each says the
// same; other choices are passed over. Finish reasons are as in ChatReply: other servers' words for these too, and
// "unknown" for null, "", and words that nobody knows; "length" where so many tokens as were asked for came.
//
// kInvalidArgument: no JSON, or not a reply; one line that says where. kPermissionDenied: the server withholds the
// text. kAborted: it says itself that the reply is not whole.
absl::StatusOr<ApiReply> ParseReply(const ChatRequest& request, absl::string_view body);

// The same, of what has been read already.
absl::StatusOr<ApiReply> ReadReply(const ChatRequest& request, const base::Json& json);

}  // namespace lm

#endif  // LM_ENDPOINT_API_REPLY_H_

// OpenAI API messages: what it and the servers that speak it (vLLM, SGLang, llama.cpp) send and receive. Pure: no
// network.
#ifndef LM_ENDPOINT_OPENAI_API_H_
#define LM_ENDPOINT_OPENAI_API_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"
#include "lm/chat/chat_model.h"

namespace lm {

// "/chat/completions" for a conversation, "/completions" for a text to continue.
absl::string_view RequestPath(const ChatRequest& request);

// The JSON to send. `extra` is an object, merged into it as a JSON merge patch (RFC 7396): a member of null takes a
// field out ({"seed": null}), others set one ({"top_k": 20}). Broken UTF-8 becomes U+FFFD.
std::string RequestBody(const ChatRequest& request, const std::string& model, const base::Json& extra);

struct ApiReply {
  ChatReply reply;
  bool has_usage = false;  // the server says how many tokens there were
};

// A body that came with status 200, as the reply to `request`. The text is that of the choice with index 0, which may
// be there several times if each says the same; other choices are passed over. A content of null is an empty text.
//
// kInvalidArgument: no JSON, or not a reply; one line that says where. kPermissionDenied: the server withholds the
// text.
absl::StatusOr<ApiReply> ParseReply(const ChatRequest& request, absl::string_view body);

// What a body that came with another status says.
struct ApiError {
  std::string message;  // as it stands; of a body that is not the API's, the body
  std::string code;     // "insufficient_quota", ...; empty: none
};
ApiError ParseError(absl::string_view body);

}  // namespace lm

#endif  // LM_ENDPOINT_OPENAI_API_H_

// API requests: what OpenAI's API and the servers that speak it (vLLM, SGLang, llama.cpp) are sent. Pure: no network.
#ifndef LM_ENDPOINT_API_REQUEST_H_
#define LM_ENDPOINT_API_REQUEST_H_

#include <string>

#include "absl/strings/string_view.h"
#include "base/jsonl.h"
#include "lm/chat/chat_model.h"

namespace lm {

// A member of `extra` that is no field of the API: with true, the system's message goes before the first user's, for
// servers without that role.
constexpr char kFoldSystem[] = "fold_system";

// "/chat/completions" for a conversation, "/completions" for a text to continue.
absl::string_view RequestPath(const ChatRequest& request);

// The JSON to send. `extra` is an object, merged into it as a JSON merge patch (RFC 7396): a member of null takes a
// field out ({"seed": null}), others set one ({"top_k": 20}).
base::Json RequestJson(const ChatRequest& request, const std::string& model, const base::Json& extra);

// The same as text. Broken UTF-8 becomes U+FFFD.
std::string RequestBody(const ChatRequest& request, const std::string& model, const base::Json& extra);

}  // namespace lm

#endif  // LM_ENDPOINT_API_REQUEST_H_

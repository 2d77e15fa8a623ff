// Result of one try of an HTTP request: a reply, or an error that tells people what to do. Pure.
#ifndef LM_ENDPOINT_TRY_RESULT_H_
#define LM_ENDPOINT_TRY_RESULT_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "lm/chat/chat_model.h"
#include "lm/endpoint/http_client.h"
#include "lm/endpoint/openai_api.h"
#include "lm/endpoint/retry_policy.h"

namespace lm {

struct TryContext {
  std::string url;      // for messages
  std::string key;      // taken out of messages; empty: none is sent
  std::string key_env;  // names the variable that should hold it; empty: none is named
  bool retry_empty = false;
};

struct TryResult {
  absl::StatusOr<ApiReply> reply;
  // Where there is no reply:
  Failure failure = Failure::kBroken;
  bool is_final = false;  // another try would go no better
  // It is not about this request alone: a wrong address or key, a certificate that is not trusted.
  bool blames_endpoint = false;
};

// Errors are one line that names the address, what went wrong, in the server's words if it has any, and what to do.
//   kUnavailable       may be over later: unreachable, 5xx, 429, cut off, no reply of the API's form
//   kDeadlineExceeded  no whole reply in time
//   kUnauthenticated, kPermissionDenied, kNotFound, kInvalidArgument  401, 403, 404, other 4xx
//   kFailedPrecondition  the certificate, a redirect
//   kResourceExhausted   no quota left at the server
TryResult Interpret(const ChatRequest& request, const HttpResult& result, const TryContext& context);

}  // namespace lm

#endif  // LM_ENDPOINT_TRY_RESULT_H_

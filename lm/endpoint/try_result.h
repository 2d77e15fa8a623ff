// Result of one try of an HTTP request: a reply, or an error that tells people what to do. Pure.
#ifndef LM_ENDPOINT_TRY_RESULT_H_
#define LM_ENDPOINT_TRY_RESULT_H_

#include <string>

#include "absl/status/statusor.h"
#include "base/jsonl.h"
#include "lm/chat/chat_model.h"
#include "lm/endpoint/api/reply.h"
#include "lm/endpoint/http_client.h"
#include "lm/endpoint/retry_policy.h"

namespace lm {

struct TryContext {
  std::string url;        // for messages
  std::string key;        // taken out of messages; empty: none is sent
  std::string key_place;  // "the environment variable MY_KEY", where it comes from; empty: none is named
  bool retry_empty = false;
  std::string model;                        // for advice, as the next one
  base::Json extra = base::Json::object();  // RequestJson's
};

// What an error tells of other requests.
enum class Blame {
  kRequest,          // nothing: it is this one's fault
  kPerhapsEndpoint,  // it may be refused for what all have in common (400, 413, 422): several such, and it is
  kEndpoint,         // a wrong address or key, a certificate that is not trusted: others will fare no better
  kAccount,          // there is no money, whatever was answered before
};

struct TryResult {
  absl::StatusOr<ApiReply> reply;
  // Where there is no reply:
  Failure failure = Failure::kBroken;
  bool is_final = false;  // another try would go no better
  Blame blame = Blame::kRequest;
};

// Errors are one line that names the address, what went wrong, in the server's words if it has any, and what to do.
//   kUnavailable       may be over later: unreachable, 5xx, 429, cut off, no reply of the API's form
//   kDeadlineExceeded  no whole reply in time
//   kUnauthenticated, kPermissionDenied, kNotFound, kInvalidArgument  401, 403, 404, other 4xx
//   kFailedPrecondition  the certificate, a redirect, http where https is spoken; no text but thinking, or a tool's
//   call kResourceExhausted   no money left at the server
// An error that comes with status 200 is the one of the status that it means.
TryResult Interpret(const ChatRequest& request, const HttpResult& result, const TryContext& context);

}  // namespace lm

#endif  // LM_ENDPOINT_TRY_RESULT_H_

// The server's side of OpenAI's API, for the fake endpoint: requests read from JSON, replies written. Pure.
#ifndef LM_ENDPOINT_TESTING_FAKE_API_H_
#define LM_ENDPOINT_TESTING_FAKE_API_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lm/endpoint/testing/replies.h"

namespace lm {

// kInvalidArgument: what is wrong, for an answer with status 400.
absl::StatusOr<FakeRequest> ReadRequest(bool is_chat, absl::string_view body);

// Ends the text as the request's `max_tokens` (a token is a word) and `stop` ask.
void LimitReply(const FakeRequest& request, FakeReply& reply);

// The reply's choice, so many times.
std::string ReplyBody(const FakeRequest& request, const FakeReply& reply, int copies, bool tells_usage);

std::string ErrorBody(absl::string_view message, absl::string_view code);

std::string ModelsBody(absl::string_view model);

}  // namespace lm

#endif  // LM_ENDPOINT_TESTING_FAKE_API_H_

#include "lm/endpoint/attempt.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "lm/endpoint/one_line.h"

namespace lm {
namespace {

using Code = absl::StatusCode;

Attempt Fail(const AttemptContext& context, Failure failure, Code code, absl::string_view problem) {
  Attempt attempt{absl::Status(code, absl::StrCat(context.url, ": ", problem)), failure};
  attempt.is_final = !IsRetried(failure);
  return attempt;
}

// No HTTP reply.
Attempt FailTransfer(const HttpResult& result, const AttemptContext& context) {
  const auto fail = [&](Failure failure, Code code, absl::string_view before = "") {
    return Fail(context, failure, code, absl::StrCat(before, result.problem));
  };
  switch (result.failure) {
    case HttpFailure::kUntrusted: {
      Attempt attempt = fail(Failure::kUntrusted, Code::kFailedPrecondition, "its certificate is not trusted: ");
      attempt.reply = absl::FailedPreconditionError(
          absl::StrCat(attempt.reply.status().message(), "; name the PEM file of its authority as ca_file"));
      attempt.concerns_endpoint = true;
      return attempt;
    }
    case HttpFailure::kTimeout:
      return fail(Failure::kTimeout, Code::kDeadlineExceeded);
    case HttpFailure::kTooLarge:
      return fail(Failure::kTooLarge, Code::kUnavailable);
    case HttpFailure::kCut:
      return fail(Failure::kCut, Code::kUnavailable, "the connection was cut off: ");
    case HttpFailure::kNotHttp:
      return fail(Failure::kBroken, Code::kUnavailable, "that is no HTTP server: ");
    case HttpFailure::kUnreachable:
    case HttpFailure::kNone:
      break;
  }
  return fail(Failure::kUnreachable, Code::kUnavailable, "cannot be reached: ");
}

// What 401 and 403 may come from.
std::string KeyAdvice(const AttemptContext& context) {
  if (!context.key.empty()) return absl::StrCat("is the key in ", context.key_env, " right?");
  if (context.key_env.empty()) {
    return "no key was sent; name the environment variable that holds it (--key_env, or a judge's access.key_variable)";
  }
  return absl::StrCat("no key was sent: the environment variable ", context.key_env, " is not set");
}

// A status other than 2xx.
Attempt FailStatus(const HttpResult& result, const AttemptContext& context) {
  const ApiError error = ParseError(result.body);
  const std::string words = OneLine(error.message, context.key);
  const std::string problem = absl::StrCat("status ", result.status, words.empty() ? "" : ": ", words);
  const Failure failure = FailureOfStatus(result.status);
  const auto fail = [&](Code code, absl::string_view advice = "") {
    return Fail(context, failure, code, absl::StrCat(problem, advice.empty() ? "" : "; ", advice));
  };
  const auto fail_endpoint = [&](Code code, absl::string_view advice) {
    Attempt attempt = fail(code, advice);
    attempt.concerns_endpoint = true;
    return attempt;
  };
  if (error.code == "insufficient_quota") {
    Attempt attempt = fail_endpoint(Code::kResourceExhausted, "");
    attempt.is_final = true;
    return attempt;
  }
  if (failure == Failure::kTimeout) return fail(Code::kDeadlineExceeded);
  if (failure != Failure::kRejected) return fail(Code::kUnavailable);
  switch (result.status) {
    case 401:
      return fail_endpoint(Code::kUnauthenticated, KeyAdvice(context));
    case 403:
      return fail_endpoint(Code::kPermissionDenied, KeyAdvice(context));
    case 404:
      return fail_endpoint(Code::kNotFound, "are the address and the model's name right?");
  }
  if (result.status >= 400) return fail(Code::kInvalidArgument);
  return fail_endpoint(Code::kFailedPrecondition, absl::StrCat("redirects are not followed; is its address ",
                                                               OneLine(result.location, context.key), "?"));
}

}  // namespace

Attempt Interpret(const ChatRequest& request, const HttpResult& result, const AttemptContext& context) {
  if (result.failure != HttpFailure::kNone) return FailTransfer(result, context);
  if (result.status < 200 || result.status >= 300) return FailStatus(result, context);
  absl::StatusOr<ApiReply> reply = ParseReply(request, result.body);
  if (absl::IsPermissionDenied(reply.status())) {
    return Fail(context, Failure::kRejected, Code::kPermissionDenied, reply.status().message());
  }
  if (!reply.ok()) {
    return Fail(context, Failure::kBroken, Code::kUnavailable, OneLine(reply.status().message(), context.key));
  }
  if (context.retry_empty && reply->reply.text.empty()) {
    return Fail(context, Failure::kEmpty, Code::kUnavailable, "the reply is empty");
  }
  return Attempt{std::move(reply)};
}

}  // namespace lm

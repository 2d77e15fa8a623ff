#include "lm/endpoint/try_result.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "lm/endpoint/one_line.h"

namespace lm {
namespace {

using Code = absl::StatusCode;

TryResult Fail(const TryContext& context, Failure failure, Code code, absl::string_view problem) {
  TryResult failed{absl::Status(code, absl::StrCat(context.url, ": ", problem)), failure};
  failed.is_final = !IsRetried(failure);
  return failed;
}

// No HTTP reply.
TryResult FailTransfer(const HttpResult& result, const TryContext& context) {
  const auto fail = [&](Failure failure, Code code, absl::string_view before = "") {
    return Fail(context, failure, code, absl::StrCat(before, result.problem));
  };
  switch (result.failure) {
    case HttpFailure::kUntrusted: {
      TryResult failed = fail(Failure::kUntrusted, Code::kFailedPrecondition, "its certificate is not trusted: ");
      failed.reply = absl::FailedPreconditionError(
          absl::StrCat(failed.reply.status().message(), "; name the PEM file of its authority as ca_file"));
      failed.blames_endpoint = true;
      return failed;
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
std::string KeyAdvice(const TryContext& context) {
  if (!context.key.empty()) return absl::StrCat("is the key in ", context.key_env, " right?");
  if (context.key_env.empty()) {
    return "no key was sent; name the environment variable that holds it (--key_env, or a judge's access.key_variable)";
  }
  return absl::StrCat("no key was sent: the environment variable ", context.key_env, " is empty");
}

// A status other than 2xx.
TryResult FailStatus(const HttpResult& result, const TryContext& context) {
  const ApiError error = ParseError(result.body);
  const std::string words = OneLine(error.message, context.key);
  const std::string problem = absl::StrCat("status ", result.status, words.empty() ? "" : ": ", words);
  const Failure failure = FailureOfStatus(result.status);
  const auto fail = [&](Code code, absl::string_view advice = "") {
    return Fail(context, failure, code, absl::StrCat(problem, advice.empty() ? "" : "; ", advice));
  };
  const auto fail_endpoint = [&](Code code, absl::string_view advice) {
    TryResult failed = fail(code, advice);
    failed.blames_endpoint = true;
    return failed;
  };
  if (error.code == "insufficient_quota") {
    TryResult failed = fail_endpoint(Code::kResourceExhausted, "");
    failed.is_final = true;
    return failed;
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

TryResult Interpret(const ChatRequest& request, const HttpResult& result, const TryContext& context) {
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
  return TryResult{std::move(reply)};
}

}  // namespace lm

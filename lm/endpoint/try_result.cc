#include "lm/endpoint/try_result.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lm/endpoint/api/advice.h"
#include "lm/endpoint/api/error.h"
#include "lm/endpoint/api/not_json.h"
#include "lm/endpoint/api/one_line.h"
#include "lm/endpoint/api/request.h"
#include "lm/endpoint/api/wait.h"

namespace lm {
namespace {

using Code = absl::StatusCode;

TryResult Fail(const TryContext& context, Failure failure, Code code, absl::string_view problem,
               Blame blame = Blame::kRequest) {
  TryResult failed{absl::Status(code, absl::StrCat(context.url, ": ", problem)), failure};
  failed.is_final = !IsRetried(failure) || blame == Blame::kAccount;
  failed.blame = blame;
  return failed;
}

// No HTTP reply.
TryResult FailTransfer(const HttpResult& result, const TryContext& context) {
  const auto fail = [&](Failure failure, Code code, absl::string_view before = "", absl::string_view behind = "",
                        Blame blame = Blame::kRequest) {
    return Fail(context, failure, code, absl::StrCat(before, result.problem, behind), blame);
  };
  switch (result.failure) {
    case HttpFailure::kUntrusted:
      return fail(Failure::kUntrusted, Code::kFailedPrecondition,
                  "its certificate is not trusted: ", "; name the PEM file of its authority as ca_file",
                  Blame::kEndpoint);
    case HttpFailure::kTimeout:
      return fail(Failure::kTimeout, Code::kDeadlineExceeded);
    case HttpFailure::kTooLarge:
      return fail(Failure::kTooLarge, Code::kUnavailable);
    case HttpFailure::kCut:
      return fail(Failure::kCut, Code::kUnavailable, "the connection was cut off: ");
    case HttpFailure::kEncoding:
      return fail(Failure::kBroken, Code::kUnavailable, "the reply's compression cannot be undone: ");
    case HttpFailure::kWrongScheme: {
      const bool is_secure = absl::StartsWithIgnoreCase(context.url, "https:");
      return fail(Failure::kRejected, Code::kFailedPrecondition, "that is no HTTP server: ",
                  is_secure ? "; does it speak http:// and not https://?" : "; does it speak https:// and not http://?",
                  Blame::kEndpoint);
    }
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
  if (!context.key.empty()) return absl::StrCat("is the key in ", context.key_place, " right?");
  if (context.key_place.empty()) {
    return "no key was sent; name the environment variable that holds it (--key_env, or a judge's "
           "access.key_variable), "
           "or a file (--key_file, access.key_file)";
  }
  return absl::StrCat("no key was sent: ", context.key_place, " is empty");
}

// Whether there is no money left, so that waiting does not help. A server that says how long to wait means a limit of
// another kind.
bool IsOutOfMoney(const HttpResult& result, const ApiError& error) {
  if (error.status == 402) return true;
  const std::string code = absl::AsciiStrToLower(error.code), words = absl::AsciiStrToLower(error.message);
  for (const char* part : {"insufficient_quota", "insufficient_balance", "billing"}) {
    if (absl::StrContains(code, part)) return true;
  }
  if (AskedWait(0, result.headers, result.body, absl::UnixEpoch()).has_value()) return false;
  for (const char* part : {"exceeded your current quota", "credit balance", "insufficient credit",
                           "insufficient balance", "insufficient quota", "billing hard limit"}) {
    if (absl::StrContains(words, part)) return true;
  }
  return false;
}

// What to do about a request that is called wrong.
std::string RequestAdvice(const ChatRequest& request, const TryContext& context, const ApiError& error) {
  const std::string words = absl::AsciiStrToLower(error.message);
  for (const char* part : {"http request to an https", "plain http request"}) {
    if (absl::StrContains(words, part)) return "write https:// in its address";
  }
  return FieldAdvice(RequestJson(request, context.model, context.extra), context.extra, error);
}

// An error in the place of a reply, `error.status` says which; `label` is how it came.
TryResult FailError(const ChatRequest& request, const HttpResult& result, const TryContext& context,
                    const ApiError& error, absl::string_view label) {
  const std::string words = OneLine(error.message, context.key);
  std::string problem = absl::StrCat(label, words.empty() ? "" : ": ", words);
  const Failure failure = FailureOfStatus(error.status);
  const auto fail = [&](Code code, absl::string_view advice, Blame blame) {
    return Fail(context, failure, code, absl::StrCat(problem, advice.empty() ? "" : "; ", advice), blame);
  };
  if (IsOutOfMoney(result, error)) {
    return fail(Code::kResourceExhausted, "there is no credit left, which no wait brings", Blame::kAccount);
  }
  if (failure == Failure::kTimeout) return fail(Code::kDeadlineExceeded, "", Blame::kRequest);
  if (failure != Failure::kRejected) return fail(Code::kUnavailable, "", Blame::kRequest);
  switch (error.status) {
    case 401:
      return fail(Code::kUnauthenticated, KeyAdvice(context), Blame::kEndpoint);
    case 403:
      return fail(Code::kPermissionDenied, KeyAdvice(context), Blame::kEndpoint);
    case 404:
      return fail(Code::kNotFound, "are the address and the model's name right?", Blame::kEndpoint);
    case 405:
    case 501:
      return fail(Code::kUnavailable, "is that the address of OpenAI's API?", Blame::kEndpoint);
  }
  if (error.status >= 400) {
    const bool is_its_own = IsAboutLength(error) || absl::StrContains(error.code, "content_filter");
    return fail(Code::kInvalidArgument, RequestAdvice(request, context, error),
                is_its_own ? Blame::kRequest : Blame::kPerhapsEndpoint);
  }
  const auto location = result.headers.find("location");
  const std::string place = location == result.headers.end() ? "" : OneLine(location->second, context.key);
  return fail(Code::kFailedPrecondition, absl::StrCat("redirects are not followed; is its address ", place, "?"),
              Blame::kEndpoint);
}

// A body with status 200 that could not be read as a reply: an error in another dress, or broken.
TryResult FailBody(const ChatRequest& request, const HttpResult& result, const TryContext& context,
                   const absl::Status& problem) {
  if (absl::IsPermissionDenied(problem)) {
    return Fail(context, Failure::kRejected, Code::kPermissionDenied, problem.message());
  }
  const ApiError error = ParseError(result.body);
  if (error.status != 0) {
    return FailError(request, result, context, error,
                     absl::StrCat("status ", result.status, " with an error like ", error.status));
  }
  const auto no_json = WhatIsNoJson(result.body, result.headers, context.key);
  return Fail(context, Failure::kBroken, Code::kUnavailable,
              no_json.has_value() ? *no_json : OneLine(problem.message(), context.key));
}

// A reply without text, where that is none.
TryResult FailEmpty(const ChatRequest& request, const ChatReply& reply, const TryContext& context) {
  std::string thought;
  if (!reply.reasoning.empty()) {
    thought = absl::StrCat(" but for ", reply.reasoning.size(), " bytes of reasoning, kept apart");
  }
  if (reply.finish_reason == "length") {
    TryResult failed = Fail(context, Failure::kEmpty, Code::kFailedPrecondition,
                            absl::StrCat("the reply is empty", thought, ": it was cut at max_tokens (",
                                         request.max_tokens, ") or at the context's end; raise max_tokens",
                                         thought.empty() ? "" : ", or let the model reason less"));
    failed.is_final = true;  // the same again would be paid for, and be the same
    return failed;
  }
  if (reply.finish_reason == "tool") {
    return Fail(context, Failure::kRejected, Code::kFailedPrecondition,
                "the model called a tool in the place of an answer (finish_reason tool_calls)");
  }
  return Fail(context, Failure::kEmpty, Code::kUnavailable, absl::StrCat("the reply is empty", thought));
}

}  // namespace

TryResult Interpret(const ChatRequest& request, const HttpResult& result, const TryContext& context) {
  if (result.failure != HttpFailure::kNone) return FailTransfer(result, context);
  if (result.status < 200 || result.status >= 300) {
    return FailError(request, result, context, ParseError(result.body, result.status),
                     absl::StrCat("status ", result.status));
  }
  absl::StatusOr<ApiReply> reply = ParseReply(request, result.body);
  if (!reply.ok()) return FailBody(request, result, context, reply.status());
  if (context.retry_empty && reply->reply.text.empty()) return FailEmpty(request, reply->reply, context);
  return TryResult{std::move(reply)};
}

}  // namespace lm

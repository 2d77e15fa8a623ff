// Any bytes as what a server answers: an error of one printable line, or a reply that a recording gives back.
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/check.h"
#include "lm/chat/exchange.h"
#include "lm/endpoint/api/advice.h"
#include "lm/endpoint/api/error.h"
#include "lm/endpoint/api/one_line.h"
#include "lm/endpoint/api/reply.h"
#include "lm/endpoint/api/request.h"
#include "lm/endpoint/api/wait.h"

namespace lm {
namespace {

void CheckPrintable(absl::string_view line) {
  SAMI_CHECK(line.size() < 4096) << line.size() << " bytes: " << std::string(line.substr(0, 200));
  for (const char c : line) SAMI_CHECK(static_cast<unsigned char>(c) >= ' ' && c != '\x7f') << int{c};
}

ChatRequest Request(bool is_chat) {
  ChatRequest request;
  if (is_chat) {
    request.messages = {{"system", "s"}, {"user", "u"}};
  } else {
    request.prompt = "p";
  }
  request.seed = 1;
  return request;
}

void TestReply(const ChatRequest& request, absl::string_view body) {
  const absl::StatusOr<ApiReply> read = ParseReply(request, body);
  if (!read.ok()) {
    SAMI_CHECK(absl::IsInvalidArgument(read.status()) || absl::IsPermissionDenied(read.status()) ||
               absl::IsAborted(read.status()))
        << read.status().ToString();
    return CheckPrintable(read.status().message());
  }
  for (const std::string& remark : read->remarks) CheckPrintable(remark);
  const ChatReply& reply = read->reply;
  const std::string& end = reply.finish_reason;
  SAMI_CHECK(end == "stop" || end == "length" || end == "tool" || end == "unknown") << end;
  SAMI_CHECK(reply.prompt_tokens >= 0 && reply.completion_tokens >= 0);
  Inquiry inquiry;
  inquiry.request = request;
  const ChatReply recorded = AsRecorded(reply);
  const auto line = ParseExchange(FormatExchange("m", inquiry, recorded), "line");
  SAMI_CHECK(line.ok()) << line.status().ToString();
  SAMI_CHECK(line->reply.alternatives.size() == recorded.alternatives.size());
  SAMI_CHECK(line->reply.text == recorded.text && line->reply.reasoning == recorded.reasoning &&
             line->reply.refused == recorded.refused && line->reply.finish_reason == end);
}

void TestError(absl::string_view body) {
  const ApiError error = ParseError(body);
  SAMI_CHECK(error.status == 0 || (error.status >= 400 && error.status <= 599)) << error.status;
  CheckPrintable(OneLine(error.message));
  const base::Json extra = {{"top_k", 3}};
  const std::string advice = FieldAdvice(RequestJson(Request(true), "m", extra), extra, error);
  CheckPrintable(advice);
  const auto wait = AskedWait(429, {{"retry-after", std::string(body.substr(0, 40))}}, body, absl::UnixEpoch());
  SAMI_CHECK(!wait.has_value() || *wait >= absl::ZeroDuration()) << absl::FormatDuration(*wait);
  const auto reset = AskedWait(429, {{"x-ratelimit-reset-tokens", std::string(body)}}, "", absl::UnixEpoch());
  SAMI_CHECK(!reset.has_value() || *reset >= absl::ZeroDuration()) << absl::FormatDuration(*reset);
}

}  // namespace
}  // namespace lm

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view body(reinterpret_cast<const char*>(data), size);
  lm::TestReply(lm::Request(/*is_chat=*/body.find("\"text\"") == body.npos || size % 2 == 0), body);
  lm::TestError(body);
  return 0;
}

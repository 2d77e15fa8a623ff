#include "lm/endpoint/api/event_stream.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "lm/endpoint/api/content.h"
#include "lm/endpoint/api/lenient_json.h"

namespace lm {
namespace {

constexpr char kWhere[] = "reply: event stream";

// What the events have said so far.
class Joined {
 public:
  // Takes an event's data; the error of one that is no JSON.
  absl::Status Take(absl::string_view data, bool* repaired) {
    if (absl::StripAsciiWhitespace(data) == "[DONE]") {
      is_done_ = true;
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const base::Json event, ParseLenientJson(data, kWhere, repaired));
    TakeEvent(event);
    return absl::OkStatus();
  }

  bool has_error() const { return !error_.is_null(); }
  bool is_done() const { return is_done_ || has_error(); }

  base::Json Reply() const {
    if (has_error()) return error_;
    base::Json choice = {{"index", 0}, {"finish_reason", finish_reason_}, {"text", text_}};
    choice["message"] = {{"content", content_.text}, {"reasoning_content", content_.reasoning}};
    if (!content_.refusal.empty()) choice["message"]["refusal"] = content_.refusal;
    return {{"choices", base::Json::array({choice})}, {"usage", usage_}, {"model", model_}};
  }

 private:
  void TakeEvent(const base::Json& event) {
    const base::Json& choices = Member(event, "choices");
    const bool is_error = !Member(event, "error").is_null() || StringOf(Member(event, "object")) == "error";
    if (is_error && error_.is_null()) error_ = event;
    if (Member(event, "usage").is_object()) usage_ = Member(event, "usage");
    if (Member(event, "model").is_string()) model_ = Member(event, "model");
    if (!choices.is_array()) return;
    for (const base::Json& choice : choices) {
      const base::Json& index = Member(choice, "index");
      if (!index.is_null() && index != 0 && index != "0") continue;
      if (!Member(choice, "error").is_null() && error_.is_null()) error_ = {{"error", Member(choice, "error")}};
      AddContent(Member(choice, choice.contains("delta") ? "delta" : "message"), content_);
      text_ += StringOf(Member(choice, "text"));
      if (Member(choice, "finish_reason").is_null()) continue;
      finish_reason_ = Member(choice, "finish_reason");
      is_done_ = true;
    }
  }

  Content content_;
  std::string text_;
  base::Json finish_reason_, usage_, model_, error_;
  bool is_done_ = false;
};

absl::string_view WithoutMark(absl::string_view body) { return absl::StripPrefix(body, "\xef\xbb\xbf"); }

}  // namespace

bool IsEventStream(absl::string_view body) {
  body = absl::StripLeadingAsciiWhitespace(WithoutMark(body));
  for (const absl::string_view begin : {"data:", "event:", "id:", "retry:", ":"}) {
    if (absl::StartsWith(body, begin)) return true;
  }
  return false;
}

absl::StatusOr<base::Json> JoinEventStream(absl::string_view body, bool* repaired) {
  Joined joined;
  std::string open;  // data of an event over several lines, which a blank line ends
  body = WithoutMark(body);
  const auto close = [&] {
    const absl::Status status = open.empty() ? absl::OkStatus() : joined.Take(open, repaired);
    open.clear();
    return status;
  };
  while (!body.empty() && !joined.has_error()) {
    const size_t end = body.find_first_of("\r\n");
    const absl::string_view line = body.substr(0, end);
    const bool is_pair = end != absl::string_view::npos && absl::StartsWith(body.substr(end), "\r\n");
    body.remove_prefix(end == absl::string_view::npos ? body.size() : end + 1 + is_pair);
    if (line.empty()) RETURN_IF_ERROR(close());
    absl::string_view data = line;
    if (!absl::ConsumePrefix(&data, "data:")) continue;
    absl::ConsumePrefix(&data, " ");
    // As a rule an event is one line, and not every server ends it with a blank one.
    if (open.empty() && joined.Take(data, repaired).ok()) continue;
    absl::StrAppend(&open, open.empty() ? "" : "\n", data);
  }
  RETURN_IF_ERROR(close());
  if (joined.is_done()) return joined.Reply();
  return absl::InvalidArgumentError(absl::StrCat(kWhere, " ends before the reply does"));
}

}  // namespace lm

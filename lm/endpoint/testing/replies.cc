#include "lm/endpoint/testing/replies.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"

namespace lm {
namespace {

struct ScriptLine {
  std::string contains;
  FakeReply reply;
  int64_t times = std::numeric_limits<int64_t>::max();
};

// What is sent as it stands, and with which headers.
absl::Status ReadDress(const base::JsonLine& line, FakeReply& reply) {
  const base::Json body = line.value.value("body", base::Json());
  if (!body.is_null()) reply.body = body.is_string() ? body.get<std::string>() : body.dump();
  const base::Json headers = line.value.value("headers", base::Json::object());
  const bool is_object = headers.is_object();
  for (const auto& [name, value] : headers.items()) {
    if (!is_object || !value.is_string()) {
      return absl::InvalidArgumentError(absl::StrCat(line.where, ": headers must be an object of strings"));
    }
    reply.headers[name] = value.get<std::string>();
  }
  return absl::OkStatus();
}

}  // namespace

Responder Echo() {
  return [](const FakeRequest& request) { return FakeReply{request.prompt}; };
}

Responder Always(const std::string& text) {
  return [text](const FakeRequest&) { return FakeReply{text}; };
}

std::vector<int64_t> QualityMarks(absl::string_view text) {
  constexpr absl::string_view kMark = "quality=";
  std::vector<int64_t> values;
  for (size_t at = text.find(kMark); at != absl::string_view::npos; at = text.find(kMark)) {
    text.remove_prefix(at + kMark.size());
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    int64_t value;
    if (absl::SimpleAtoi(text.substr(0, digits), &value)) values.push_back(value);
  }
  return values;
}

Responder MarkJudge(const std::vector<std::string>& verdicts) {
  SAMI_CHECK_EQ(verdicts.size(), 3u);
  return [verdicts](const FakeRequest& request) {
    const std::vector<int64_t> marks = QualityMarks(request.prompt);
    if (marks.size() == 1) return FakeReply{absl::StrCat("It is so good. Rating: [[", marks[0], "]]")};
    if (marks.empty() || marks.size() % 2 != 0) return FakeReply{"I cannot say."};
    const auto middle = marks.begin() + marks.size() / 2;
    const int64_t first = std::accumulate(marks.begin(), middle, int64_t{0});
    const int64_t second = std::accumulate(middle, marks.end(), int64_t{0});
    return FakeReply{absl::StrCat("They have ", first, " and ", second, ". ",
                                  verdicts[first > second   ? 0
                                           : first < second ? 1
                                                            : 2])};
  };
}

absl::StatusOr<Responder> Script(absl::string_view lines, absl::string_view path, Responder otherwise) {
  ASSIGN_OR_RETURN(const std::vector<base::JsonLine> parsed, base::ParseJsonLines(lines, path));
  std::vector<ScriptLine> script;
  for (const base::JsonLine& line : parsed) {
    ScriptLine entry;
    ASSIGN_OR_RETURN(entry.contains, base::GetString(line, "contains"));
    RETURN_IF_ERROR(ReadDress(line, entry.reply));
    if (entry.reply.body.empty()) {
      ASSIGN_OR_RETURN(entry.reply.text, base::GetString(line, "reply"));
    }
    if (line.value.contains("times")) {
      ASSIGN_OR_RETURN(entry.times, base::GetInt(line, "times"));
    }
    if (line.value.contains("finish_reason")) {
      ASSIGN_OR_RETURN(entry.reply.finish_reason, base::GetString(line, "finish_reason"));
    }
    if (line.value.contains("status")) {
      ASSIGN_OR_RETURN(const int64_t status, base::GetInt(line, "status"));
      if (status < 200 || status > 599) {
        return absl::InvalidArgumentError(absl::StrCat(line.where, ": status must be in [200, 599]"));
      }
      entry.reply.status = static_cast<int>(status);
    }
    script.push_back(std::move(entry));
  }
  const auto counts = std::make_shared<std::vector<std::atomic<int64_t>>>(script.size());
  return Responder([script, counts, otherwise](const FakeRequest& request) {
    for (size_t i = 0; i < script.size(); ++i) {
      if (!absl::StrContains(request.prompt, script[i].contains)) continue;
      if ((*counts)[i]++ < script[i].times) return script[i].reply;
    }
    return otherwise(request);
  });
}

}  // namespace lm

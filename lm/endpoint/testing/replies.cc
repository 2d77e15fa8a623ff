#include "lm/endpoint/testing/replies.h"

#include <algorithm>
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
};

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
    ASSIGN_OR_RETURN(entry.reply.text, base::GetString(line, "reply"));
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
  return Responder([script, otherwise](const FakeRequest& request) {
    for (const ScriptLine& line : script) {
      if (absl::StrContains(request.prompt, line.contains)) return line.reply;
    }
    return otherwise(request);
  });
}

}  // namespace lm

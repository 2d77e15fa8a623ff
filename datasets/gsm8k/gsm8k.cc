#include "datasets/gsm8k/gsm8k.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/records/records.h"

namespace datasets {
namespace {

bool AllDigits(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isdigit(c)) return false;
  }
  return !text.empty();
}

// [-]digits[.digits]
bool IsNumber(absl::string_view text) {
  absl::ConsumePrefix(&text, "-");
  const size_t point = text.find('.');
  return AllDigits(text.substr(0, point)) && (point == absl::string_view::npos || AllDigits(text.substr(point + 1)));
}

absl::StatusOr<Gsm8kProblem> ParseProblem(const base::JsonLine& line) {
  Gsm8kProblem problem;
  ASSIGN_OR_RETURN(problem.question, GetText(line, "question"));
  ASSIGN_OR_RETURN(problem.answer, GetText(line, "answer"));
  auto gold = Gsm8kGold(problem.answer);
  if (!gold.ok()) return base::Annotate(gold.status(), line.where);
  problem.gold = *std::move(gold);
  return problem;
}

}  // namespace

absl::StatusOr<std::string> Gsm8kGold(absl::string_view answer) {
  absl::string_view last = absl::StripTrailingAsciiWhitespace(answer);
  const size_t line_end = last.rfind('\n');
  if (line_end != absl::string_view::npos) last.remove_prefix(line_end + 1);
  absl::string_view number = last;
  if (absl::ConsumePrefix(&number, "#### ")) {
    std::string gold = absl::StrReplaceAll(number, {{",", ""}});
    if (IsNumber(gold)) return gold;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the last line of the answer must be \"#### \" and a number, and is \"", Excerpt(last), "\""));
}

absl::StatusOr<std::vector<Gsm8kProblem>> ReadGsm8k(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<base::JsonLine> lines, ReadRecords(path));
  std::vector<Gsm8kProblem> problems;
  for (const base::JsonLine& line : lines) {
    ASSIGN_OR_RETURN(Gsm8kProblem problem, ParseProblem(line));
    problems.push_back(std::move(problem));
  }
  return problems;
}

}  // namespace datasets

#include "evaluation/math/math_score.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "analysis/statistics/mean_interval.h"
#include "base/check.h"
#include "base/status.h"
#include "base/text.h"
#include "datasets/records/records.h"
#include "evaluation/math/equivalence.h"
#include "evaluation/math/latex/latex.h"

namespace evaluation {
namespace {

using ::analysis::Cell;
using ::analysis::NumberFormat;

constexpr int64_t kExcerpt = 40;

absl::StatusOr<datasets::Gsm8kProblem> ProblemOf(const base::JsonLine& line) {
  datasets::Gsm8kProblem problem;
  if (!datasets::Has(line, "problem")) {
    ASSIGN_OR_RETURN(problem.question, datasets::GetText(line, "question"));
    ASSIGN_OR_RETURN(problem.answer, datasets::GetText(line, "answer"));
    problem.gold = MathAnswer(problem.answer).value_or(problem.answer);
    return problem;
  }
  ASSIGN_OR_RETURN(problem.question, datasets::GetText(line, "problem"));
  if (datasets::Has(line, "answer")) {
    ASSIGN_OR_RETURN(problem.gold, datasets::GetText(line, "answer"));
    problem.answer = problem.gold;
    return problem;
  }
  ASSIGN_OR_RETURN(problem.answer, datasets::GetText(line, "solution"));
  const absl::optional<std::string> boxed = LastBoxed(problem.answer);
  if (!boxed.has_value()) {
    return datasets::InvalidAt(line.where, "its \"solution\" has no \\boxed{...}; give \"answer\" beside it");
  }
  problem.gold = *boxed;
  return problem;
}

// Of a response: nothing where it has no answer.
absl::optional<Equivalence> Compare(const std::string& response, const std::string& gold) {
  const absl::optional<std::string> answer = MathAnswer(response);
  if (!answer.has_value()) return absl::nullopt;
  return Equivalent(*answer, gold);
}

}  // namespace

absl::StatusOr<std::vector<datasets::Gsm8kProblem>> ReadMathProblems(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<base::JsonLine> lines, datasets::ReadRecords(path));
  std::vector<datasets::Gsm8kProblem> problems;
  for (const base::JsonLine& line : lines) {
    ASSIGN_OR_RETURN(datasets::Gsm8kProblem problem, ProblemOf(line));
    problems.push_back(std::move(problem));
  }
  return problems;
}

absl::StatusOr<analysis::Table> MathTable(const ScoredResponses& scored) {
  SAMI_CHECK(!scored.questions.empty());
  std::vector<double> shares;
  int64_t counts[2][2] = {}, without = 0;  // [equal][as text]
  for (const size_t q : scored.questions) {
    int64_t right = 0;
    for (const std::string& response : scored.responses[q]) {
      const absl::optional<Equivalence> compared = Compare(response, scored.problems[q].gold);
      without += !compared.has_value();
      if (!compared.has_value()) continue;
      ++counts[compared->equal][compared->as_text];
      right += compared->equal;
    }
    shares.push_back(scored.responses[q].empty() ? 0 : static_cast<double>(right) / scored.responses[q].size());
  }
  ASSIGN_OR_RETURN(const analysis::Estimate share, analysis::ScoreMeanInterval(shares, 0.95));
  analysis::Table table;
  table.caption = "Accuracy by equivalence of expressions, with 95% confidence intervals over questions";
  table.columns = {{"rule", "rule"},
                   {"n", "questions"},
                   {"accuracy", "right %", NumberFormat::kPercent, 1},
                   {"accuracy_low", "CI low", NumberFormat::kPercent, 1},
                   {"accuracy_high", "CI high", NumberFormat::kPercent, 1},
                   {"equal", "equal"},
                   {"equal_as_text", "equal as text"},
                   {"unequal", "unequal"},
                   {"unequal_as_text", "unequal as text"},
                   {"without_answer", "no answer found"}};
  table.rows = {{"math", static_cast<int64_t>(shares.size()), share.value, share.low, share.high, counts[1][0],
                 counts[1][1], counts[0][0], counts[0][1], without}};
  if (counts[1][1] + counts[0][1] > 0) {
    table.notes.push_back(
        "As text: one of the two answers is none of the grammar's, so that equal ones may count as unequal.");
  }
  return table;
}

analysis::Table MathMismatches(const ScoredResponses& scored, int64_t show) {
  analysis::Table table;
  table.columns = {
      {"question", "question"}, {"response", "response"}, {"gold", "gold"}, {"answer", "answer"}, {"is", "is"}};
  int64_t count = 0;
  for (const size_t q : scored.questions) {
    for (size_t k = 0; k < scored.responses[q].size(); ++k) {
      const std::string& gold = scored.problems[q].gold;
      const absl::optional<Equivalence> compared = Compare(scored.responses[q][k], gold);
      if (compared.has_value() && compared->equal && !compared->as_text) continue;
      if (show < 0 || count < show) {
        table.rows.push_back({static_cast<int64_t>(q), static_cast<int64_t>(k), base::Excerpt(gold, kExcerpt),
                              base::Excerpt(MathAnswer(scored.responses[q][k]).value_or(""), kExcerpt),
                              compared.has_value() ? EquivalenceName(*compared) : "no answer"});
      }
      ++count;
    }
  }
  table.caption = absl::StrCat(count, " responses that are not equal by value",
                               table.rows.size() < static_cast<size_t>(count)
                                   ? absl::StrCat("; the first ", table.rows.size(), " (--show=-1 for all)")
                                   : "");
  return table;
}

}  // namespace evaluation

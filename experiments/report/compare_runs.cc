#include "experiments/report/compare_runs.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/figures/win_rate_tables.h"
#include "analysis/statistics/mean_interval.h"
#include "base/status.h"

namespace experiments {
namespace {

using ::analysis::Cell;
using ::analysis::Estimate;

// Scores of the questions that both sets have.
struct Paired {
  std::vector<double> differences;  // second less first
  double first_sum = 0, second_sum = 0;
  int64_t alone = 0;  // questions of one set
};

Paired Pair(const ScoreSet& first, const ScoreSet& second) {
  Paired paired;
  for (const auto& [id, score] : first.by_question) {
    const auto other = second.by_question.find(id);
    if (other == second.by_question.end()) continue;
    paired.differences.push_back(other->second - score);
    paired.first_sum += score;
    paired.second_sum += other->second;
  }
  paired.alone = first.by_question.size() + second.by_question.size() - 2 * paired.differences.size();
  return paired;
}

std::string Subject(const ScoreSet& set) {
  std::string text = analysis::ComparisonTitle(set.subject);
  if (!set.setting.empty()) absl::StrAppend(&text, ", ", set.setting);
  if (!set.judge.empty()) absl::StrAppend(&text, ", judge ", set.judge);
  if (!set.asked.empty()) absl::StrAppend(&text, ", ", set.asked);
  return text;
}

absl::StatusOr<std::vector<Cell>> Line(const ScoreSet& first, const Paired& paired, double level) {
  Estimate difference;
  if (first.is_share) {
    ASSIGN_OR_RETURN(difference, analysis::DifferenceInterval(paired.differences, level));
  } else {
    ASSIGN_OR_RETURN(difference, analysis::StudentInterval(paired.differences, level));
  }
  const double unit = first.is_share ? 100 : 1, n = paired.differences.size();
  return std::vector<Cell>{absl::StrCat(first.measure, first.is_share ? ", %" : ""),
                           Subject(first),
                           static_cast<int64_t>(paired.differences.size()),
                           unit * paired.first_sum / n,
                           unit * paired.second_sum / n,
                           unit * difference.value,
                           unit * difference.low,
                           unit * difference.high,
                           paired.alone};
}

}  // namespace

absl::StatusOr<analysis::Table> CompareRuns(const std::vector<ScoreSet>& first, const std::vector<ScoreSet>& second,
                                            const std::string& first_label, const std::string& second_label,
                                            double level) {
  const auto fixed = analysis::NumberFormat::kFixed;
  analysis::Table table;
  table.caption = absl::StrFormat("Paired differences, %s less %s, with %g%% confidence intervals", second_label,
                                  first_label, 100 * level);
  table.columns = {
      {"measure", "measure"},           {"subject", "arm or comparison"},   {"n", "questions"},
      {"first", first_label, fixed, 2}, {"second", second_label, fixed, 2}, {"difference", "difference", fixed, 2},
      {"low", "CI low", fixed, 2},      {"high", "CI high", fixed, 2},      {"alone", "in one run only"}};
  for (const ScoreSet& a : first) {
    const auto b = std::find_if(second.begin(), second.end(), [&](const ScoreSet& set) {
      return set.measure == a.measure && set.subject == a.subject && set.setting == a.setting && set.judge == a.judge &&
             set.asked == a.asked;
    });
    if (b == second.end()) continue;
    const Paired paired = Pair(a, *b);
    if (paired.differences.empty()) continue;
    ASSIGN_OR_RETURN(std::vector<Cell> line, Line(a, paired, level));
    table.rows.push_back(std::move(line));
  }
  table.notes = {
      "Paired by question: the same question in both runs, whatever it was asked under. Confidence intervals (CI) are "
      "not adjusted for their number. Where the runs' seeds differ, so do constitutions and samples, which is part of "
      "the difference."};
  return table;
}

}  // namespace experiments

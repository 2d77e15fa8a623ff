#include "experiments/paper_tables/recomputed.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "analysis/measures/win_rate.h"
#include "base/status.h"
#include "datasets/released/released.h"
#include "datasets/sources/pinned.h"

namespace experiments {

absl::StatusOr<Recomputed> WinRatesOf(const ReportedTable& table, const ReportedRow& row,
                                      absl::Span<const double> scores, double level) {
  std::vector<std::string> categories;
  for (const std::string& category : table.categories) {
    if (category != analysis::kOverall) categories.push_back(category);
  }
  const size_t questions = categories.size() * table.questions_per_category;
  if (scores.size() != questions) {
    return absl::InvalidArgumentError(absl::StrCat(row.comparison, ": ", scores.size(), " verdicts for the ", questions,
                                                   " questions of ", table.table));
  }
  // The released runs judged each question once, in a random order.
  std::vector<analysis::QuestionVerdicts> verdicts;
  for (size_t i = 0; i < scores.size(); ++i) {
    verdicts.push_back({absl::StrCat(i), categories[i / table.questions_per_category], {scores[i]}});
  }
  ASSIGN_OR_RETURN(const std::vector<analysis::WinRateRow> rows,
                   analysis::WinRates({row.comparison, "", ""}, verdicts, level));
  Recomputed recomputed;
  for (const analysis::WinRateRow& rate : rows) recomputed[rate.category] = rate.win_rate;
  return recomputed;
}

absl::StatusOr<Recomputed> RecomputeRow(const ReportedTable& table, const ReportedRow& row, double level) {
  if (row.verdicts.has_value()) {
    ASSIGN_OR_RETURN(const std::string path, datasets::PinnedFile(*row.verdicts));
    ASSIGN_OR_RETURN(const auto verdicts, datasets::ReadReleasedVerdicts(path));
    std::vector<double> scores;
    for (const datasets::ReleasedVerdict& verdict : verdicts) scores.push_back(verdict.score);
    return WinRatesOf(table, row, scores, level);
  }
  Recomputed recomputed;
  if (row.answers.has_value()) {
    ASSIGN_OR_RETURN(const std::string path, datasets::PinnedFile(*row.answers));
    ASSIGN_OR_RETURN(const auto answers, datasets::ReadReleasedAnswers(path));
    analysis::Estimate count;
    count.value = answers.size();
    count.n = answers.size();
    for (const std::string& category : table.categories) recomputed[category] = count;
  }
  return recomputed;
}

}  // namespace experiments

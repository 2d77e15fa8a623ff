#include "experiments/report/summary.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "analysis/figures/win_rate_tables.h"
#include "analysis/measures/power.h"
#include "experiments/run/accuracy_files.h"
#include "experiments/run/tables.h"

namespace experiments {
namespace {

using ::analysis::Cell;

// A difference from "none", in points (percent).
struct Finding {
  std::string subject, where;  // "sami vs sft"; "judge principle, setting steering"
  double seen, low, high;      // points, against 0
  double standard_error;       // points
  int64_t n;
  double level;
};

enum class Direction { kMore, kLess, kNotSignificant };

Direction DirectionOf(const Finding& finding) {
  if (finding.low > 0) return Direction::kMore;
  return finding.high < 0 ? Direction::kLess : Direction::kNotSignificant;
}

std::string Percent(double level) { return absl::StrFormat("%g%%", 100 * level); }

// Where a verdict was given: "judge principle, setting steering", and by which evaluation of several.
std::string Where(const std::string& judge, const std::string& setting, const std::string& title) {
  return absl::StrCat("judge ", judge, setting.empty() ? "" : ", setting ", setting,
                      title.empty() ? "" : ", evaluation ", title);
}

std::vector<Finding> WinRateFindings(const RunFiles& run) {
  std::vector<Finding> findings;
  for (const RunFiles::Asker& evaluation : run.Evaluations()) {
    for (const analysis::WinRateRow& row : ParseWinRates(run.Rows(WinRatesStem(evaluation.name)))) {
      const analysis::Estimate& rate = row.win_rate;
      if (row.category != analysis::kOverall || !std::isfinite(rate.value)) continue;
      findings.push_back({analysis::ComparisonTitle(row.subject.comparison),
                          Where(row.subject.judge, row.subject.setting, evaluation.title), 100 * rate.value - 50,
                          100 * rate.low - 50, 100 * rate.high - 50, 100 * rate.standard_error, rate.n, rate.level});
    }
  }
  return findings;
}

std::vector<Finding> AccuracyFindings(const RunFiles& run) {
  std::vector<Finding> findings;
  for (const RunFiles::Asker& accuracy : run.Accuracies()) {
    for (const AccuracyRow& row : ParseAccuracy(run.Rows(AccuracyStem(accuracy.name)))) {
      const analysis::Estimate& difference = row.estimate;
      if (!row.IsDifference() || !std::isfinite(difference.value)) continue;
      findings.push_back({row.name, absl::StrCat(row.category, accuracy.title.empty() ? "" : ", ", accuracy.title),
                          100 * difference.value, 100 * difference.low, 100 * difference.high,
                          100 * difference.standard_error, difference.n, difference.level});
    }
  }
  return findings;
}

std::string WinRateSentence(const Finding& finding) {
  const std::vector<std::string> arms = absl::StrSplit(finding.subject, " vs ");
  const std::string a = arms[0], b = arms.size() > 1 ? arms[1] : "the other";
  const std::string interval =
      absl::StrFormat("it wins %.1f%% [%.1f, %.1f] of %d questions (%s confidence interval; a tie is half a win)",
                      50 + finding.seen, 50 + finding.low, 50 + finding.high, finding.n, Percent(finding.level));
  switch (DirectionOf(finding)) {
    case Direction::kMore:
      return absl::StrFormat("%s beats %s significantly by %s: %s.", a, b, finding.where, interval);
    case Direction::kLess:
      return absl::StrFormat("%s loses significantly to %s by %s: %s.", a, b, finding.where, interval);
    case Direction::kNotSignificant:
      break;
  }
  return absl::StrFormat("%s does not differ significantly from %s by %s: %s.", a, b, finding.where, interval);
}

std::string AccuracySentence(const Finding& finding) {
  const auto [arm, baseline] = ArmsOfDifference(finding.subject);
  const char* verb = "does not differ significantly from";
  if (DirectionOf(finding) == Direction::kMore) verb = "is right significantly more often than";
  if (DirectionOf(finding) == Direction::kLess) verb = "is right significantly less often than";
  return absl::StrFormat(
      "At %s %s %s %s: by %+.1f points [%+.1f, %+.1f] over %d questions (%s confidence interval, paired).",
      finding.where, arm, verb, baseline, finding.seen, finding.low, finding.high, finding.n, Percent(finding.level));
}

std::vector<Cell> CertaintyRow(const Finding& finding) {
  analysis::PowerOptions options;
  options.level = finding.level;
  // Of one question's difference. Runs of older forms have no standard errors, and equal answers none but 0.
  const double deviation =
      finding.standard_error > 0 ? finding.standard_error * std::sqrt(finding.n) : analysis::kUndefined;
  const auto smallest = analysis::MinimalDetectableEffect(deviation, finding.n, options);
  const auto needed = analysis::QuestionsNeeded(deviation, std::abs(finding.seen), options);
  return {finding.subject,
          finding.where,
          finding.n,
          finding.seen,
          finding.low,
          finding.high,
          DirectionOf(finding) == Direction::kNotSignificant ? "no" : "yes",
          smallest.ok() ? Cell(*smallest) : Cell(),
          needed.ok() ? Cell(*needed) : Cell()};
}

}  // namespace

Summary Summarize(const RunFiles& run) {
  Summary summary;
  analysis::Table& table = summary.certainty;
  table.caption = "Differences with confidence intervals, and their power";
  table.columns = {{"subject", "difference"},
                   {"where", "where"},
                   {"n", "questions"},
                   {"seen", "estimate, points", analysis::NumberFormat::kFixed, 1},
                   {"low", "CI low", analysis::NumberFormat::kFixed, 1},
                   {"high", "CI high", analysis::NumberFormat::kFixed, 1},
                   {"told", "significant"},
                   {"smallest", "minimum detectable effect, points", analysis::NumberFormat::kFixed, 1},
                   {"needed", "questions needed"}};
  const std::vector<Finding> win_rates = WinRateFindings(run), accuracies = AccuracyFindings(run);
  // Of the accuracies, those of the first and the largest number of attempts are put into words.
  std::string largest;
  for (const Finding& finding : accuracies) {
    if (!IsMajority(finding.where)) largest = finding.where;
  }
  for (const Finding& finding : win_rates) {
    if (finding.subject == win_rates[0].subject) summary.claims.push_back(WinRateSentence(finding));
    table.rows.push_back(CertaintyRow(finding));
  }
  for (const Finding& finding : accuracies) {
    if (finding.where == accuracies.front().where || finding.where == largest) {
      summary.claims.push_back(AccuracySentence(finding));
    }
    table.rows.push_back(CertaintyRow(finding));
  }
  table.notes = {
      "A win rate's difference is that from 50%. Significant: the confidence interval (CI) excludes 0, as in a "
      "two-sided test at 1 less the confidence level, not adjusted for the number of differences. Minimum detectable "
      "effect: the smallest true difference that so many questions find significant with probability 80% (the power). "
      "Questions needed: those with which a true difference as large as the estimate would be found significant with "
      "that probability; a dash where the estimate is 0."};
  if (table.rows.size() > 1) {
    const double level = (win_rates.empty() ? accuracies : win_rates)[0].level;
    table.notes.push_back(
        absl::StrFormat("Intervals are not adjusted for their number: of %d, about %.1f miss the truth.",
                        table.rows.size(), (1 - level) * table.rows.size()));
  }
  return summary;
}

}  // namespace experiments

#include "experiments/pipeline/tables/accuracy_tables.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/measures/pass_at_k.h"
#include "analysis/statistics/mean_interval.h"
#include "base/check.h"
#include "base/status.h"

namespace experiments {
namespace {

using ::analysis::Cell;
using ::analysis::Estimate;
using ::analysis::QuestionAttempts;
using ::evaluation::AnswerRule;
using ::evaluation::kAnswerRules;

size_t RuleIndex(AnswerRule rule) {
  return std::find(kAnswerRules.begin(), kAnswerRules.end(), rule) - kAnswerRules.begin();
}

const ScoredArm& Find(const AccuracyReport& report, const std::string& name) {
  const auto arm =
      std::find_if(report.arms.begin(), report.arms.end(), [&](const ScoredArm& a) { return a.arm == name; });
  SAMI_CHECK(arm != report.arms.end()) << name;
  return *arm;
}

// The counts of one arm by one rule: of attempt 0, or of the samples.
std::vector<QuestionAttempts> Counts(const AccuracyReport& report, const ScoredArm& arm, size_t rule, bool greedy) {
  std::vector<QuestionAttempts> counts;
  for (size_t q = 0; q < report.question_ids.size(); ++q) {
    const std::vector<bool>& right = arm.right[rule][q];
    const auto first = right.begin() + (greedy ? 0 : 1), last = greedy ? right.begin() + 1 : right.end();
    counts.push_back({report.question_ids[q], last - first, std::count(first, last, true)});
  }
  return counts;
}

absl::StatusOr<std::vector<double>> MajorityCredits(const AccuracyReport& report, const ScoredArm& arm) {
  std::vector<double> credits;
  for (size_t q = 0; q < report.question_ids.size(); ++q) {
    std::vector<std::optional<std::string>> votes;
    for (size_t k = 1; k < arm.answers[q].size(); ++k) {
      const auto& answer = arm.answers[q][k];
      votes.push_back(answer.has_value() ? std::optional<std::string>(*answer) : std::nullopt);
    }
    ASSIGN_OR_RETURN(const double credit, analysis::MajorityAtN(votes, report.gold[q]));
    credits.push_back(credit);
  }
  return credits;
}

absl::StatusOr<Estimate> Accuracy(const AccuracyReport& report, const ScoredArm& arm, const AccuracyMeasure& measure,
                                  size_t rule) {
  if (measure.kind == AccuracyMeasure::kMajority) {
    ASSIGN_OR_RETURN(const std::vector<double> credits, MajorityCredits(report, arm));
    return analysis::ScoreMeanInterval(credits, report.terms.level);
  }
  return analysis::MeanPassAtK(Counts(report, arm, rule, measure.kind == AccuracyMeasure::kGreedy), measure.k,
                               report.terms.level);
}

// Paired: the arm minus the baseline, question by question.
absl::StatusOr<Estimate> Difference(const AccuracyReport& report, const ScoredArm& arm,
                                    const AccuracyMeasure& measure) {
  const ScoredArm& baseline = Find(report, report.terms.baseline);
  if (measure.kind == AccuracyMeasure::kMajority) {
    ASSIGN_OR_RETURN(std::vector<double> differences, MajorityCredits(report, arm));
    ASSIGN_OR_RETURN(const std::vector<double> theirs, MajorityCredits(report, baseline));
    for (size_t q = 0; q < differences.size(); ++q) differences[q] -= theirs[q];
    return analysis::DifferenceInterval(differences, report.terms.level);
  }
  const size_t rule = RuleIndex(report.terms.rule);
  const bool greedy = measure.kind == AccuracyMeasure::kGreedy;
  ASSIGN_OR_RETURN(const analysis::PassAtKDifference paired,
                   analysis::ComparePassAtK(Counts(report, arm, rule, greedy), Counts(report, baseline, rule, greedy),
                                            measure.k, report.terms.level));
  return paired.difference;
}

std::string Percent(const Estimate& estimate) {
  return absl::StrFormat("%.1f [%.1f, %.1f]", 100 * estimate.value, 100 * estimate.low, 100 * estimate.high);
}

std::string SignedPercent(const Estimate& estimate) {
  return absl::StrFormat("%+.1f [%+.1f, %+.1f]", 100 * estimate.value, 100 * estimate.low, 100 * estimate.high);
}

std::vector<int64_t> OneTo(int64_t n) {
  std::vector<int64_t> ks(n);
  std::iota(ks.begin(), ks.end(), 1);
  return ks;
}

analysis::LineSeries Series(const std::string& name, const std::vector<Estimate>& curve) {
  analysis::LineSeries series;
  series.name = name;
  series.band = true;
  for (size_t i = 0; i < curve.size(); ++i) {
    series.points.push_back(
        {static_cast<double>(i + 1), 100 * curve[i].value, 100 * curve[i].low, 100 * curve[i].high});
  }
  return series;
}

}  // namespace

absl::StatusOr<std::vector<AccuracyRow>> AccuracyRows(const AccuracyReport& report) {
  std::vector<AccuracyRow> rows;
  for (const ScoredArm& arm : report.arms) {
    for (const AccuracyMeasure& measure : MeasuresOf(report.terms)) {
      ASSIGN_OR_RETURN(Estimate estimate, Accuracy(report, arm, measure, RuleIndex(report.terms.rule)));
      rows.push_back({arm.arm, measure.Category(), std::move(estimate)});
    }
  }
  for (const ScoredArm& arm : report.arms) {
    if (arm.arm == report.terms.baseline) continue;
    for (const AccuracyMeasure& measure : MeasuresOf(report.terms)) {
      ASSIGN_OR_RETURN(Estimate estimate, Difference(report, arm, measure));
      rows.push_back({DifferenceName(arm.arm, report.terms.baseline), measure.Category(), std::move(estimate)});
    }
  }
  return rows;
}

absl::StatusOr<analysis::Table> AccuracySummary(const AccuracyReport& report) {
  analysis::Table table = AccuracySummaryForm(report.terms);
  for (const ScoredArm& arm : report.arms) {
    std::vector<Cell> row = {arm.arm};
    for (const AccuracyMeasure& measure : MeasuresOf(report.terms)) {
      ASSIGN_OR_RETURN(const Estimate estimate, Accuracy(report, arm, measure, RuleIndex(report.terms.rule)));
      row.push_back(Percent(estimate));
      if (arm.arm == report.terms.baseline) {
        row.push_back(std::monostate());
        continue;
      }
      ASSIGN_OR_RETURN(const Estimate difference, Difference(report, arm, measure));
      row.push_back(SignedPercent(difference));
    }
    row.push_back(arm.mean_tokens);
    row.push_back(arm.finished_share);
    table.rows.push_back(std::move(row));
  }
  return table;
}

absl::StatusOr<std::vector<ExtractionRow>> ExtractionRows(const AccuracyReport& report) {
  std::vector<ExtractionRow> rows;
  for (const ScoredArm& arm : report.arms) {
    for (const AccuracyMeasure& measure : MeasuresOf(report.terms)) {
      if (measure.kind == AccuracyMeasure::kMajority) continue;
      ExtractionRow row{arm.arm, measure.Category(), {}};
      for (size_t rule = 0; rule < kAnswerRules.size(); ++rule) {
        ASSIGN_OR_RETURN(const Estimate estimate, Accuracy(report, arm, measure, rule));
        row.by_rule.push_back(estimate.value);
      }
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

absl::StatusOr<analysis::LineChart> AccuracyCurve(const AccuracyReport& report) {
  analysis::LineChart chart = AttemptsChart(report.terms);
  for (const ScoredArm& arm : report.arms) {
    analysis::BootstrapOptions options = report.options;
    options.stream = absl::StrCat("accuracy/curve/", arm.arm);
    ASSIGN_OR_RETURN(const std::vector<Estimate> curve,
                     analysis::PassAtKCurve(Counts(report, arm, RuleIndex(report.terms.rule), false),
                                            OneTo(report.terms.samples), options));
    chart.series.push_back(Series(arm.arm, curve));
  }
  return chart;
}

absl::StatusOr<analysis::LineChart> DifferenceCurve(const AccuracyReport& report) {
  analysis::LineChart chart = DifferencesChart(report.terms);
  const size_t rule = RuleIndex(report.terms.rule);
  for (const ScoredArm& arm : report.arms) {
    if (arm.arm == report.terms.baseline) continue;
    analysis::BootstrapOptions options = report.options;
    options.stream = absl::StrCat("accuracy/differences/", arm.arm);
    ASSIGN_OR_RETURN(const std::vector<Estimate> curve,
                     analysis::PassAtKDifferenceCurve(Counts(report, arm, rule, false),
                                                      Counts(report, Find(report, report.terms.baseline), rule, false),
                                                      OneTo(report.terms.samples), options));
    chart.series.push_back(Series(arm.arm, curve));
  }
  return chart;
}

}  // namespace experiments

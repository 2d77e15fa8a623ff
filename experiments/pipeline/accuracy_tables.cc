#include "experiments/pipeline/accuracy_tables.h"

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
using ::analysis::NumberFormat;
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

// A number that is reported: accuracy at temperature 0, pass@k of the samples, or their majority's.
struct Measure {
  enum Kind { kGreedy, kPassAtK, kMajority } kind;
  int64_t k = 1;
};

int64_t Samples(const AccuracyReport& report) { return report.arms[0].right[0][0].size() - 1; }

std::vector<Measure> Measures(const AccuracyReport& report) {
  std::vector<int64_t> ks = report.ks;
  std::sort(ks.begin(), ks.end());
  std::vector<Measure> measures = {{Measure::kGreedy, 1}};
  for (const int64_t k : ks) measures.push_back({Measure::kPassAtK, k});
  measures.push_back({Measure::kMajority, Samples(report)});
  return measures;
}

std::string Category(const Measure& measure) {
  if (measure.kind == Measure::kGreedy) return "temperature 0";
  if (measure.kind == Measure::kMajority) return absl::StrCat("majority of ", measure.k);
  return absl::StrCat(measure.k, measure.k == 1 ? " attempt" : " attempts");
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

absl::StatusOr<Estimate> Accuracy(const AccuracyReport& report, const ScoredArm& arm, const Measure& measure,
                                  size_t rule) {
  if (measure.kind == Measure::kMajority) {
    ASSIGN_OR_RETURN(const std::vector<double> credits, MajorityCredits(report, arm));
    return analysis::ScoreMeanInterval(credits, report.options.level);
  }
  return analysis::MeanPassAtK(Counts(report, arm, rule, measure.kind == Measure::kGreedy), measure.k,
                               report.options.level);
}

// Paired: the arm minus the baseline, question by question.
absl::StatusOr<Estimate> Difference(const AccuracyReport& report, const ScoredArm& arm, const Measure& measure) {
  const ScoredArm& baseline = Find(report, report.baseline);
  if (measure.kind == Measure::kMajority) {
    ASSIGN_OR_RETURN(std::vector<double> differences, MajorityCredits(report, arm));
    ASSIGN_OR_RETURN(const std::vector<double> theirs, MajorityCredits(report, baseline));
    for (size_t q = 0; q < differences.size(); ++q) differences[q] -= theirs[q];
    return analysis::DifferenceInterval(differences, report.options.level);
  }
  const size_t rule = RuleIndex(report.rule);
  const bool greedy = measure.kind == Measure::kGreedy;
  ASSIGN_OR_RETURN(const analysis::PassAtKDifference paired,
                   analysis::ComparePassAtK(Counts(report, arm, rule, greedy), Counts(report, baseline, rule, greedy),
                                            measure.k, report.options.level));
  return paired.difference;
}

std::vector<Cell> Row(const std::string& name, const std::string& category, const Estimate& estimate) {
  return {name,         category,      estimate.n,     estimate.value,  estimate.standard_error,
          estimate.low, estimate.high, estimate.level, estimate.method, int64_t{0}};
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

std::string Subtitle(const AccuracyReport& report) {
  return absl::StrFormat("%d questions, temperature %g; bands hold at all k together with %g%%",
                         report.question_ids.size(), report.temperature, 100 * report.options.level);
}

}  // namespace

absl::StatusOr<analysis::Table> AccuracyTable(const AccuracyReport& report) {
  analysis::Table table;
  table.caption = "Accuracy";
  table.columns = {{"name", "name"},
                   {"category", "category"},
                   {"n", "n"},
                   {"estimate", "%", NumberFormat::kPercent, 1},
                   {"standard_error", "s.e.", NumberFormat::kPercent, 1},
                   {"ci_low", "low", NumberFormat::kPercent, 1},
                   {"ci_high", "high", NumberFormat::kPercent, 1},
                   {"level", "level", NumberFormat::kPercent, 0},
                   {"method", "method"},
                   {"missing", "missing"}};
  for (const ScoredArm& arm : report.arms) {
    for (const Measure& measure : Measures(report)) {
      ASSIGN_OR_RETURN(const Estimate estimate, Accuracy(report, arm, measure, RuleIndex(report.rule)));
      table.rows.push_back(Row(arm.arm, Category(measure), estimate));
    }
  }
  for (const ScoredArm& arm : report.arms) {
    if (arm.arm == report.baseline) continue;
    for (const Measure& measure : Measures(report)) {
      ASSIGN_OR_RETURN(const Estimate estimate, Difference(report, arm, measure));
      table.rows.push_back(Row(absl::StrCat(arm.arm, " - ", report.baseline), Category(measure), estimate));
    }
  }
  return table;
}

absl::StatusOr<analysis::Table> AccuracySummary(const AccuracyReport& report) {
  analysis::Table table;
  table.caption = absl::StrFormat("Accuracy %% [%g%% interval], and its difference to %s", 100 * report.options.level,
                                  report.baseline);
  table.columns = {{"arm", "arm"}};
  for (const Measure& measure : Measures(report)) {
    const std::string category = Category(measure);
    table.columns.push_back({category, category, NumberFormat::kFixed, 1, true});
    table.columns.push_back({category + " difference", "difference", NumberFormat::kFixed, 1, true});
  }
  table.columns.push_back({"tokens", "tokens", NumberFormat::kFixed, 1});
  table.columns.push_back({"finished", "finished %", NumberFormat::kPercent, 1});
  for (const ScoredArm& arm : report.arms) {
    std::vector<Cell> row = {arm.arm};
    for (const Measure& measure : Measures(report)) {
      ASSIGN_OR_RETURN(const Estimate estimate, Accuracy(report, arm, measure, RuleIndex(report.rule)));
      row.push_back(Percent(estimate));
      if (arm.arm == report.baseline) {
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
  table.notes = {absl::StrFormat("%d questions; answers read by rule %s. k attempts at temperature %g: the unbiased "
                                 "estimate, from %d, of the probability that one of k is right.",
                                 report.question_ids.size(), std::string(evaluation::AnswerRuleName(report.rule)),
                                 report.temperature, Samples(report)),
                 "Differences are paired by question. Majority: by rule default, a tie shared among the answers that "
                 "lead."};
  return table;
}

absl::StatusOr<analysis::Table> ExtractionTable(const AccuracyReport& report) {
  analysis::Table table;
  table.caption = "Accuracy % by extraction rule";
  table.columns = {{"arm", "arm"}, {"category", "attempts"}};
  for (const AnswerRule rule : kAnswerRules) {
    const std::string name(evaluation::AnswerRuleName(rule));
    table.columns.push_back({name, name, NumberFormat::kPercent, 1});
  }
  table.columns.push_back({"least", "least", NumberFormat::kPercent, 1});
  table.columns.push_back({"largest", "largest", NumberFormat::kPercent, 1});
  for (const ScoredArm& arm : report.arms) {
    for (const Measure& measure : Measures(report)) {
      if (measure.kind == Measure::kMajority) continue;
      std::vector<double> values;
      for (size_t rule = 0; rule < kAnswerRules.size(); ++rule) {
        ASSIGN_OR_RETURN(const Estimate estimate, Accuracy(report, arm, measure, rule));
        values.push_back(estimate.value);
      }
      std::vector<Cell> row = {arm.arm, Category(measure)};
      row.insert(row.end(), values.begin(), values.end());
      row.push_back(*std::min_element(values.begin(), values.end()));
      row.push_back(*std::max_element(values.begin(), values.end()));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

absl::StatusOr<analysis::LineChart> AccuracyCurve(const AccuracyReport& report) {
  analysis::LineChart chart;
  chart.title = "Accuracy by number of attempts";
  chart.subtitle = Subtitle(report);
  chart.x_label = "attempts k";
  chart.y_label = "at least one right, %";
  for (const ScoredArm& arm : report.arms) {
    analysis::BootstrapOptions options = report.options;
    options.stream = absl::StrCat("accuracy/curve/", arm.arm);
    ASSIGN_OR_RETURN(
        const std::vector<Estimate> curve,
        analysis::PassAtKCurve(Counts(report, arm, RuleIndex(report.rule), false), OneTo(Samples(report)), options));
    chart.series.push_back(Series(arm.arm, curve));
  }
  return chart;
}

absl::StatusOr<analysis::LineChart> DifferenceCurve(const AccuracyReport& report) {
  analysis::LineChart chart;
  chart.title = absl::StrCat("Difference to ", report.baseline, " by number of attempts");
  chart.subtitle = Subtitle(report);
  chart.x_label = "attempts k";
  chart.y_label = "difference, points";
  chart.reference = 0;
  const size_t rule = RuleIndex(report.rule);
  for (const ScoredArm& arm : report.arms) {
    if (arm.arm == report.baseline) continue;
    analysis::BootstrapOptions options = report.options;
    options.stream = absl::StrCat("accuracy/differences/", arm.arm);
    ASSIGN_OR_RETURN(const std::vector<Estimate> curve,
                     analysis::PassAtKDifferenceCurve(Counts(report, arm, rule, false),
                                                      Counts(report, Find(report, report.baseline), rule, false),
                                                      OneTo(Samples(report)), options));
    chart.series.push_back(Series(arm.arm, curve));
  }
  return chart;
}

analysis::Table CurveTable(const analysis::LineChart& chart) {
  analysis::Table table;
  table.caption = chart.title;
  table.columns = {{"arm", "arm"},
                   {"attempts", "attempts"},
                   {"percent", chart.y_label, NumberFormat::kFixed, 1},
                   {"percent_low", "low", NumberFormat::kFixed, 1},
                   {"percent_high", "high", NumberFormat::kFixed, 1}};
  for (const analysis::LineSeries& series : chart.series) {
    for (const analysis::LinePoint& point : series.points) {
      table.rows.push_back({series.name, static_cast<int64_t>(point.x), point.y, point.low, point.high});
    }
  }
  table.notes = {chart.subtitle};
  return table;
}

}  // namespace experiments

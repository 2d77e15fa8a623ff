#include "experiments/run/accuracy_files.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "experiments/run/layout.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::analysis::Estimate;
using ::analysis::NumberFormat;
using ::analysis::Table;
using ::base::Json;

constexpr char kMinus[] = " - ";
constexpr char kMajorityOf[] = "majority of ";

std::string CurveSubtitle(const AccuracyTerms& terms) {
  return absl::StrFormat("%d questions, temperature %g; bands hold at all k together with %g%%", terms.questions,
                         terms.temperature, 100 * terms.level);
}

}  // namespace

std::string DifferenceName(const std::string& arm, const std::string& baseline) {
  return absl::StrCat(arm, kMinus, baseline);
}

Table AccuracyTable(absl::Span<const AccuracyRow> rows) {
  Table table;
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
  for (const auto& [name, category, estimate] : rows) {
    table.rows.push_back({name, category, estimate.n, estimate.value, estimate.standard_error, estimate.low,
                          estimate.high, estimate.level, estimate.method, int64_t{0}});
  }
  return table;
}

std::vector<AccuracyRow> ParseAccuracy(const JsonRows& rows) {
  std::vector<AccuracyRow> parsed;
  for (const Json& json : rows) {
    Estimate estimate = EstimateOf(json, "estimate", "ci_low", "ci_high");
    estimate.n = IntegerOf(json, "n");
    estimate.standard_error = NumberOf(json, "standard_error");
    estimate.level = NumberOf(json, "level");
    estimate.method = TextOf(json, "method");
    parsed.push_back({TextOf(json, "name"), TextOf(json, "category"), std::move(estimate)});
  }
  return parsed;
}

double ExtractionRow::Least() const { return *std::min_element(by_rule.begin(), by_rule.end()); }
double ExtractionRow::Largest() const { return *std::max_element(by_rule.begin(), by_rule.end()); }

Table ExtractionTable(absl::Span<const ExtractionRow> rows) {
  Table table;
  table.caption = "Accuracy % by extraction rule";
  table.columns = {{"arm", "arm"}, {"category", "attempts"}};
  std::vector<std::string> names;
  for (const evaluation::AnswerRule rule : evaluation::kAnswerRules) {
    names.emplace_back(evaluation::AnswerRuleName(rule));
  }
  names.insert(names.end(), {"least", "largest"});
  for (const std::string& name : names) table.columns.push_back({name, name, NumberFormat::kPercent, 1});
  for (const ExtractionRow& extraction : rows) {
    std::vector<analysis::Cell> row = {extraction.arm, extraction.category};
    row.insert(row.end(), extraction.by_rule.begin(), extraction.by_rule.end());
    row.insert(row.end(), {extraction.Least(), extraction.Largest()});
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::vector<ExtractionRow> ParseExtraction(const JsonRows& rows) {
  std::vector<ExtractionRow> parsed;
  for (const Json& json : rows) {
    ExtractionRow row{TextOf(json, "arm"), TextOf(json, "category"), {}};
    for (const evaluation::AnswerRule rule : evaluation::kAnswerRules) {
      row.by_rule.push_back(NumberOf(json, std::string(evaluation::AnswerRuleName(rule))));
    }
    parsed.push_back(std::move(row));
  }
  return parsed;
}

int64_t QuestionsOf(absl::Span<const AccuracyRow> rows) { return rows.empty() ? 0 : rows[0].estimate.n; }

AccuracyTerms TermsOf(const sami_harness::AccuracySpec& accuracy, double level, int64_t questions) {
  AccuracyTerms terms;
  terms.baseline = accuracy.baseline();
  terms.ks.assign(accuracy.report().begin(), accuracy.report().end());
  terms.samples = accuracy.attempts();
  terms.questions = questions;
  // The spec's checks know the rule; another version's may be unknown here.
  terms.rule = evaluation::AnswerRuleFromName(accuracy.rule()).value_or(evaluation::AnswerRule::kDefault);
  terms.temperature = accuracy.sampling().temperature();
  terms.level = level;
  return terms;
}

std::string AccuracyMeasure::Category() const {
  if (kind == kGreedy) return "temperature 0";
  if (kind == kMajority) return absl::StrCat(kMajorityOf, k);
  return absl::StrCat(k, k == 1 ? " attempt" : " attempts");
}

std::vector<AccuracyMeasure> MeasuresOf(const AccuracyTerms& terms) {
  std::vector<int64_t> ks = terms.ks;
  std::sort(ks.begin(), ks.end());
  std::vector<AccuracyMeasure> measures = {{AccuracyMeasure::kGreedy, 1}};
  for (const int64_t k : ks) measures.push_back({AccuracyMeasure::kPassAtK, k});
  measures.push_back({AccuracyMeasure::kMajority, terms.samples});
  return measures;
}

Table AccuracySummaryForm(const AccuracyTerms& terms) {
  Table table;
  table.caption =
      absl::StrFormat("Accuracy %% [%g%% interval], and its difference to %s", 100 * terms.level, terms.baseline);
  table.columns = {{"arm", "arm"}};
  for (const AccuracyMeasure& measure : MeasuresOf(terms)) {
    const std::string category = measure.Category();
    table.columns.push_back({category, category, NumberFormat::kFixed, 1, true});
    table.columns.push_back({category + " difference", "difference", NumberFormat::kFixed, 1, true});
  }
  table.columns.push_back({"tokens", "tokens", NumberFormat::kFixed, 1});
  table.columns.push_back({"finished", "finished %", NumberFormat::kPercent, 1});
  table.notes = {absl::StrFormat("%d questions; answers read by rule %s. k attempts at temperature %g: the unbiased "
                                 "estimate, from %d, of the probability that one of k is right.",
                                 terms.questions, std::string(evaluation::AnswerRuleName(terms.rule)),
                                 terms.temperature, terms.samples),
                 "Differences are paired by question. Majority: by rule default, a tie shared among the answers that "
                 "lead."};
  return table;
}

analysis::LineChart AttemptsChart(const AccuracyTerms& terms) {
  analysis::LineChart chart;
  chart.title = "Accuracy by number of attempts";
  chart.subtitle = CurveSubtitle(terms);
  chart.x_label = "attempts k";
  chart.y_label = "at least one right, %";
  return chart;
}

analysis::LineChart DifferencesChart(const AccuracyTerms& terms) {
  analysis::LineChart chart;
  chart.title = absl::StrCat("Difference to ", terms.baseline, " by number of attempts");
  chart.subtitle = CurveSubtitle(terms);
  chart.x_label = "attempts k";
  chart.y_label = "difference, points";
  chart.reference = 0;
  return chart;
}

Table CurveTable(const analysis::LineChart& chart) {
  Table table;
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

std::vector<analysis::LineSeries> ParseCurves(const JsonRows& rows) {
  std::vector<analysis::LineSeries> curves;
  for (const Json& json : rows) {
    const std::string arm = TextOf(json, "arm");
    if (curves.empty() || curves.back().name != arm) curves.push_back({arm, {}, true});
    curves.back().points.push_back({NumberOf(json, "attempts"), NumberOf(json, "percent"),
                                    NumberOf(json, "percent_low"), NumberOf(json, "percent_high")});
  }
  return curves;
}

AccuracyTerms TermsIn(const RunFiles& run, const std::string& accuracy) {
  const sami_harness::AccuracySpec* spec = FindNode(run.spec().accuracy(), accuracy);
  return TermsOf(spec == nullptr ? sami_harness::AccuracySpec::default_instance() : *spec,
                 run.spec().statistics().confidence_level(),
                 QuestionsOf(ParseAccuracy(run.Rows(AccuracyStem(accuracy)))));
}

}  // namespace experiments

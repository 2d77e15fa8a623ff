// Tables and curves of a run folder's accuracy/, as rows and as people see them; written and read back as tables.h's.
#ifndef EXPERIMENTS_RUN_ACCURACY_FILES_H_
#define EXPERIMENTS_RUN_ACCURACY_FILES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/table.h"
#include "analysis/statistics/estimate.h"
#include "evaluation/extraction/rules.h"
#include "experiments/run/json_members.h"
#include "experiments/run/run_files.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// accuracy/accuracy: of an arm ("sft") or of a paired difference to the baseline ("sft - base").
struct AccuracyRow {
  std::string name;
  std::string category;         // "temperature 0", "1 attempt", "10 attempts", ..., "majority of 32"
  analysis::Estimate estimate;  // a fraction
};
std::string DifferenceName(const std::string& arm, const std::string& baseline);
// {name, category, n, estimate, standard_error, ci_low, ci_high, level, method, missing}.
analysis::Table AccuracyTable(absl::Span<const AccuracyRow> rows);
std::vector<AccuracyRow> ParseAccuracy(const JsonRows& rows);

// accuracy/extraction: an arm's accuracy in a category by each rule of evaluation::kAnswerRules, fractions.
struct ExtractionRow {
  std::string arm, category;
  std::vector<double> by_rule;
  double Least() const;
  double Largest() const;
};
// {arm, category, a member for each rule, least, largest}.
analysis::Table ExtractionTable(absl::Span<const ExtractionRow> rows);
std::vector<ExtractionRow> ParseExtraction(const JsonRows& rows);

// What was measured, for captions and notes.
struct AccuracyTerms {
  std::string baseline;     // one of the arms
  std::vector<int64_t> ks;  // reported numbers of sampled attempts
  int64_t samples = 0;      // of each question
  int64_t questions = 0;
  evaluation::AnswerRule rule = evaluation::AnswerRule::kDefault;
  double temperature = 1;  // of the samples
  double level = 0.95;     // of intervals and bands
};
// level: of intervals; questions: how many every arm was asked
AccuracyTerms TermsOf(const sami_harness::AccuracySpec& accuracy, double level, int64_t questions);
// The number of questions in a table of accuracies; 0 of an empty one.
int64_t QuestionsOf(absl::Span<const AccuracyRow> rows);

// What an evaluation on problems measured, by the run's spec and tables.
AccuracyTerms TermsIn(const RunFiles& run, const std::string& accuracy);

// A number that is reported: accuracy at temperature 0, pass@k of the samples, or their majority's.
struct AccuracyMeasure {
  enum Kind { kGreedy, kPassAtK, kMajority } kind;
  int64_t k = 1;
  std::string Category() const;
};
// In the order of the tables.
std::vector<AccuracyMeasure> MeasuresOf(const AccuracyTerms& terms);

// accuracy/summary, what people read first, without rows: an arm a row, in percent, each measure with its difference
// beside it, then tokens and share of finished attempts.
analysis::Table AccuracySummaryForm(const AccuracyTerms& terms);

// Accuracy against the number of sampled attempts: of each arm, and of each difference. Without series.
analysis::LineChart AttemptsChart(const AccuracyTerms& terms);
analysis::LineChart DifferencesChart(const AccuracyTerms& terms);
// accuracy/attempts, accuracy/differences: {arm, attempts, percent, percent_low, percent_high}.
analysis::Table CurveTable(const analysis::LineChart& chart);
std::vector<analysis::LineSeries> ParseCurves(const JsonRows& rows);

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_ACCURACY_FILES_H_

// Accuracy tables and figures of the math experiment (arXiv 2410.01704, its accuracy figure), from right and wrong
// attempts. Pure: reads and writes no files.
#ifndef EXPERIMENTS_PIPELINE_TABLES_ACCURACY_TABLES_H_
#define EXPERIMENTS_PIPELINE_TABLES_ACCURACY_TABLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/table.h"
#include "analysis/statistics/bootstrap.h"
#include "evaluation/extraction/rules.h"
#include "experiments/run/accuracy_files.h"

namespace experiments {

// One arm's attempts, scored by every rule. The arms' questions are the same, in the same order.
struct ScoredArm {
  std::string arm;
  // right[r][q][k]: attempt k at question q, by evaluation::kAnswerRules[r]. Attempt 0 is the one at temperature 0, the
  // others are samples.
  std::vector<std::vector<std::vector<bool>>> right;
  // [q][k]: what the default rule read.
  std::vector<std::vector<absl::optional<std::string>>> answers;
  double mean_tokens = 0;     // of a sampled attempt
  double finished_share = 0;  // of the sampled attempts that ended by themselves
};

struct AccuracyReport {
  std::vector<ScoredArm> arms;
  std::vector<std::string> question_ids;
  std::vector<std::string> gold;  // as the default rule reads it
  AccuracyTerms terms;
  analysis::BootstrapOptions options;  // of the bands; the level is the terms'
};

// Every number with its interval: of each arm and of each paired difference to the baseline, in all categories.
absl::StatusOr<std::vector<AccuracyRow>> AccuracyRows(const AccuracyReport& report);

// What a person reads first, in percent: an arm a row, the paper's columns, differences beside them.
absl::StatusOr<analysis::Table> AccuracySummary(const AccuracyReport& report);

// The same accuracies by each rule.
absl::StatusOr<std::vector<ExtractionRow>> ExtractionRows(const AccuracyReport& report);

// Accuracy against the number of sampled attempts, with simultaneous bands: of each arm, and of each difference.
absl::StatusOr<analysis::LineChart> AccuracyCurve(const AccuracyReport& report);
absl::StatusOr<analysis::LineChart> DifferenceCurve(const AccuracyReport& report);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_TABLES_ACCURACY_TABLES_H_

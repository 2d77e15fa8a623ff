// Comparison of two runs, question by question.
#ifndef EXPERIMENTS_REPORT_COMPARE_RUNS_H_
#define EXPERIMENTS_REPORT_COMPARE_RUNS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/figures/table.h"
#include "experiments/claims/scores.h"

namespace experiments {

// A line for each measure that both runs have: both means and the mean paired difference, second less first, with its
// interval at `level` over the questions (by id) of both: DifferenceInterval's for shares (in percent and points), else
// Student's. Questions of one run alone are counted.
absl::StatusOr<analysis::Table> CompareRuns(const std::vector<ScoreSet>& first, const std::vector<ScoreSet>& second,
                                            const std::string& first_label, const std::string& second_label,
                                            double level);

}  // namespace experiments

#endif  // EXPERIMENTS_REPORT_COMPARE_RUNS_H_

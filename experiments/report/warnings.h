// Warnings about a run: what a reader of its numbers should know before believing them.
#ifndef EXPERIMENTS_REPORT_WARNINGS_H_
#define EXPERIMENTS_REPORT_WARNINGS_H_

#include <string>
#include <vector>

#include "experiments/claims/claims.h"
#include "experiments/run/run_files.h"

namespace experiments {

// Missing verdicts, verdicts that depend on the order, answers that were cut off, accuracies that depend on the rule
// that reads the answer, questions on which settings were chosen or that were trained on, training data whose
// constitutions are given away by length, arms that were given unequal data, and comparisons that are not significant
// while differences beyond kSmallPoints remain possible. What could not be read is RunFiles::warnings().
std::vector<std::string> FindWarnings(const RunFiles& run, const std::vector<Claim>& claims);

// In points (percent). Less than what the papers' comparisons differ by.
inline constexpr double kSmallPoints = 5;

}  // namespace experiments

#endif  // EXPERIMENTS_REPORT_WARNINGS_H_

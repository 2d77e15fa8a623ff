// Summary of a run's findings, in words: each claim with its confidence interval and questions, and a power analysis.
#ifndef EXPERIMENTS_REPORT_SUMMARY_H_
#define EXPERIMENTS_REPORT_SUMMARY_H_

#include <string>
#include <vector>

#include "analysis/figures/table.h"
#include "experiments/run/run_files.h"

namespace experiments {

struct Summary {
  // Sentences: of the spec's first comparison by each judge in each setting, of every arm's accuracy at
  // the first and the largest number of attempts against the baseline's.
  std::vector<std::string> claims;
  // Every comparison and difference: estimate, confidence interval, whether it is significant (the interval excludes
  // 0), the minimum detectable effect at power 80%, and the questions that an effect as large as the estimate needs
  // (analysis/measures/power.h, with the standard deviation between questions that the interval stands for).
  analysis::Table certainty;
};

Summary Summarize(const RunFiles& run);

}  // namespace experiments

#endif  // EXPERIMENTS_REPORT_SUMMARY_H_

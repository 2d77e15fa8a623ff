// What the run found, in words: each claim with its interval and questions, and what it would take to be sure.
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
  // Every comparison and difference: seen, interval, whether it is told from none, the smallest that so many questions
  // find with probability 80%, and the questions that one as large as that seen needs (analysis/measures/power.h, with
  // the deviation between questions that the interval stands for).
  analysis::Table certainty;
};

Summary Summarize(const RunFiles& run);

}  // namespace experiments

#endif  // EXPERIMENTS_REPORT_SUMMARY_H_

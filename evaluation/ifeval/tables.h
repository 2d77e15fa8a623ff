// What IFEval's verdicts come to: the four accuracies under lm-evaluation-harness's names, and each kind's.
#ifndef EVALUATION_IFEVAL_TABLES_H_
#define EVALUATION_IFEVAL_TABLES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/figures/table.h"
#include "datasets/queries/query.h"
#include "evaluation/ifeval/score.h"

namespace ifeval {

struct ScoredPrompt {
  const datasets::Query* prompt = nullptr;
  std::vector<Followed> instructions;  // as many as the prompt's
};

// A row each: prompt_level_strict_acc, inst_level_strict_acc and the same of loose; intervals over prompts at `level`
// (instructions of a prompt are one cluster). `prompts` is not empty.
absl::StatusOr<analysis::Table> AccuracyTable(const std::vector<ScoredPrompt>& prompts, double level);

// A row each of the groups ("keywords") and kinds ("keywords:existence") that were asked, with counts.
analysis::Table KindTable(const std::vector<ScoredPrompt>& prompts);

}  // namespace ifeval

#endif  // EVALUATION_IFEVAL_TABLES_H_

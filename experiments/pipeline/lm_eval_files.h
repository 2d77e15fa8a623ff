// lm-evaluation-harness files: an arm's attempts as that harness writes its own. Tools that read its samples_*.jsonl
// and results_*.json read these. The filters are evaluation/extraction' rules (experiments/run/lm_eval.h). What lm-eval
// takes from the clock or the machine (date, versions, git hash) is left out: the files are the same in every run of a
// spec.
#ifndef EXPERIMENTS_PIPELINE_LM_EVAL_FILES_H_
#define EXPERIMENTS_PIPELINE_LM_EVAL_FILES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "experiments/inputs/accuracy_items.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/tables/accuracy_tables.h"

namespace experiments {

// Writes results and the samples of both tasks: one line a question and filter at temperature 0; of the sampled task,
// one line a question, by the spec's rule.
absl::Status WriteLmEvalFiles(const Pipeline& pipeline, const sami_harness::AccuracySpec& accuracy,
                              const AccuracyReport& report, const ScoredArm& arm, const std::vector<Query>& questions,
                              const std::vector<std::vector<Attempt>>& attempts);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_LM_EVAL_FILES_H_

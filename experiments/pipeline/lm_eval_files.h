// lm-evaluation-harness files: an arm's attempts as that harness writes its own. Tools that read its samples_*.jsonl
// and results_*.json read these.
//
// Two tasks: "<name>_t0", one response a document at temperature 0, and "<name>_samples", all sampled ones. The filters
// are evaluation/answers' rules, "strict-match" and "flexible-extract" by lm-eval's own names. What lm-eval takes from
// the clock or the machine (date, versions, git hash) is left out: the files are the same in every run of a spec.
#ifndef EXPERIMENTS_PIPELINE_LM_EVAL_FILES_H_
#define EXPERIMENTS_PIPELINE_LM_EVAL_FILES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "experiments/inputs/accuracy_items.h"
#include "experiments/pipeline/accuracy_tables.h"
#include "experiments/pipeline/pipeline.h"

namespace experiments {

// Writes lm_eval/<arm>/results_<arm>.json and samples_<task>_<arm>.jsonl, "_" of an arm's name as "-" in the files'
// (the arm stands where lm-eval has a date, behind the last "_"). Of the samples: one line a question and filter at
// temperature 0; of the sampled task, one line a question, by the spec's rule. Beside lm-eval's fields
//   doc_id, doc, target, arguments, resps, filtered_resps, filter, metrics, doc_hash, prompt_hash, target_hash,
//   exact_match (the mean over the responses)
// a line has question_id and correct, [0 or 1, ...], which //analysis:pass_at_k reads.
absl::Status WriteLmEvalFiles(const Pipeline& pipeline, const AccuracyReport& report, const ScoredArm& arm,
                              const std::vector<AccuracyQuestion>& questions,
                              const std::vector<std::vector<Attempt>>& attempts);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_LM_EVAL_FILES_H_

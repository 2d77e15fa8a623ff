// Lines of lm-evaluation-harness's samples_*.jsonl, which its tools read: LmEvalSamplesFile().
#ifndef EXPERIMENTS_RUN_LM_EVAL_H_
#define EXPERIMENTS_RUN_LM_EVAL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/jsonl.h"
#include "evaluation/extraction/rules.h"

namespace experiments {

struct LmEvalGeneration {
  bool do_sample = false;
  double temperature = 0;
  double top_p = 1;
  int64_t max_gen_toks = 0;
};
base::OrderedJson ToJson(const LmEvalGeneration& generation);

// One document's responses, read by one rule. Beside lm-eval's members
//   doc_id, doc, target, arguments, resps, filtered_resps, filter, metrics, doc_hash, prompt_hash, target_hash,
//   exact_match (the mean over the responses)
// a line has question_id and correct, [0 or 1, ...], which //analysis:pass_at_k reads. What lm-eval takes from the
// clock or the machine is left out.
struct LmEvalSample {
  int64_t doc_id = 0;  // place among the task's documents, from 0
  int64_t question_id = 0;
  std::string question;
  std::string target;  // in GSM-8K's format
  std::string prompt;
  LmEvalGeneration generation;
  evaluation::AnswerRule rule = evaluation::AnswerRule::kDefault;
  // One a response, at least one.
  std::vector<std::string> responses;
  std::vector<std::string> filtered;  // what the rule read
  std::vector<bool> correct;
};
base::OrderedJson ToJson(const LmEvalSample& sample);
// kInvalidArgument, naming the line and member. Hashes and exact_match are not looked at.
absl::StatusOr<LmEvalSample> ParseLmEvalSample(const base::JsonLine& line);

// "strict-match" and "flexible-extract" of lm-eval's own rules, else the rule's name.
std::string LmEvalFilter(evaluation::AnswerRule rule);

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_LM_EVAL_H_

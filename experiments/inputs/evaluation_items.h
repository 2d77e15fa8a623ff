// Evaluation items, which every arm is asked: each evaluation question under one constitution a setting.
#ifndef EXPERIMENTS_INPUTS_EVALUATION_ITEMS_H_
#define EXPERIMENTS_INPUTS_EVALUATION_ITEMS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "datasets/embedded/questions.h"
#include "experiments/inputs/context.h"

namespace experiments {

using embedded::kSuiteSeed;

struct EvaluationQuestion {
  int64_t id;
  std::string category;
  std::string text;
  // One a setting, in the spec's order. The same for every arm.
  std::vector<datasets::Constitution> constitutions;
};

// kInvalidArgument when a category has too few principles; what the loaders say for a file.
absl::StatusOr<std::vector<EvaluationQuestion>> EvaluationQuestions(const Pipeline& pipeline);

// Answer keys of the embedded questions; empty for MT-Bench's.
absl::StatusOr<std::map<int64_t, embedded::AnswerKey>> AnswerKeys(const Pipeline& pipeline);

// "positive" or "steering".
std::string SettingName(int setting);
// "principle" or "content".
std::string JudgeName(int judge);
// Rules first, then language models, in the spec's order.
std::vector<std::string> JudgeNames(const sami_harness::EvaluationSpec& evaluation);

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_EVALUATION_ITEMS_H_

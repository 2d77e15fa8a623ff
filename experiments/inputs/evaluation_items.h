// Evaluation items, which every arm is asked: each query under one constitution a setting.
#ifndef EXPERIMENTS_INPUTS_EVALUATION_ITEMS_H_
#define EXPERIMENTS_INPUTS_EVALUATION_ITEMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/inputs/context.h"

namespace experiments {

struct EvaluationQuestion {
  int64_t id;
  std::string source;  // the id that the query's source gives
  std::string category;
  std::string text;
  // One a setting, in the spec's order. The same for every arm.
  std::vector<datasets::Constitution> constitutions;
};

// kInvalidArgument when a category has too few principles.
absl::StatusOr<std::vector<EvaluationQuestion>> EvaluationQuestions(const Pipeline& pipeline,
                                                                    const sami_harness::EvaluationSpec& evaluation);

// The prompt of a question in the setting of this place.
std::string EvaluationPrompt(const Pipeline& pipeline, const sami_harness::EvaluationSpec& evaluation,
                             const EvaluationQuestion& question, int setting_index);
// Of every question in every setting.
absl::StatusOr<std::vector<std::string>> EvaluationPrompts(const Pipeline& pipeline,
                                                           const sami_harness::EvaluationSpec& evaluation);

// "positive", "steering" or "unprompted".
std::string SettingName(int setting);
// "principle" or "content".
std::string JudgeName(int judge);
// Rules first, then language models, in the spec's order.
std::vector<std::string> JudgeNames(const sami_harness::EvaluationSpec& evaluation);

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_EVALUATION_ITEMS_H_

// Training examples of each objective: the contrastive data set as token ids.
//
// The boundary between prompt and response is there by construction: each is encoded alone, the response with the
// space before it, and the end-of-sequence token is appended. Nothing is re-tokenised.
#ifndef EXPERIMENTS_PIPELINE_EXAMPLES_H_
#define EXPERIMENTS_PIPELINE_EXAMPLES_H_

#include <vector>

#include "baselines/dpo/objective.h"
#include "baselines/sft/objective.h"
#include "lm/chat/language_model.h"
#include "sami/contrastive_data.h"
#include "sami/objective.h"

namespace experiments {

// The ids of a response as they follow its prompt, with the end-of-sequence token.
lm::TokenIds ResponseIds(const lm::LanguageModel& model, absl::string_view response);

// All n constitutions and responses of each query.
std::vector<sami::ContrastiveExample> ContrastiveExamples(const std::vector<sami::ContrastiveQuery>& queries,
                                                          const lm::LanguageModel& model);

// The first constitution's prompt, its own response preferred to the second's.
std::vector<dpo::PreferenceExample> PreferenceExamples(const std::vector<sami::ContrastiveQuery>& queries,
                                                       const lm::LanguageModel& model);

// The first constitution's prompt and response.
std::vector<sft::TextExample> TextExamples(const std::vector<sami::ContrastiveQuery>& queries,
                                           const lm::LanguageModel& model);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_EXAMPLES_H_

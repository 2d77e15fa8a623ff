// Queries to the generator: every training question under n constitutions.
#ifndef EXPERIMENTS_PIPELINE_QUERY_PLAN_H_
#define EXPERIMENTS_PIPELINE_QUERY_PLAN_H_

#include <vector>

#include "absl/status/statusor.h"
#include "experiments/pipeline/pipeline.h"
#include "lm/chat/text_generation.h"
#include "sami/contrastive_data.h"

namespace experiments {

// The queries with their constitutions and training prompts; responses are still to be written. `requests` get the
// generation prompts, pair after pair. Errors as TrainingQuestions'; kInvalidArgument when a category has too few
// principles.
absl::StatusOr<std::vector<sami::ContrastiveQuery>> PlanQueries(const Pipeline& pipeline,
                                                                std::vector<lm::TextRequest>* requests);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_QUERY_PLAN_H_

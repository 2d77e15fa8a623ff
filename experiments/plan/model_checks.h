// Checks of what a spec asks of its models, before anything is computed.
#ifndef EXPERIMENTS_PLAN_MODEL_CHECKS_H_
#define EXPERIMENTS_PLAN_MODEL_CHECKS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "experiments/inputs/context.h"

namespace experiments {

// All errors: an adapter's target that the arm's model does not have; a model that is trained and whose files name no
// end token; sampling as_published without what is published; a chat template, a local judge's too, that cannot be
// rendered; prompts of the evaluation, the information or the
// problems that leave no room for their responses in an arm's context, and those of data that must not be dropped
// (filters.too_long) in their generator's. The inputs must have been found, but for sets of queries,
// whose prompts are not counted. Reads models' config.json and tokenizers,
// no weights; what is wrong with those is for who loads them to say. Linear in the prompts, each tokenised once a
// model.
std::vector<absl::Status> CheckModels(const Pipeline& pipeline);

// What a run needs of the folders of models and local judges, and is not there at all, a line each:
// "models "base": no weights in DIR".
struct MissingFiles {
  std::vector<std::string> weights, tokenizers;
  // The tokenizers that are missing beside weights that are there: the folder is not of a plan.
  std::vector<std::string> tokenizers_of_weights;
};
MissingFiles FindMissingFiles(const Pipeline& pipeline);

// The same as an error, the first; of a spec that is to be run.
absl::Status CheckNothingIsMissing(const Pipeline& pipeline);

// What is worth knowing of the spec's models and no error: a chat template that is not used, lm::AroundTextNote.
std::vector<std::string> NotesOnModels(const Pipeline& pipeline);

}  // namespace experiments

#endif  // EXPERIMENTS_PLAN_MODEL_CHECKS_H_

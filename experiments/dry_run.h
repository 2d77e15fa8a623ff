// What a spec would do, without doing it.
#ifndef EXPERIMENTS_DRY_RUN_H_
#define EXPERIMENTS_DRY_RUN_H_

#include <string>

#include "absl/status/statusor.h"
#include "experiments/spec.pb.h"

namespace experiments {

// For people: which inputs are here and which are not, and for every stage the texts, optimizer steps and tokens, with
// the memory and arithmetic that the model's size asks for. Of a model it reads config.json only, so that a plan needs
// no weights. Numbers of tokens are upper bounds: every text as long as its max_new_tokens, no query filtered out;
// prompts are not counted. `spec` must be canonical.
std::string DryRun(const sami_harness::ExperimentSpec& spec);

}  // namespace experiments

#endif  // EXPERIMENTS_DRY_RUN_H_

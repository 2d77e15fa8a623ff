// Validation of what a spec says of prompts, and of who is asked by them. Called by CheckNodes.
#ifndef EXPERIMENTS_SPEC_CHECKS_PROMPT_CHECKS_H_
#define EXPERIMENTS_SPEC_CHECKS_PROMPT_CHECKS_H_

#include "absl/status/status.h"
#include "base/textproto/field_locations.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// kInvalidArgument as CheckNodes says for: a wording without its places, or with one too many.
absl::Status CheckWordings(const sami_harness::ExperimentSpec& spec, const base::FieldLocations& locations);

// The same for what asks by prompts of which the response is not all that the model writes, and cannot: response_start
// for models that are asked in conversation; either for the information, which is of the model's own texts. References
// must lead somewhere.
absl::Status CheckResponseFrames(const sami_harness::ExperimentSpec& spec, const base::FieldLocations& locations);

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_CHECKS_PROMPT_CHECKS_H_

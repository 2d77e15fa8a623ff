// Validation of a spec's accuracy section. Called by ValidateSpec.
#ifndef EXPERIMENTS_SPEC_ACCURACY_CHECKS_H_
#define EXPERIMENTS_SPEC_ACCURACY_CHECKS_H_

#include "absl/status/status.h"
#include "base/textproto/field_locations.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// kInvalidArgument as ValidateSpec says. `spec` has an accuracy section, and its arms are valid.
absl::Status CheckAccuracy(const sami_harness::ExperimentSpec& spec, const base::FieldLocations& locations);

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_ACCURACY_CHECKS_H_

// What must hold of a spec's accuracy section. Called by ValidateSpec.
#ifndef EXPERIMENTS_CHECK_ACCURACY_H_
#define EXPERIMENTS_CHECK_ACCURACY_H_

#include "absl/status/status.h"
#include "experiments/field_locations.h"
#include "experiments/spec.pb.h"

namespace experiments {

// kInvalidArgument as ValidateSpec says. `spec` has an accuracy section, and its arms are valid.
absl::Status CheckAccuracy(const sami_harness::ExperimentSpec& spec, const FieldLocations& locations);

}  // namespace experiments

#endif  // EXPERIMENTS_CHECK_ACCURACY_H_

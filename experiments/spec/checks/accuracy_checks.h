// Validation of what a spec says of accuracy. Called by ValidateSpec.
#ifndef EXPERIMENTS_SPEC_CHECKS_ACCURACY_CHECKS_H_
#define EXPERIMENTS_SPEC_CHECKS_ACCURACY_CHECKS_H_

#include <string>

#include "absl/status/status.h"
#include "base/textproto/field_locations.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// kInvalidArgument as ValidateSpec says, for the AccuracySpec at this path.
absl::Status CheckAccuracy(const sami_harness::AccuracySpec& accuracy, const std::string& path,
                           const base::FieldLocations& locations);

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_CHECKS_ACCURACY_CHECKS_H_

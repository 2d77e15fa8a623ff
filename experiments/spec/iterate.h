// Iterations written out: chains of data sets and arms (spec.proto, Iterate).
#ifndef EXPERIMENTS_SPEC_ITERATE_H_
#define EXPERIMENTS_SPEC_ITERATE_H_

#include "absl/status/status.h"
#include "base/textproto/field_locations.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// Appends the data sets and arms of every `iterate` of the spec and clears them; what was written out is located where
// its iteration is. kInvalidArgument "<where>: ..." for an arm that names data, or is no trained one.
absl::Status WriteOutIterations(sami_harness::ExperimentSpec* spec, base::FieldLocations* locations);

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_ITERATE_H_

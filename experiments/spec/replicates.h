// Replicates written out: everything that is trained or generated, once a seed (spec.proto, Replicates).
#ifndef EXPERIMENTS_SPEC_REPLICATES_H_
#define EXPERIMENTS_SPEC_REPLICATES_H_

#include "absl/status/status.h"
#include "base/textproto/field_locations.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// Replaces each trained arm and generated data set by one a seed, "NAME-sSEED", which refer to those of the same seed;
// evaluations ask all of them, and compare those of one seed with each other. Then clears `replicates`. What was
// written out is located where its original is. Call it when iterations have been written out.
// kInvalidArgument "<where>: ..." for a seed that is given twice, a node that has a seed of its own, or an accuracy
// whose baseline is trained.
absl::Status WriteOutReplicates(sami_harness::ExperimentSpec* spec, base::FieldLocations* locations);

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_REPLICATES_H_

// Replicates and grids written out: everything that is trained or generated once a seed, and arms once a learning rate
// (spec.proto, Replicates and Grid).
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

// Replaces each arm of the grid by one a learning rate, "NAME-lr2e-4" (a decimal point becomes "_"), and what refers to
// it as WriteOutReplicates does. Then clears `grid`. Call it before that one. kInvalidArgument "<where>: ..." for an
// arm that is not there or not trained, or is given twice, for rates that do not ascend, for an arm outside of the grid
// that is trained from one of it, or data that one of it writes, and where one of the arms is an accuracy's baseline.
absl::Status WriteOutGrid(sami_harness::ExperimentSpec* spec, base::FieldLocations* locations);

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_REPLICATES_H_

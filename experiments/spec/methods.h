// What is known of an arm by its method, whichever it is. No torch: experiments/pipeline/objectives.h makes what it is
// trained on.
#ifndef EXPERIMENTS_SPEC_METHODS_H_
#define EXPERIMENTS_SPEC_METHODS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "base/textproto/field_locations.h"
#include "experiments/spec/spec.pb.h"
#include "sami/seen_pairs.h"
#include "training/method/method.h"

namespace experiments {

// CHECK-fails on an arm without a method, which no valid spec has.
training::MethodDescription DescribeMethod(const sami_harness::Arm& arm);
// Of one example, of a query with so many constitutions.
training::MethodCost MethodCostOf(const sami_harness::Arm& arm, int64_t constitutions);

// Which pairs of contrastive data the arm sees, its method's own where it does not say.
sami::SeenPairs SeenPairsOf(const sami_harness::ExperimentSpec& spec, const sami_harness::Arm& arm);
// Examples of each query with so many constitutions (experiments/pipeline/examples/examples.h); for OWN_OVER_OPPOSITE
// if each has its opposite.
int64_t ExamplesPerQuery(const sami_harness::ExperimentSpec& spec, const sami_harness::Arm& arm, int64_t constitutions);

// kInvalidArgument at the arm (`path`: "arms[1]") when it has no method, or at the field of its method's settings,
// those of training among them (training/method/training_checks.h), that contradicts another or has no effect.
absl::Status CheckMethod(const sami_harness::Arm& arm, const std::string& path, const base::FieldLocations& locations);

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_METHODS_H_

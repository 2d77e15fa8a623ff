// The objective of an arm's method, whichever it is.
#ifndef EXPERIMENTS_PIPELINE_OBJECTIVES_H_
#define EXPERIMENTS_PIPELINE_OBJECTIVES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "experiments/spec/spec.pb.h"
#include "training/method/method.h"
#include "training/objective.h"

namespace experiments {

// `examples`: of the kind that DescribeMethod says. Errors are the method's (training/method/method.h). CHECK-fails on
// an arm without a method.
absl::StatusOr<std::unique_ptr<training::Objective>> MakeObjective(const sami_harness::Arm& arm,
                                                                   training::Examples examples,
                                                                   const training::ObjectiveInputs& inputs);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_OBJECTIVES_H_

// FLOP/s of this machine: the speed that a dry run reckons with.
#ifndef EXPERIMENTS_PLAN_MEASURE_FLOPS_H_
#define EXPERIMENTS_PLAN_MEASURE_FLOPS_H_

#include "absl/status/statusor.h"
#include "experiments/plan/dry_run.h"

namespace experiments {

// FLOP/s of the fastest of the products of float32 matrices that fit in half a second, on the CPU with so many threads.
double MeasureFlops(int threads);

// What a --flops flag says; measured where it is 0. kInvalidArgument where it is no speed.
absl::StatusOr<HardwareSpeed> FindSpeed(double flops_flag, int threads);

}  // namespace experiments

#endif  // EXPERIMENTS_PLAN_MEASURE_FLOPS_H_

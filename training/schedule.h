// Learning rate schedules: the rate of each optimizer step.
#ifndef TRAINING_SCHEDULE_H_
#define TRAINING_SCHEDULE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "training/config.pb.h"

namespace training {

// The rate of step s (from 1) of S, with W warm-up steps and peak rate r:
//   s <= W: r s / (W + 1), so that step W + 1 is the first at the peak;
//   s >  W: r times a factor that falls from 1 at step W + 1 to f = final_fraction at step L, where
//           t = (s - W - 1) / (L - W - 1):  CONSTANT 1,  LINEAR 1 - (1 - f) t,  COSINE f + (1 - f) (1 + cos(pi t)) / 2.
//           L is S, the last step, where f > 0; with f = 0 it is S + 1, as in transformers' schedules: every step
//           trains.
// CHECK-fails unless 1 <= s <= S.
double LearningRate(const sami_harness::TrainingConfig& config, int64_t step, int64_t num_steps);

// kInvalidArgument where the warm-up is as long as training: the rate would never reach its peak.
absl::Status CheckSchedule(const sami_harness::TrainingConfig& config, int64_t num_steps);

}  // namespace training

#endif  // TRAINING_SCHEDULE_H_

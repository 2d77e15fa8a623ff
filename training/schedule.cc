#include "training/schedule.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/check.h"

namespace training {

using ::sami_harness::ScheduleConfig;

double LearningRate(const sami_harness::TrainingConfig& config, int64_t step, int64_t num_steps) {
  SAMI_CHECK(step >= 1 && step <= num_steps) << "step " << step << " of " << num_steps;
  const ScheduleConfig& schedule = config.schedule();
  const double peak = config.optimizer().learning_rate();
  const int64_t warmup = schedule.warmup_steps();
  if (step <= warmup) return peak * step / (warmup + 1);

  const double f = schedule.final_fraction();
  // A last step of rate 0 would train nothing.
  const int64_t last = f > 0 ? num_steps : num_steps + 1;
  const double t = static_cast<double>(step - warmup - 1) / std::max<int64_t>(1, last - warmup - 1);
  switch (schedule.shape()) {
    case ScheduleConfig::CONSTANT:
      return peak;
    case ScheduleConfig::LINEAR:
      return peak * (1 - (1 - f) * t);
    case ScheduleConfig::COSINE:
      return peak * (f + (1 - f) * (1 + std::cos(std::acos(-1.0) * t)) / 2);
  }
  SAMI_CHECK(false) << "unknown schedule";
  return 0;
}

absl::Status CheckSchedule(const sami_harness::TrainingConfig& config, int64_t num_steps) {
  const int64_t warmup = config.schedule().warmup_steps();
  if (warmup == 0 || warmup < num_steps) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("schedule.warmup_steps is ", warmup, ", and training has ", num_steps,
                                                 " steps: the rate would never reach its peak"));
}

}  // namespace training

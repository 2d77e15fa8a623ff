#include "training/schedule.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace training {

using ::sami_harness::ScheduleConfig;

double LearningRate(const sami_harness::TrainingConfig& config, int64_t step, int64_t num_steps) {
  SAMI_CHECK(step >= 1 && step <= num_steps) << "step " << step << " of " << num_steps;
  const ScheduleConfig& schedule = config.schedule();
  const double peak = config.optimizer().learning_rate();
  const int64_t warmup = schedule.warmup_steps();
  if (step <= warmup) return peak * step / (warmup + 1);

  const double t = static_cast<double>(step - warmup - 1) / std::max<int64_t>(1, num_steps - warmup - 1);
  const double f = schedule.final_fraction();
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

}  // namespace training

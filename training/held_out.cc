#include "training/held_out.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/check.h"
#include "base/random.h"

namespace training {

using ::sami_harness::EarlyStopConfig;
using ::sami_harness::HeldOutConfig;
using ::sami_harness::TrainingConfig;

absl::StatusOr<int64_t> HeldOutCount(const HeldOutConfig& config, int64_t rows) {
  const bool is_share = config.size_case() == HeldOutConfig::kShare;
  const int64_t count = is_share ? std::llround(config.share() * rows) : config.rows();
  const std::string setting =
      is_share ? absl::StrCat("held_out.share is ", config.share()) : absl::StrCat("held_out.rows is ", config.rows());
  if (count < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat(setting, ", which of ", rows, " rows is none; hold out more, or leave held_out out"));
  }
  if (count >= rows) {
    return absl::InvalidArgumentError(
        absl::StrCat(setting, ", and there are ", rows, " rows: none would be left to train on; hold out fewer"));
  }
  return count;
}

std::vector<int64_t> HeldOutRows(int64_t count, int64_t rows, uint64_t seed) {
  SAMI_CHECK(count >= 0 && count <= rows) << count << " of " << rows;
  std::vector<int64_t> indices(rows);
  std::iota(indices.begin(), indices.end(), 0);
  base::RandomStream(seed, "training/held_out").Shuffle(indices);
  indices.resize(count);
  std::sort(indices.begin(), indices.end());
  return indices;
}

bool IsMeasured(const TrainingConfig& config, int64_t step, int64_t num_steps) {
  return config.has_held_out() && (step % config.held_out().every_steps() == 0 || step == num_steps);
}

int64_t BestOf(absl::Span<const double> losses) {
  SAMI_CHECK(!losses.empty());
  return std::min_element(losses.begin(), losses.end()) - losses.begin();
}

int64_t LastImprovement(const EarlyStopConfig& config, absl::Span<const double> losses) {
  SAMI_CHECK(!losses.empty());
  size_t best = 0;
  for (size_t k = 1; k < losses.size(); ++k) {
    if (losses[k] < losses[best] - config.min_improvement()) best = k;
  }
  return best;
}

bool StopsAfter(const EarlyStopConfig& config, absl::Span<const double> losses) {
  if (losses.empty()) return false;
  return static_cast<int64_t>(losses.size()) - 1 - LastImprovement(config, losses) >= config.patience();
}

std::vector<std::string> DescribeEnd(const TrainingConfig& config, int64_t steps, int64_t num_steps,
                                     absl::Span<const int64_t> measured, absl::Span<const double> losses) {
  std::vector<std::string> lines;
  if (steps < num_steps) {
    const int64_t last = LastImprovement(config.early_stop(), losses);
    lines.push_back(
        absl::StrFormat("stopped early, after step %d of %d: the held-out loss has not improved by more than %g since "
                        "step %d, where it "
                        "was %.6g (early_stop.patience: %d)",
                        steps, num_steps, config.early_stop().min_improvement(), measured[last], losses[last],
                        config.early_stop().patience()));
  }
  if (config.keep() == TrainingConfig::BEST) {
    const int64_t best = BestOf(losses);
    lines.push_back(absl::StrFormat("keeps the model after step %d, whose held-out loss is the lowest, %.6g",
                                    measured[best], losses[best]));
  }
  return lines;
}

absl::Status CheckMeasured(const TrainingConfig& config, int64_t num_steps) {
  if (config.save_steps() > num_steps) {
    return absl::InvalidArgumentError(absl::StrCat("save_steps is ", config.save_steps(), ", and training has ",
                                                   num_steps, " steps: nothing would be saved; lower it"));
  }
  if (!config.has_held_out()) return absl::OkStatus();
  const int64_t every = config.held_out().every_steps();
  const int64_t measurements = (num_steps + every - 1) / every;
  const std::string measured =
      absl::StrCat("training of ", num_steps, " steps is measured ", measurements,
                   measurements == 1 ? " time" : " times", " (held_out.every_steps is ", every, ")");
  // The first measurement is what the others are compared with, and after the last there is nothing to end.
  if (config.has_early_stop() && config.early_stop().patience() + 1 >= measurements) {
    return absl::InvalidArgumentError(absl::StrCat("early_stop.patience is ", config.early_stop().patience(), ", and ",
                                                   measured, ": it could never end training; measure more often"));
  }
  if (config.keep() == TrainingConfig::BEST && measurements == 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("keep is BEST, and ", measured, ": the best is the last; measure more often"));
  }
  return absl::OkStatus();
}

}  // namespace training

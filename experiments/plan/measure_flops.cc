#include "experiments/plan/measure_flops.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "lm/runtime/runtime.h"

namespace experiments {

double MeasureFlops(int threads) {
  using Clock = std::chrono::steady_clock;
  constexpr int64_t kSize = 1024;
  lm::SetUpRuntime();
  const torch::NoGradGuard no_gradients;
  const int before = torch::get_num_threads();
  torch::set_num_threads(threads);
  const torch::Tensor a = torch::ones({kSize, kSize}), b = torch::ones({kSize, kSize});
  torch::mm(a, b);  // threads and memory are made
  double fastest = 0;
  const Clock::time_point start = Clock::now();
  do {
    const Clock::time_point begin = Clock::now();
    torch::mm(a, b);
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    fastest = std::max(fastest, 2.0 * kSize * kSize * kSize / seconds);
  } while (Clock::now() - start < std::chrono::milliseconds(500));
  torch::set_num_threads(before);
  return fastest;
}

absl::StatusOr<HardwareSpeed> FindSpeed(double flops_flag, int threads) {
  if (!(flops_flag >= 0) || std::isinf(flops_flag)) {
    return absl::InvalidArgumentError("--flops must be a number >= 0, in FLOP/s");
  }
  if (flops_flag > 0) return HardwareSpeed{flops_flag, "as --flops says"};
  return HardwareSpeed{MeasureFlops(threads),
                       absl::StrCat("measured here on products of float32 matrices with ", threads, " threads")};
}

}  // namespace experiments

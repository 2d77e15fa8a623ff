#include "lm/decoding/device_sampling.h"

#include <tuple>

#include "base/check.h"

namespace lm {

bool ChoosesOnDevice(const SamplingOptions& options) {
  if (options.repetition_penalty != 1) return false;
  return options.temperature == 0 || (options.top_k == 0 && options.top_p == 1 && options.min_p == 0);
}

torch::Tensor ChooseOnDevice(const torch::Tensor& logits_BV, const SamplingOptions& options,
                             const std::vector<double>& uniforms) {
  SAMI_CHECK(ChoosesOnDevice(options));
  // The lowest id of equal ones, whatever the device's argmax takes: the first that is as large as the largest.
  const torch::Tensor largest_B = logits_BV.amax(1);  // NaN where one is
  const torch::Tensor places_V = torch::arange(logits_BV.size(1), logits_BV.options().dtype(torch::kInt64));
  const torch::Tensor first_B =
      places_V.expand(logits_BV.sizes()).masked_fill(logits_BV.ne(largest_B.unsqueeze(1)), logits_BV.size(1)).amin(1);
  torch::Tensor chosen_B = first_B;
  if (options.temperature > 0) {
    const torch::Tensor wide_BV = logits_BV.to(torch::kFloat64);
    const torch::Tensor weights_BV =
        ((wide_BV - wide_BV.amax(1, /*keepdim=*/true)) / options.temperature).exp().cumsum(1);
    const torch::Tensor uniforms_B1 = torch::tensor(uniforms, torch::kFloat64).to(logits_BV.device()).unsqueeze(1);
    const torch::Tensor targets_B1 = uniforms_B1 * weights_BV.narrow(1, logits_BV.size(1) - 1, 1);
    const torch::Tensor sampled_B = torch::searchsorted(weights_BV, targets_B1, /*out_int32=*/false, /*right=*/true);
    chosen_B = sampled_B.squeeze(1);
    // The sum was rounded to less than the number drawn.
    chosen_B = torch::where(chosen_B < logits_BV.size(1), chosen_B, first_B);
  }
  return torch::where(torch::isfinite(largest_B), chosen_B, torch::full_like(chosen_B, -1));
}

}  // namespace lm

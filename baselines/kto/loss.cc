#include "baselines/kto/loss.h"

#include <algorithm>

#include "base/check.h"

namespace kto {

torch::Tensor ResponseLoss(const torch::Tensor& ratio_N, const torch::Tensor& desirable_N, double reference_point,
                           const LossOptions& options) {
  SAMI_CHECK_EQ(ratio_N.dim(), 1);
  SAMI_CHECK(ratio_N.sizes() == desirable_N.sizes()) << "ratios and labels must both be [N]";
  SAMI_CHECK(options.beta > 0);
  const torch::Tensor desirable = desirable_N.to(ratio_N.scalar_type());
  const torch::Tensor sign = 2 * desirable - 1;
  const torch::Tensor weight = options.desirable_weight * desirable + options.undesirable_weight * (1 - desirable);
  return weight * (1 - torch::sigmoid(options.beta * sign * (ratio_N - reference_point)));
}

double ReferencePoint(const torch::Tensor& ratio_B) { return std::max(0.0, ratio_B.mean().item<double>()); }

}  // namespace kto

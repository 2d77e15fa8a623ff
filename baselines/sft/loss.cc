#include "baselines/sft/loss.h"

#include "base/check.h"

namespace sft {

torch::Tensor TokenMeanLoss(const torch::Tensor& sum_B, const torch::Tensor& count_B) {
  SAMI_CHECK_EQ(sum_B.dim(), 1);
  SAMI_CHECK(sum_B.sizes() == count_B.sizes());
  return -sum_B.sum() / count_B.sum();
}

torch::Tensor ExampleSumLoss(const torch::Tensor& sum_B) {
  SAMI_CHECK_EQ(sum_B.dim(), 1);
  return -sum_B.mean();
}

}  // namespace sft

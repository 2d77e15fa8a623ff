// KTO's loss of single responses that are desirable or are not (arXiv 2402.01306 eq. 8).
//
// Shapes: N = responses. x: [N], float32 or float64, log pi(response) - log ref(response), sums over tokens in nats.
// With z the reference point:
//   desirable:   desirable_weight (1 - sigmoid(beta (x - z)))
//   undesirable: undesirable_weight (1 - sigmoid(beta (z - x)))
#ifndef BASELINES_KTO_LOSS_H_
#define BASELINES_KTO_LOSS_H_

#include <torch/types.h>

namespace kto {

struct LossOptions {
  double beta = 0.1;  // > 0
  double desirable_weight = 1;
  double undesirable_weight = 1;
};

// [N]. Differentiable in x. desirable_N: [N], 1 or 0. reference_point: scalar, in nats; 0 is APO-zero unpaired (arXiv
// 2408.06266). CHECK-fails on unequal shapes or beta <= 0. O(N).
torch::Tensor ResponseLoss(const torch::Tensor& ratio_N, const torch::Tensor& desirable_N, double reference_point,
                           const LossOptions& options);

// KTO's reference point: the mean log-ratio of a batch's mismatched responses, each under another example's prompt, but
// at least 0. A constant of the loss, without gradient. ratio_B: [B] of the whole batch.
double ReferencePoint(const torch::Tensor& ratio_B);

}  // namespace kto

#endif  // BASELINES_KTO_LOSS_H_

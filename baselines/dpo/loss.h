// DPO losses (sigmoid, IPO, hinge, robust) on a preference between two responses to one prompt.
//
// Shapes: P = pairs. All log-probabilities are of whole responses: [P], float32 or float64, summed over tokens for the
// published DPO, IPO and hinge losses. The margin of a pair is
//   h = (log pi(chosen) - log pi(rejected)) - (log ref(chosen) - log ref(rejected)),
// without the reference's part when reference_free.
#ifndef BASELINES_DPO_LOSS_H_
#define BASELINES_DPO_LOSS_H_

#include <torch/types.h>

namespace dpo {

enum class LossKind {
  // -(1 - s) log sigmoid(beta h) - s log sigmoid(-beta h), s = label_smoothing (DPO, arXiv 2305.18290 eq. 7; with
  // s > 0 its conservative form).
  kSigmoid,
  // (h - 1 / (2 beta))^2 (IPO, arXiv 2310.12036 eq. 17).
  kIpo,
  // max(0, 1 - beta h) (SLiC's rank loss, arXiv 2305.10425, on DPO's margin).
  kHinge,
  // (-(1 - s) log sigmoid(beta h) + s log sigmoid(-beta h)) / (1 - 2 s): unbiased when a share s < 1/2 of the labels is
  // wrong (robust DPO, arXiv 2403.00409).
  kRobust,
};

struct LossOptions {
  LossKind kind = LossKind::kSigmoid;
  double beta = 0.1;           // > 0
  double label_smoothing = 0;  // kSigmoid: [0, 0.5]; kRobust: [0, 0.5); otherwise not used
  bool reference_free = false;
};

struct PairLogProbs {
  torch::Tensor chosen_P;
  torch::Tensor rejected_P;
};

// [P], in nats (kIpo: nats squared; kHinge: no unit). Differentiable in the policy's log-probabilities.
// CHECK-fails on unequal shapes or options out of range. O(P).
torch::Tensor PreferenceLoss(const PairLogProbs& policy, const PairLogProbs& reference, const LossOptions& options);

// beta (log pi - log ref) of each response: DPO's implicit rewards, without gradient. They use the reference also when
// the loss is reference-free, as in both published implementations.
struct Rewards {
  torch::Tensor chosen_P;
  torch::Tensor rejected_P;
  torch::Tensor accuracy_P;  // 1 where the chosen response's reward is strictly larger, else 0
};
Rewards ComputeRewards(const PairLogProbs& policy, const PairLogProbs& reference, double beta);

}  // namespace dpo

#endif  // BASELINES_DPO_LOSS_H_

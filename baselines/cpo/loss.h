// CPO's and SimPO's losses: preferences between two responses to one prompt, without a reference model.
//
// Shapes: P = pairs. A, B: [P], float32 or float64, log-probabilities of the chosen and the rejected response, in nats:
// sums over tokens for kSigmoid and kHinge (CPO, arXiv 2401.08417 eq. 5), per token for kIpo and kSimpo (SimPO, arXiv
// 2405.14734 eq. 6). With alpha other than 0 (AlphaPO, arXiv 2501.03884 eq. 5), (1 - exp(A)^-alpha) / alpha stands for
// A, and likewise for B. d = A - B, less gamma / beta for kSimpo; e = label_smoothing.
#ifndef BASELINES_CPO_LOSS_H_
#define BASELINES_CPO_LOSS_H_

#include <torch/types.h>

namespace cpo {

enum class LossKind {
  kSigmoid,  // -(1 - e) log sigmoid(beta d) - e log sigmoid(-beta d)
  kHinge,    // max(0, 1 - beta d)
  kIpo,      // (d - 1 / (2 beta))^2
  kSimpo,    // as kSigmoid
};

struct LossOptions {
  LossKind kind = LossKind::kSigmoid;
  double beta = 0.1;           // > 0
  double label_smoothing = 0;  // [0, 0.5]; kHinge and kIpo do not use it
  double gamma = 0.5;          // kSimpo alone uses it
  double alpha = 0;
};

struct PairLoss {
  torch::Tensor loss_P;             // differentiable in A and B
  torch::Tensor chosen_reward_P;    // beta times A as it stands in the loss, without gradient
  torch::Tensor rejected_reward_P;  // beta times B
};

// CHECK-fails on unequal shapes or options out of range. O(P).
PairLoss PreferenceLoss(const torch::Tensor& chosen_P, const torch::Tensor& rejected_P, const LossOptions& options);

}  // namespace cpo

#endif  // BASELINES_CPO_LOSS_H_

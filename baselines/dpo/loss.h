// DPO's loss and its relatives, on preferences between two responses to one prompt.
//
// Shapes: P = pairs. All log-probabilities are of whole responses, [P], float32 or float64, in nats: sums over tokens,
// or what stands for them (LD-DPO's weighted sums). With C, R the policy's of the chosen and the rejected response, C',
// R' the reference's (0 when reference_free), c, r the responses' numbers of tokens, b = beta and e = label_smoothing:
//   x = C - C', y = R - R', z = b (x - y).
#ifndef BASELINES_DPO_LOSS_H_
#define BASELINES_DPO_LOSS_H_

#include <torch/types.h>

namespace dpo {

enum class LossKind {
  // -(1 - e) log sigmoid(z) - e log sigmoid(-z) (DPO, arXiv 2305.18290 eq. 7; with e > 0 its conservative form).
  kSigmoid,
  // (x - y - 1 / (2 b))^2 (IPO, arXiv 2310.12036 eq. 17).
  kIpo,
  // max(0, 1 - z) (SLiC's rank loss, arXiv 2305.10425, on DPO's margin).
  kHinge,
  // (-(1 - e) log sigmoid(z) + e log sigmoid(-z)) / (1 - 2 e): unbiased when a share e < 1/2 of the labels is wrong
  // (robust DPO, arXiv 2403.00409).
  kRobust,
  // sigmoid(z) (log sigmoid(z) - log(1 - e)) + sigmoid(-z) (log sigmoid(-z) - log e), 0 < e: the reverse KL divergence
  // from labels that are wrong with probability e (EXO, arXiv 2402.00856 eq. 16).
  kExoPair,
  // -log sigmoid(b x) - 1/2 log sigmoid(-b x) - 1/2 log sigmoid(-b y) (NCA, arXiv 2402.05369).
  kNcaPair,
  // -log sigmoid(b x) - log sigmoid(-b y) (BCO, arXiv 2404.04656, on pairs, without its running shift).
  kBcoPair,
  // (x - 1 / (2 b))^2 + (y + 1 / (2 b))^2 (SPPO with hard labels, arXiv 2405.00675 eq. 4.7).
  kSppoHard,
  // 1 - sigmoid(b x) + sigmoid(b y) (APO-zero, arXiv 2408.06266 eq. 7).
  kApoZero,
  // sigmoid(b x) + 1 - sigmoid(z) (APO-down, arXiv 2408.06266 eq. 8).
  kApoDown,
  // -(1 - m) log sigmoid(z) + m exp(-z) with m = sigmoid(z / discopop_tau) (DiscoPOP, arXiv 2406.08414 eq. 5).
  kDiscopop,
};

// What stands for a log-ratio x (arXiv 2309.16240, arXiv 2305.10425). kApoZero, and kApoDown's first term, keep x.
enum class FDivergence {
  kReverseKl,     // x
  kForwardKl,     // 1 - exp(-x)
  kJsDivergence,  // log 2 + log sigmoid(x)
};

struct LossOptions {
  LossKind kind = LossKind::kSigmoid;
  double beta = 0.1;           // > 0
  double label_smoothing = 0;  // kSigmoid: [0, 0.5]; kRobust: [0, 0.5); kExoPair: (0, 0.5]; otherwise not used
  bool reference_free = false;
  double discopop_tau = 0.05;  // > 0
  FDivergence f_divergence = FDivergence::kReverseKl;
};

struct PairLogProbs {
  torch::Tensor chosen_P;
  torch::Tensor rejected_P;
};

// [P], in nats (kIpo, kSppoHard: nats squared; kHinge, kApo*: no unit). Differentiable in the policy's
// log-probabilities.
//   lengths: where given, x / c and y / r stand for x and y: IPO and the sigmoid loss per token.
// CHECK-fails on unequal shapes or options out of range. O(P).
torch::Tensor PreferenceLoss(const PairLogProbs& policy, const PairLogProbs& reference, const LossOptions& options,
                             const PairLogProbs* lengths = nullptr);

// beta (log pi - log ref) of each response: DPO's implicit rewards, without gradient. They use the reference also when
// the loss is reference-free, and no f-divergence, as in the published implementations.
struct Rewards {
  torch::Tensor chosen_P;
  torch::Tensor rejected_P;
  torch::Tensor accuracy_P;  // 1 where the chosen response's reward is strictly larger, else 0
};
Rewards ComputeRewards(const PairLogProbs& policy, const PairLogProbs& reference, double beta);

}  // namespace dpo

#endif  // BASELINES_DPO_LOSS_H_

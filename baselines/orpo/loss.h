// ORPO's odds-ratio loss on a preference between two responses to one prompt (arXiv 2403.07691 eq. 7), without a
// reference model.
//
// Shapes: P = pairs. A, B: [P], float32 or float64, log-probabilities per token of the chosen and the rejected
// response, below 0. With odds(A) = exp(A) / (1 - exp(A)):
//   loss = -beta log sigmoid(log odds(A) - log odds(B)).
#ifndef BASELINES_ORPO_LOSS_H_
#define BASELINES_ORPO_LOSS_H_

#include <torch/types.h>

namespace orpo {

struct OddsRatio {
  torch::Tensor loss_P;      // differentiable in A and B
  torch::Tensor log_odds_P;  // log odds(A) - log odds(B)
};

// Exact for probabilities near 0 and near 1. A of 0, a certain response, has infinite odds. CHECK-fails on unequal
// shapes or beta <= 0. O(P).
OddsRatio OddsRatioLoss(const torch::Tensor& chosen_P, const torch::Tensor& rejected_P, double beta);

}  // namespace orpo

#endif  // BASELINES_ORPO_LOSS_H_

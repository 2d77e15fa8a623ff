// The KL term of the published SAMI trainers (weight 0 in every published run), for parity with recorded numbers.
#ifndef SAMI_REFERENCE_KL_H_
#define SAMI_REFERENCE_KL_H_

#include <torch/types.h>

namespace sami {

// Scalar, in nats: KL(policy || reference) = sum_v p log(p / q) at a position, averaged over all B x T positions,
// prompt and padding included, as in janphilippfranken/sami's kl_divergence. Differentiable in both.
//   logits: [B, T, V], float32 or float64, of equal shapes (CHECKed).
torch::Tensor KlOverAllPositions(const torch::Tensor& policy_logits_BTV, const torch::Tensor& reference_logits_BTV);

}  // namespace sami

#endif  // SAMI_REFERENCE_KL_H_

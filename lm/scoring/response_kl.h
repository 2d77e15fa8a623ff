// KL divergence between two models' next-token distributions over responses' tokens.
//
// Shapes: P = pairs, N = positions, D = hidden size, V = vocabulary.
#ifndef LM_SCORING_RESPONSE_KL_H_
#define LM_SCORING_RESPONSE_KL_H_

#include <torch/types.h>

#include <cstdint>

#include "lm/model/decoder.h"
#include "lm/scoring/scoring.h"

namespace lm {

// [P], in nats per token: the mean over a pair's response tokens of KL(policy || reference) = sum_v p log(p / q) at the
// position that predicts the token; prompt positions do not count. float32, or float64 for float64 models.
// Differentiable in the policy's parameters; the reference gets no gradient. Both models read the same token ids.
// A prompt is computed once for all its responses. CHECK-fails as ScorePairs, or on vocabularies of unequal size.
torch::Tensor ResponseKl(const Decoder& policy, const Decoder& reference, const ScoringBatch& batch);

// [N]: KL(softmax(hidden weight^T) || softmax(reference_hidden reference_weight^T)) at each position; each model's
// logits are soft-capped first (lm/scoring/token_log_probs.h). Differentiable once in hidden_ND and weight_VD. Both
// models' logits exist for max_logits / V positions at a time, and are computed again in the backward pass.
torch::Tensor PositionKl(const torch::Tensor& hidden_ND, const torch::Tensor& weight_VD,
                         const torch::Tensor& reference_hidden_ND, const torch::Tensor& reference_weight_VD,
                         int64_t max_logits = int64_t{1} << 22, double softcap = 0, double reference_softcap = 0);

}  // namespace lm

#endif  // LM_SCORING_RESPONSE_KL_H_

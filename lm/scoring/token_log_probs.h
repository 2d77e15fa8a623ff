// Log-probabilities of given tokens under a linear head, without ever holding all logits.
//
// Shapes: N = positions, D = hidden size, V = vocabulary.
#ifndef LM_SCORING_TOKEN_LOG_PROBS_H_
#define LM_SCORING_TOKEN_LOG_PROBS_H_

#include <torch/types.h>

#include <cstdint>

namespace lm {

constexpr int64_t kMaxLogits = int64_t{1} << 23;  // 32 MiB of float32

// [N]: log softmax(hidden_ND weight_VD^T)[n][targets_N[n]], in float32, or float64 for float64 inputs. With a softcap c
// > 0 the logits z become c tanh(z / c) first. Differentiable once in hidden_ND and weight_VD. targets_N: int64 in [0,
// V). Logits are computed for a few positions at a time (a chunk of at most max_logits), and again in the backward pass
// unless all fit into four chunks: those are kept, and overwritten by the backward pass.
torch::Tensor TokenLogProbs(const torch::Tensor& hidden_ND, const torch::Tensor& weight_VD,
                            const torch::Tensor& targets_N, int64_t max_logits = kMaxLogits, double softcap = 0);

// c tanh(logits / c); the logits themselves for c = 0. No gradient.
torch::Tensor SoftCapped(const torch::Tensor& logits, double softcap);

// by_capped times the derivative of SoftCapped, from what that gave.
torch::Tensor SoftCapBackward(const torch::Tensor& by_capped, const torch::Tensor& capped, double softcap);

}  // namespace lm

#endif  // LM_SCORING_TOKEN_LOG_PROBS_H_

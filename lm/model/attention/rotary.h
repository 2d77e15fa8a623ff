// Rotary position embeddings (RoPE: Su et al., arXiv:2104.09864), in the "rotate half" layout of Hugging Face's Llama.
//
// Shapes: B = rows, T = tokens a row, d = head_dim.
#ifndef LM_MODEL_ATTENTION_ROTARY_H_
#define LM_MODEL_ATTENTION_ROTARY_H_

#include <torch/types.h>

#include <cstdint>

#include "lm/config/config.h"

namespace lm {

// The angle of each pair of coordinates is position * theta^(-2i/d), i < d/2.
struct RotaryTables {
  torch::Tensor cos_BTd;  // [B, T, d/2]
  torch::Tensor sin_BTd;
};

// float32 [d/2]: theta^(-2i/d), stretched as config.rope_scaling says. row_tokens matters with dynamic scaling alone,
// and there when it is more than max_positions: theta then grows with it.
torch::Tensor RotaryFrequencies(const ModelConfig& config, int64_t row_tokens = 0);

// With dynamic scaling a row's frequencies are those of its greatest position. Computed in float32, as the checkpoints'
// own training did, then converted to `dtype`.
RotaryTables MakeRotaryTables(const ModelConfig& config, const torch::Tensor& positions_BT, torch::Dtype dtype);

// Turns each head of x [B, T, heads, d]: (a, b) -> (a cos - b sin, b cos + a sin), a and b the halves of d.
torch::Tensor Rotate(const torch::Tensor& x, const RotaryTables& tables);

}  // namespace lm

#endif  // LM_MODEL_ATTENTION_ROTARY_H_

// Rotary position embeddings (RoPE: Su et al., arXiv:2104.09864), in the "rotate half" layout of Hugging Face's Llama.
//
// Shapes: B = rows, T = tokens a row, d = the coordinates of a head that are turned (RotaryDim).
#ifndef LM_MODEL_ATTENTION_ROTARY_H_
#define LM_MODEL_ATTENTION_ROTARY_H_

#include <torch/types.h>

#include <cstdint>

#include "lm/config/config.h"

namespace lm {

// The angle of each pair of coordinates is position * theta^(-2i/d), i < d/2. Both tables are multiplied by the
// scaling's attention factor.
struct RotaryTables {
  torch::Tensor cos_BTd;  // [B, T, d/2]
  torch::Tensor sin_BTd;
};

// float32 [d/2]: theta^(-2i/d), stretched as rope.scaling says. row_tokens matters with two kinds of scaling: dynamic,
// where theta grows with it once it is more than max_positions, and longrope, where it chooses the factors.
torch::Tensor RotaryFrequencies(const ModelConfig& config, const Rope& rope, int64_t row_tokens = 0);

// More tokens than these take other factors, and so other keys for all of them (longrope). 0: none do.
int64_t RotaryBorder(const ModelConfig& config);

// With dynamic scaling a row's frequencies are those of its greatest position; with longrope one choice is made for all
// rows, by the greatest of all positions, as transformers does, or for each row by spans_B [B], int64, if they are
// given. Computed in float32, as the checkpoints' own training did, then converted to `dtype`.
RotaryTables MakeRotaryTables(const ModelConfig& config, const Rope& rope, const torch::Tensor& positions_BT,
                              torch::Dtype dtype, const torch::Tensor& spans_B = {});

// Turns each head of x [B, T, heads, d]: (a, b) -> (a cos - b sin, b cos + a sin), a and b the halves of d.
torch::Tensor Rotate(const torch::Tensor& x, const RotaryTables& tables);

}  // namespace lm

#endif  // LM_MODEL_ATTENTION_ROTARY_H_

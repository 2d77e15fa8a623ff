// Attention heads: queries, keys and values, split from one product's output.
//
// Shapes: B = rows, T = tokens a row, H = heads, K = key/value heads, d = head_dim.
#ifndef LM_MODEL_HEADS_H_
#define LM_MODEL_HEADS_H_

#include <torch/types.h>

#include <cstdint>

#include "lm/model/attention/rotary.h"

namespace lm {

// Queries [B, T, H, d], keys and values [B, T, K, d]; queries and keys are turned by their positions, if at all.
struct Heads {
  torch::Tensor query, key, value;
};

// projected: [B, T, (H + 2 K) d], queries, keys and values side by side. Tables of r / 2 < d / 2 pairs turn the first r
// coordinates of a head; undefined ones turn nothing. Differentiable once; where all are turned nothing of the size of
// `projected` is kept for the backward pass, nor do the results share its memory (float32 on the CPU).
Heads SplitHeads(const torch::Tensor& projected, int64_t heads, int64_t kv_heads, const RotaryTables& rotary);

}  // namespace lm

#endif  // LM_MODEL_HEADS_H_

// The feed-forward network of a layer: SwiGLU (Shazeer, arXiv:2002.05202).
//
// Shapes: D = hidden size, I = intermediate size.
#ifndef LM_MODEL_FEED_FORWARD_H_
#define LM_MODEL_FEED_FORWARD_H_

#include <torch/types.h>

#include "lm/model/projection.h"

namespace lm {

struct FeedForwardWeights {
  Projection gate, up, down;  // [I, D], [I, D], [D, I]
};

// down(silu(gate(x)) * up(x)) over the last dimension of x [..., D]. Differentiable once in x and all weights. Without
// biases and adapters it keeps two tensors [..., I] for the backward pass, not four: what is cheap is computed again.
torch::Tensor FeedForward(const torch::Tensor& x, const FeedForwardWeights& weights);

}  // namespace lm

#endif  // LM_MODEL_FEED_FORWARD_H_

// The feed-forward network of a layer: gated (SwiGLU, GeGLU; Shazeer, arXiv:2002.05202), or not.
//
// Shapes: D = hidden size, I = intermediate size.
#ifndef LM_MODEL_FEED_FORWARD_H_
#define LM_MODEL_FEED_FORWARD_H_

#include <torch/types.h>

#include "lm/config/families.h"
#include "lm/model/projection.h"

namespace lm {

struct FeedForwardWeights {
  Projection gate, up, down;  // [I, D], [I, D], [D, I]
  Projection gate_up;         // [2 I, D], instead of both: gate's rows first
  // Whether there is a gate at all.
  bool is_gated() const { return gate.weight_OI.defined() || gate_up.weight_OI.defined(); }
};

// down(act(gate(x)) * up(x)) over the last dimension of x [..., D], or down(act(up(x))) without a gate. Differentiable
// once in x and all weights. With SiLU, and without biases and adapters, it keeps two tensors [..., I] for the backward
// pass, not four: what is cheap is computed again.
torch::Tensor FeedForward(const torch::Tensor& x, const FeedForwardWeights& weights,
                          Activation activation = Activation::kSilu);

// Elementwise: SiLU, GELU (Hendrycks and Gimpel, arXiv:1606.08415) by the error function, or by a hyperbolic tangent.
torch::Tensor Activated(const torch::Tensor& x, Activation activation);

}  // namespace lm

#endif  // LM_MODEL_FEED_FORWARD_H_

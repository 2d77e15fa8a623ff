// SwiGLU (Shazeer, arXiv:2002.05202).
//
// Shapes: D = hidden size, I = intermediate size.
#ifndef LM_FEED_FORWARD_H_
#define LM_FEED_FORWARD_H_

#include <torch/torch.h>

namespace lm {

// (silu(x gate^T) * (x up^T)) down^T over the last dimension of x [..., D]; gate and up are [I, D], down [D, I].
// Differentiable once in all four. Keeps two tensors [..., I] for the backward pass, not four: what is cheap is
// computed again.
torch::Tensor FeedForward(const torch::Tensor& x, const torch::Tensor& gate, const torch::Tensor& up,
                          const torch::Tensor& down);

}  // namespace lm

#endif  // LM_FEED_FORWARD_H_

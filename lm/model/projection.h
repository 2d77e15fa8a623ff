// Projections: the linear maps of a layer, a weight with perhaps a bias and a low-rank adapter (Hu et al.,
// arXiv:2106.09685).
//
// Shapes: I = inputs, O = outputs, R = the adapter's rank.
#ifndef LM_MODEL_PROJECTION_H_
#define LM_MODEL_PROJECTION_H_

#include <torch/types.h>

#include <initializer_list>

namespace lm {

struct LowRank {
  torch::Tensor a_RI;  // undefined: there is no adapter
  torch::Tensor b_OR;
  double scale = 1;
};

struct Projection {
  torch::Tensor weight_OI;
  torch::Tensor bias_O;  // undefined: none
  LowRank adapter;
};

// x [..., I] -> x W^T + bias + scale (x A^T) B^T, [..., O], in x's type. Differentiable; no gradient is computed for
// what requires none, and the sum W + scale B A is never made. A weight of another type than x is widened for the
// product alone, and again in the backward pass; it must need no gradient. The adapter's part is computed in the
// adapter's type.
torch::Tensor Project(const Projection& projection, const torch::Tensor& x);

// The outputs of several projections of the same x, side by side, in one product: for weights that are small beside x.
torch::Tensor ProjectTogether(std::initializer_list<const Projection*> projections, const torch::Tensor& x);

}  // namespace lm

#endif  // LM_MODEL_PROJECTION_H_

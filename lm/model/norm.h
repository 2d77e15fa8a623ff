// Norms: RMSNorm (Zhang and Sennrich, arXiv:1910.07467), as each family weights it, and LayerNorm (Ba et al.,
// arXiv:1607.06450).
#ifndef LM_MODEL_NORM_H_
#define LM_MODEL_NORM_H_

#include <torch/types.h>

#include "lm/config/families.h"

namespace lm {

struct NormWeights {
  torch::Tensor weight_D;  // undefined: there is no such norm
  torch::Tensor bias_D;    // of NormKind::kLayer alone
};

// weight_D * x / sqrt(mean(x^2) + eps) over the last dimension of x [..., D]; the quotient is computed in float32
// (float64 for float64) and rounded to x's type before it is weighted. Differentiable once in x and weight_D.
torch::Tensor RmsNorm(const torch::Tensor& x, const torch::Tensor& weight_D, double eps);

// The norm of that kind over the last dimension of x [..., D], in x's type; x itself where there is none.
// Differentiable once in x and the weights.
torch::Tensor Norm(NormKind kind, double eps, const NormWeights& weights, const torch::Tensor& x);

}  // namespace lm

#endif  // LM_MODEL_NORM_H_

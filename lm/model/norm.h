// RMSNorm (Zhang and Sennrich, arXiv:1910.07467).
#ifndef LM_MODEL_NORM_H_
#define LM_MODEL_NORM_H_

#include <torch/types.h>

namespace lm {

// weight_D * x / sqrt(mean(x^2) + eps) over the last dimension of x [..., D]; the quotient is computed in float32
// (float64 for float64) and rounded to x's type before it is weighted. Differentiable once in x and weight_D.
torch::Tensor RmsNorm(const torch::Tensor& x, const torch::Tensor& weight_D, double eps);

}  // namespace lm

#endif  // LM_MODEL_NORM_H_

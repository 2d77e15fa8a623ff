#include "lm/norm.h"

#include "lm/precision.h"

namespace lm {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// With its derivative written out: fewer passes over x than one operation after the other needs.
class Function : public torch::autograd::Function<Function> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& weight,
                               double eps) {
    const torch::Tensor wide = x.to(AtLeastFloat32(x.scalar_type()));
    const torch::Tensor scale = wide.square().mean(-1, /*keepdim=*/true).add_(eps).rsqrt_();
    const torch::Tensor normed = wide * scale;
    context->save_for_backward({normed, scale, weight});
    return weight * normed.to(x.scalar_type());
  }

  // With n = x s, s = 1 / sqrt(mean(x^2) + eps) and g = dy w: dx = s (g - n mean(g n)), dw = sum of dy n.
  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor &normed = saved[0], &scale = saved[1], &weight = saved[2];
    const torch::Tensor gradient = gradients[0].to(normed.scalar_type());
    const torch::Tensor by_weight = gradient * normed;
    const torch::Tensor rows = by_weight.reshape({-1, weight.size(0)});
    // mean(g n) = sum_D(dy n w) / D
    const torch::Tensor mean = (rows.mv(weight.to(normed.scalar_type())) / weight.size(0)).view(scale.sizes());
    const torch::Tensor by_x = (gradient * weight).addcmul_(normed, mean, -1).mul_(scale);
    return {by_x.to(gradients[0].scalar_type()), rows.sum(0).to(weight.scalar_type()), torch::Tensor()};
  }
};

}  // namespace

torch::Tensor RmsNorm(const torch::Tensor& x, const torch::Tensor& weight_D, double eps) {
  return Function::apply(x, weight_D, eps);
}

}  // namespace lm

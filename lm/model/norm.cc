#include "lm/model/norm.h"

#include <algorithm>
#include <cmath>

#include "lm/kernels/row_kernels.h"
#include "lm/runtime/precision.h"

namespace lm {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// With its derivative written out: fewer passes over x than one operation after the other needs.
class AnyType : public torch::autograd::Function<AnyType> {
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

// The same for float32 on the CPU. What follows a norm keeps the norm's output for its own backward pass, so that is
// what is kept here too: the input is had back from it.
class Float32 : public torch::autograd::Function<Float32> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& weight,
                               double eps) {
    const torch::Tensor rows = x.contiguous();
    torch::Tensor y = torch::empty_like(rows), scales = torch::empty({rows.numel() / weight.size(0)}, rows.options());
    RmsNormRows(scales.size(0), weight.size(0), rows.data_ptr<float>(), weight.data_ptr<float>(), eps,
                scales.data_ptr<float>(), y.data_ptr<float>());
    context->save_for_backward({y, scales, weight});
    return y;
  }

  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor &y = saved[0], &scales = saved[1], &weight = saved[2];
    const torch::Tensor by_y = gradients[0].contiguous();
    torch::Tensor by_x = torch::empty_like(by_y), by_weight = torch::zeros_like(weight);
    RmsNormBackwardRows(scales.size(0), weight.size(0), y.data_ptr<float>(), weight.data_ptr<float>(),
                        scales.data_ptr<float>(), by_y.data_ptr<float>(), by_x.data_ptr<float>(),
                        by_weight.data_ptr<float>());
    return {by_x, by_weight, torch::Tensor()};
  }
};

// Whether a float32 input can be had back from the output without loss.
bool IsInvertible(const torch::Tensor& weight) {
  const float* const elements = weight.data_ptr<float>();
  return std::all_of(elements, elements + weight.numel(), [](float w) { return std::abs(w) > 1e-30f; });
}

}  // namespace

torch::Tensor RmsNorm(const torch::Tensor& x, const torch::Tensor& weight_D, double eps) {
  const bool is_float = x.device().is_cpu() && x.scalar_type() == torch::kFloat32 &&
                        weight_D.scalar_type() == torch::kFloat32 && weight_D.is_contiguous();
  return is_float && IsInvertible(weight_D) ? Float32::apply(x, weight_D, eps) : AnyType::apply(x, weight_D, eps);
}

torch::Tensor Norm(NormKind kind, double eps, const NormWeights& weights, const torch::Tensor& x) {
  if (!weights.weight_D.defined()) return x;
  const torch::Dtype type = x.scalar_type(), wide = AtLeastFloat32(type);
  switch (kind) {
    case NormKind::kRms:
      break;
    case NormKind::kRmsWide:
      return RmsNorm(x.to(wide), weights.weight_D.to(wide), eps).to(type);
    case NormKind::kRmsPlusOne:
      return RmsNorm(x.to(wide), weights.weight_D.to(wide) + 1, eps).to(type);
    case NormKind::kLayer:
      return torch::layer_norm(x, {weights.weight_D.size(0)}, weights.weight_D, weights.bias_D, eps);
  }
  return RmsNorm(x, weights.weight_D, eps);
}

}  // namespace lm

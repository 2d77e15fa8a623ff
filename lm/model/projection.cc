#include "lm/model/projection.h"

#include <vector>

#include "base/check.h"

namespace lm {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// x W^T for a frozen weight of a narrower type: keeps W, not its widened copy.
class Widened : public torch::autograd::Function<Widened> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& weight) {
    context->save_for_backward({weight});
    return torch::linear(x, weight.to(x.scalar_type()));
  }

  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    const torch::Tensor weight = context->get_saved_variables()[0];
    return {gradients[0].matmul(weight.to(gradients[0].scalar_type())), torch::Tensor()};
  }
};

torch::Tensor Linear(const torch::Tensor& x, const torch::Tensor& weight) {
  if (weight.scalar_type() == x.scalar_type()) return torch::linear(x, weight);
  SAMI_CHECK(!weight.requires_grad()) << "a trained weight must have the activations' type";
  return Widened::apply(x, weight);
}

torch::Tensor Adapted(const LowRank& adapter, const torch::Tensor& x) {
  const torch::Tensor wide = x.to(adapter.a_RI.scalar_type());
  return torch::linear(torch::linear(wide, adapter.a_RI), adapter.b_OR).mul(adapter.scale).to(x.scalar_type());
}

int64_t Outputs(const Projection& projection) { return projection.weight_OI.size(0); }

std::vector<int64_t> WithLast(const torch::Tensor& x, int64_t last) {
  std::vector<int64_t> sizes = x.sizes().vec();
  sizes.back() = last;
  return sizes;
}

}  // namespace

torch::Tensor Project(const Projection& projection, const torch::Tensor& x) {
  torch::Tensor y = Linear(x, projection.weight_OI);
  if (projection.bias_O.defined()) y = y + projection.bias_O;
  if (projection.adapter.a_RI.defined()) y = y + Adapted(projection.adapter, x);
  return y;
}

torch::Tensor ProjectTogether(std::initializer_list<const Projection*> projections, const torch::Tensor& x) {
  tensor_list weights, biases, adapted;
  bool has_bias = false, has_adapter = false;
  for (const Projection* projection : projections) {
    weights.push_back(projection->weight_OI);
    has_bias = has_bias || projection->bias_O.defined();
    has_adapter = has_adapter || projection->adapter.a_RI.defined();
  }
  torch::Tensor y = Linear(x, torch::cat(weights));
  if (has_bias) {
    for (const Projection* projection : projections) {
      biases.push_back(projection->bias_O.defined() ? projection->bias_O
                                                    : torch::zeros({Outputs(*projection)}, x.options()));
    }
    y = y + torch::cat(biases);
  }
  if (!has_adapter) return y;
  for (const Projection* projection : projections) {
    adapted.push_back(projection->adapter.a_RI.defined()
                          ? Adapted(projection->adapter, x)
                          : torch::zeros(WithLast(x, Outputs(*projection)), x.options()));
  }
  return y + torch::cat(adapted, -1);
}

}  // namespace lm

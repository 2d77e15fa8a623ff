#include "lm/model/feed_forward.h"

#include <algorithm>

#include "lm/kernels/row_kernels.h"

namespace lm {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// Elements of each tensor that elementwise operations work on at once: 128 KiB of float32, so that what one operation
// writes the next finds in the cache.
constexpr int64_t kElements = 1 << 15;

// Calls work(begin, end) for runs of rows of a tensor [N, I].
template <typename Work>
void ForEachRun(const torch::Tensor& x_NI, Work work) {
  const int64_t rows = std::max<int64_t>(1, kElements / x_NI.size(1));
  for (int64_t begin = 0; begin < x_NI.size(0); begin += rows) {
    work(begin, std::min(begin + rows, x_NI.size(0)));
  }
}

bool HasKernels(const torch::Tensor& x) {
  return x.device().is_cpu() && x.scalar_type() == torch::kFloat32 && x.is_contiguous();
}

torch::Tensor Gated(const torch::Tensor& gate_NI, const torch::Tensor& up_NI) {
  torch::Tensor gated_NI = torch::empty_like(gate_NI);
  if (HasKernels(gate_NI) && HasKernels(up_NI)) {
    Gate(gate_NI.numel(), gate_NI.data_ptr<float>(), up_NI.data_ptr<float>(), gated_NI.data_ptr<float>());
    return gated_NI;
  }
  ForEachRun(gate_NI, [&](int64_t begin, int64_t end) {
    torch::Tensor gated = gated_NI.slice(0, begin, end);
    torch::silu_out(gated, gate_NI.slice(0, begin, end)).mul_(up_NI.slice(0, begin, end));
  });
  return gated_NI;
}

// The gradients of silu(gate) * up. by_gated is overwritten by that of `up`; returns that of `gate`. `gated` receives
// the product itself.
torch::Tensor GatedBackward(const torch::Tensor& gate_NI, const torch::Tensor& up_NI, const torch::Tensor& by_gated_NI,
                            const torch::Tensor& gated_NI) {
  torch::Tensor by_gate_NI = torch::empty_like(gate_NI);
  if (HasKernels(gate_NI) && HasKernels(up_NI) && HasKernels(by_gated_NI)) {
    GateBackward(gate_NI.numel(), gate_NI.data_ptr<float>(), up_NI.data_ptr<float>(), gated_NI.data_ptr<float>(),
                 by_gated_NI.data_ptr<float>(), by_gate_NI.data_ptr<float>());
    return by_gate_NI;
  }
  ForEachRun(gate_NI, [&](int64_t begin, int64_t end) {
    const auto run = [&](const torch::Tensor& whole) { return whole.slice(0, begin, end); };
    const torch::Tensor gate = run(gate_NI), up = run(up_NI), by_gated = run(by_gated_NI);
    torch::Tensor gated = run(gated_NI), by_gate = run(by_gate_NI);
    torch::silu_out(gated, gate);
    at::silu_backward_out(by_gate, by_gated * up, gate);
    by_gated.mul_(gated);
    gated.mul_(up);
  });
  return by_gate_NI;
}

// silu(gate) * up, [N, I].
class GatedProduct : public torch::autograd::Function<GatedProduct> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& gate_NI, const torch::Tensor& up_NI) {
    context->save_for_backward({gate_NI, up_NI});
    return Gated(gate_NI, up_NI);
  }

  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor by_up_NI = gradients[0].clone(), room_NI = torch::empty_like(by_up_NI);
    const torch::Tensor by_gate_NI = GatedBackward(saved[0], saved[1], by_up_NI, room_NI);
    return {by_gate_NI, by_up_NI};
  }
};

// All of it at once, for weights alone.
class GatedFunction : public torch::autograd::Function<GatedFunction> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& gate_weight,
                               const torch::Tensor& up_weight, const torch::Tensor& down_weight) {
    const torch::Tensor x_ND = x.flatten(0, -2);
    const torch::Tensor gate_NI = torch::linear(x_ND, gate_weight), up_NI = torch::linear(x_ND, up_weight);
    context->save_for_backward({x, gate_NI, up_NI, gate_weight, up_weight, down_weight});
    return torch::linear(Gated(gate_NI, up_NI), down_weight).view_as(x);
  }

  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor &x = saved[0], &gate_NI = saved[1], &up_NI = saved[2];
    const torch::Tensor &gate_weight = saved[3], &up_weight = saved[4], &down_weight = saved[5];
    const torch::Tensor x_ND = x.flatten(0, -2), gradient_ND = gradients[0].flatten(0, -2);
    torch::Tensor gated_NI = torch::empty_like(gate_NI);
    const torch::Tensor by_up_NI = gradient_ND.mm(down_weight);
    const torch::Tensor by_gate_NI = GatedBackward(gate_NI, up_NI, by_up_NI, gated_NI);
    const auto by_weight = [](const torch::Tensor& weight, const torch::Tensor& by_y, const torch::Tensor& x) {
      return weight.requires_grad() ? by_y.t().mm(x) : torch::Tensor();
    };
    const torch::Tensor by_down_weight = by_weight(down_weight, gradient_ND, gated_NI);
    gated_NI = torch::Tensor();
    const torch::Tensor by_x_ND = by_up_NI.mm(up_weight).add_(by_gate_NI.mm(gate_weight));
    return {by_x_ND.view_as(x), by_weight(gate_weight, by_gate_NI, x_ND), by_weight(up_weight, by_up_NI, x_ND),
            by_down_weight};
  }
};

bool IsWeightAlone(const Projection& projection, const torch::Tensor& x) {
  return !projection.bias_O.defined() && !projection.adapter.a_RI.defined() &&
         projection.weight_OI.scalar_type() == x.scalar_type();
}

}  // namespace

torch::Tensor Activated(const torch::Tensor& x, Activation activation) {
  switch (activation) {
    case Activation::kSilu:
      break;
    case Activation::kGelu:
      return torch::gelu(x);
    case Activation::kGeluTanh:
      return torch::gelu(x, "tanh");
  }
  return torch::silu(x);
}

torch::Tensor FeedForward(const torch::Tensor& x, const FeedForwardWeights& weights, Activation activation) {
  const Projection &gate = weights.gate, &up = weights.up, &down = weights.down;
  const bool is_silu = activation == Activation::kSilu;
  if (is_silu && gate.weight_OI.defined() && IsWeightAlone(gate, x) && IsWeightAlone(up, x) && IsWeightAlone(down, x)) {
    return GatedFunction::apply(x, gate.weight_OI, up.weight_OI, down.weight_OI);
  }
  const torch::Tensor x_ND = x.flatten(0, -2);
  if (!weights.is_gated()) return Project(down, Activated(Project(up, x_ND), activation)).view_as(x);
  torch::Tensor gate_NI, up_NI;
  if (weights.gate_up.weight_OI.defined()) {
    const auto halves = Project(weights.gate_up, x_ND).chunk(2, -1);
    gate_NI = halves[0].contiguous();
    up_NI = halves[1].contiguous();
  } else {
    gate_NI = Project(gate, x_ND);
    up_NI = Project(up, x_ND);
  }
  const torch::Tensor gated_NI = is_silu ? GatedProduct::apply(gate_NI, up_NI) : Activated(gate_NI, activation) * up_NI;
  return Project(down, gated_NI).view_as(x);
}

}  // namespace lm

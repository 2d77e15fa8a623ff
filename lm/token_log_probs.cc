#include "lm/token_log_probs.h"

#include <algorithm>

#include "base/check.h"
#include "lm/precision.h"

namespace lm {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// [n, V] for a chunk of n positions.
torch::Tensor LogSoftmax(const torch::Tensor& hidden, const torch::Tensor& weight) {
  const torch::Tensor logits = torch::linear(hidden, weight);
  return torch::log_softmax(logits, -1, AtLeastFloat32(logits.scalar_type()));
}

class Function : public torch::autograd::Function<Function> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& hidden, const torch::Tensor& weight,
                               const torch::Tensor& targets, int64_t chunk) {
    const int64_t positions = hidden.size(0);
    const bool whole = positions <= chunk;
    torch::Tensor kept;
    std::vector<torch::Tensor> parts;
    for (int64_t begin = 0; begin < positions; begin += chunk) {
      const int64_t size = std::min(chunk, positions - begin);
      const torch::Tensor log_probs = LogSoftmax(hidden.narrow(0, begin, size), weight);
      parts.push_back(log_probs.gather(1, targets.narrow(0, begin, size).unsqueeze(1)).squeeze(1));
      if (whole) kept = log_probs;
    }
    context->save_for_backward({hidden, weight, targets, kept});
    context->saved_data["chunk"] = chunk;
    return torch::cat(parts);
  }

  // d log p[target] / d logits = onehot(target) - softmax.
  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor &hidden = saved[0], &weight = saved[1], &targets = saved[2], &kept = saved[3];
    const int64_t positions = hidden.size(0), chunk = context->saved_data["chunk"].toInt();
    torch::Tensor hidden_gradient = torch::empty_like(hidden), weight_gradient = torch::empty_like(weight);
    for (int64_t begin = 0; begin < positions; begin += chunk) {
      const int64_t size = std::min(chunk, positions - begin);
      const torch::Tensor part = hidden.narrow(0, begin, size);
      const torch::Tensor gradient = gradients[0].narrow(0, begin, size).unsqueeze(1);
      torch::Tensor by_logits = (kept.defined() ? kept.exp() : LogSoftmax(part, weight).exp_()).mul_(-gradient);
      by_logits.scatter_add_(1, targets.narrow(0, begin, size).unsqueeze(1), gradient);
      by_logits = by_logits.to(weight.scalar_type());
      torch::Tensor out = hidden_gradient.narrow(0, begin, size);
      torch::mm_out(out, by_logits, weight);
      if (begin == 0) {
        torch::mm_out(weight_gradient, by_logits.t(), part);
      } else {
        weight_gradient.addmm_(by_logits.t(), part);
      }
    }
    return {hidden_gradient, weight_gradient, torch::Tensor(), torch::Tensor()};
  }
};

}  // namespace

torch::Tensor TokenLogProbs(const torch::Tensor& hidden_ND, const torch::Tensor& weight_VD,
                            const torch::Tensor& targets_N, int64_t max_logits) {
  SAMI_CHECK(hidden_ND.dim() == 2 && weight_VD.dim() == 2 && hidden_ND.size(1) == weight_VD.size(1));
  SAMI_CHECK(targets_N.dim() == 1 && targets_N.size(0) == hidden_ND.size(0) && hidden_ND.size(0) > 0);
  const int64_t chunk = std::max<int64_t>(1, max_logits / weight_VD.size(0));
  return Function::apply(hidden_ND, weight_VD, targets_N, chunk);
}

}  // namespace lm

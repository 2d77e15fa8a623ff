#include "lm/scoring/token_log_probs.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/check.h"
#include "lm/kernels/row_kernels.h"
#include "lm/runtime/precision.h"

namespace lm {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// Logits are kept for the backward pass if they are of no more chunks than these.
constexpr int64_t kKeptChunks = 2;
// Of what the backward pass finds, the tensors before the kept logits.
constexpr size_t kSaved = 4;

bool HasKernels(const torch::Tensor& x) {
  return x.device().is_cpu() && x.scalar_type() == torch::kFloat32 && x.is_contiguous();
}

// log(sum(exp(logits_NV[n]))), [N], in float32 or better.
torch::Tensor LogSumExp(const torch::Tensor& logits_NV) {
  if (!HasKernels(logits_NV)) return logits_NV.to(AtLeastFloat32(logits_NV.scalar_type())).logsumexp(1);
  torch::Tensor sums_N = torch::empty({logits_NV.size(0)}, logits_NV.options());
  LogSumExpRows(logits_NV.size(0), logits_NV.size(1), logits_NV.data_ptr<float>(), sums_N.data_ptr<float>());
  return sums_N;
}

// d log p[target] / d logits = onehot(target) - softmax, times gradient_N. The logits are overwritten where possible.
torch::Tensor LogProbBackward(const torch::Tensor& logits_NV, const torch::Tensor& log_sum_exps_N,
                              const torch::Tensor& targets_N, const torch::Tensor& gradient_N) {
  if (HasKernels(logits_NV)) {
    LogProbBackwardRows(logits_NV.size(0), logits_NV.size(1), log_sum_exps_N.data_ptr<float>(),
                        targets_N.data_ptr<int64_t>(), gradient_N.data_ptr<float>(), logits_NV.data_ptr<float>());
    return logits_NV;
  }
  const torch::Tensor gradient = gradient_N.unsqueeze(1);
  const torch::Tensor log_probs = logits_NV.to(gradient.scalar_type()) - log_sum_exps_N.unsqueeze(1);
  return log_probs.exp().mul_(-gradient).scatter_add_(1, targets_N.unsqueeze(1), gradient).to(logits_NV.scalar_type());
}

class LogProbsFunction : public torch::autograd::Function<LogProbsFunction> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& hidden, const torch::Tensor& weight,
                               const torch::Tensor& targets, int64_t chunk, double softcap) {
    const int64_t positions = hidden.size(0);
    const torch::Tensor wide = weight.to(hidden.scalar_type());
    const bool keep = positions <= kKeptChunks * chunk;
    std::vector<torch::Tensor> log_probs, log_sum_exps, kept;
    for (int64_t begin = 0; begin < positions; begin += chunk) {
      const int64_t size = std::min(chunk, positions - begin);
      const torch::Tensor logits = SoftCapped(torch::linear(hidden.narrow(0, begin, size), wide), softcap);
      const torch::Tensor scored = logits.gather(1, targets.narrow(0, begin, size).unsqueeze(1)).squeeze(1);
      log_sum_exps.push_back(LogSumExp(logits));
      log_probs.push_back(scored.to(log_sum_exps.back().scalar_type()) - log_sum_exps.back());
      if (keep) kept.push_back(logits);
    }
    std::vector<torch::Tensor> saved = {hidden, weight, targets.contiguous(), torch::cat(log_sum_exps)};
    saved.insert(saved.end(), kept.begin(), kept.end());
    context->save_for_backward(std::move(saved));
    context->saved_data["chunk"] = chunk;
    context->saved_data["softcap"] = softcap;
    return torch::cat(log_probs);
  }

  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor &hidden = saved[0], &targets = saved[2], &log_sum_exps = saved[3];
    const torch::Tensor weight = saved[1].to(hidden.scalar_type());
    const bool keeps = saved.size() > kSaved;
    const torch::Tensor gradient = gradients[0].contiguous();
    const int64_t positions = hidden.size(0), chunk = context->saved_data["chunk"].toInt();
    const double softcap = context->saved_data["softcap"].toDouble();
    torch::Tensor hidden_gradient = torch::empty_like(hidden), weight_gradient;
    if (saved[1].requires_grad()) weight_gradient = torch::empty_like(weight);
    for (int64_t begin = 0; begin < positions; begin += chunk) {
      const auto part = [&](const torch::Tensor& x) { return x.narrow(0, begin, std::min(chunk, positions - begin)); };
      const torch::Tensor logits =
          keeps ? saved[kSaved + begin / chunk] : SoftCapped(torch::linear(part(hidden), weight), softcap);
      // Overwritten below, where they are needed once more.
      const torch::Tensor capped = softcap > 0 ? logits.clone() : logits;
      const torch::Tensor by_capped = LogProbBackward(logits, part(log_sum_exps), part(targets), part(gradient));
      const torch::Tensor by_logits = SoftCapBackward(by_capped, capped, softcap);
      torch::Tensor out = part(hidden_gradient);
      torch::mm_out(out, by_logits, weight);
      if (!weight_gradient.defined()) continue;
      if (begin == 0) {
        torch::mm_out(weight_gradient, by_logits.t(), part(hidden));
      } else {
        weight_gradient.addmm_(by_logits.t(), part(hidden));
      }
    }
    return {hidden_gradient, weight_gradient, torch::Tensor(), torch::Tensor(), torch::Tensor()};
  }
};

}  // namespace

torch::Tensor SoftCapped(const torch::Tensor& logits, double softcap) {
  return softcap > 0 ? (logits / softcap).tanh_().mul_(softcap) : logits;
}

torch::Tensor SoftCapBackward(const torch::Tensor& by_capped, const torch::Tensor& capped, double softcap) {
  return softcap > 0 ? by_capped * (1 - (capped / softcap).square()) : by_capped;
}

torch::Tensor TokenLogProbs(const torch::Tensor& hidden_ND, const torch::Tensor& weight_VD,
                            const torch::Tensor& targets_N, int64_t max_logits, double softcap) {
  SAMI_CHECK(hidden_ND.dim() == 2 && weight_VD.dim() == 2 && hidden_ND.size(1) == weight_VD.size(1));
  SAMI_CHECK(targets_N.dim() == 1 && targets_N.size(0) == hidden_ND.size(0) && hidden_ND.size(0) > 0);
  const int64_t chunk = std::max<int64_t>(1, max_logits / weight_VD.size(0));
  return LogProbsFunction::apply(hidden_ND, weight_VD, targets_N, chunk, softcap);
}

}  // namespace lm

#include "training/optimizer.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/parallel.h"
#include "lm/runtime.h"

namespace training {
namespace {

using ::sami_harness::OptimizerConfig;

// 16 Ki float32 elements of four tensors and a temporary: 320 KiB.
constexpr int64_t kBlockElements = 1 << 14;
// Blocks that a thread takes at a time.
constexpr int64_t kBlocksPerItem = 8;

}  // namespace

Optimizer::Optimizer(const OptimizerConfig& config, const std::vector<torch::Tensor>& parameters) : config_(config) {
  const torch::NoGradGuard no_grad;
  const bool has_first = config.algorithm() == OptimizerConfig::ADAMW;
  for (const torch::Tensor& shared : parameters) {
    const torch::Tensor parameter = shared.detach();
    SAMI_CHECK(parameter.is_contiguous() && parameter.is_floating_point());
    gradients_.push_back(torch::zeros_like(parameter));
    state_.second_moments.push_back(torch::zeros_like(parameter));
    if (has_first) state_.first_moments.push_back(torch::zeros_like(parameter));

    const int64_t elements = parameter.numel();
    for (int64_t begin = 0; begin < elements; begin += kBlockElements) {
      const auto part = [&](const torch::Tensor& whole) {
        return whole.view({-1}).narrow(0, begin, std::min(kBlockElements, elements - begin));
      };
      blocks_.push_back({part(parameter), part(gradients_.back()),
                         has_first ? part(state_.first_moments.back()) : torch::Tensor(),
                         part(state_.second_moments.back()), parameter.dim() >= 2 || config.decay_norms()});
    }
  }
}

void Optimizer::ForEachBlock(int threads, absl::FunctionRef<void(int64_t)> work) const {
  const int64_t blocks = blocks_.size();
  base::ParallelFor((blocks + kBlocksPerItem - 1) / kBlocksPerItem, threads, [&](int64_t item) {
    const torch::NoGradGuard no_grad;  // belongs to the thread
    lm::ObeyThreadLimit();
    for (int64_t i = item * kBlocksPerItem; i < std::min((item + 1) * kBlocksPerItem, blocks); ++i) work(i);
  });
}

double Optimizer::GradientNorm(int threads) const {
  std::vector<double> norms(blocks_.size());
  ForEachBlock(threads, [&](int64_t i) {
    norms[i] = torch::linalg_vector_norm(blocks_[i].gradient, 2, torch::nullopt, false, torch::kFloat64).item<double>();
  });
  double squares = 0;
  for (const double norm : norms) squares += norm * norm;
  return std::sqrt(squares);
}

void Optimizer::Step(double learning_rate, double gradient_scale, int threads) {
  ++state_.steps;
  ForEachBlock(threads, [&](int64_t i) {
    const Block& block = blocks_[i];
    block.gradient.mul_(gradient_scale);
    if (config_.algorithm() == OptimizerConfig::ADAMW) {
      AdamW(block, learning_rate);
    } else {
      RmsProp(block, learning_rate);
    }
  });
}

void Optimizer::AdamW(const Block& block, double learning_rate) const {
  const double beta1 = config_.beta1(), beta2 = config_.beta2();
  const double correction1 = 1 - std::pow(beta1, state_.steps);
  const double correction2 = 1 - std::pow(beta2, state_.steps);
  if (block.decays && config_.weight_decay() > 0) block.parameter.mul_(1 - learning_rate * config_.weight_decay());
  block.first.mul_(beta1).add_(block.gradient, 1 - beta1);
  block.second.mul_(beta2).addcmul_(block.gradient, block.gradient, 1 - beta2);
  const torch::Tensor denominator = block.second.sqrt().div_(std::sqrt(correction2)).add_(config_.epsilon());
  block.parameter.addcdiv_(block.first, denominator, -learning_rate / correction1);
}

void Optimizer::RmsProp(const Block& block, double learning_rate) const {
  const double alpha = config_.alpha();
  if (block.decays && config_.weight_decay() > 0) block.gradient.add_(block.parameter, config_.weight_decay());
  block.second.mul_(alpha).addcmul_(block.gradient, block.gradient, 1 - alpha);
  const torch::Tensor denominator = block.second.sqrt().add_(config_.epsilon());
  block.parameter.addcdiv_(block.gradient, denominator, -learning_rate);
}

void Optimizer::Restore(const State& state) {
  const torch::NoGradGuard no_grad;
  const auto copy = [](const std::vector<torch::Tensor>& from, const std::vector<torch::Tensor>& to) {
    SAMI_CHECK_EQ(from.size(), to.size());
    for (size_t i = 0; i < from.size(); ++i) {
      SAMI_CHECK(from[i].sizes() == to[i].sizes());
      to[i].copy_(from[i]);
    }
  };
  copy(state.first_moments, state_.first_moments);
  copy(state.second_moments, state_.second_moments);
  state_.steps = state.steps;
}

}  // namespace training

#include "training/optimizer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"
#include "base/parallel.h"
#include "training/update_kernels.h"

namespace training {
namespace {

using ::sami_harness::OptimizerConfig;

// Elements that a thread takes at a time.
constexpr int64_t kBlockElements = 1 << 17;

template <typename T>
T* Data(const torch::Tensor& tensor) {
  return tensor.defined() ? tensor.data_ptr<T>() : nullptr;
}

// Calls work(T{}) with the elements' type.
template <typename Work>
auto WithType(const torch::Tensor& tensor, const Work& work) {
  return tensor.scalar_type() == torch::kFloat64 ? work(double{}) : work(float{});
}

}  // namespace

Optimizer::Optimizer(const OptimizerConfig& config, const std::vector<torch::Tensor>& parameters) : config_(config) {
  const torch::NoGradGuard no_grad;
  const bool has_first = config.algorithm() == OptimizerConfig::ADAMW;
  for (const torch::Tensor& shared : parameters) {
    const torch::Tensor parameter = shared.detach();
    SAMI_CHECK(parameter.is_contiguous() && parameter.device().is_cpu());
    SAMI_CHECK(parameter.scalar_type() == torch::kFloat32 || parameter.scalar_type() == torch::kFloat64);
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

double Optimizer::GradientNorm(int threads) const {
  std::vector<double> squares(blocks_.size());
  base::ParallelFor(blocks_.size(), threads, [&](int64_t i) {
    const torch::Tensor& gradient = blocks_[i].gradient;
    squares[i] =
        WithType(gradient, [&](auto type) { return SumOfSquares(gradient.numel(), Data<decltype(type)>(gradient)); });
  });
  return std::sqrt(std::accumulate(squares.begin(), squares.end(), 0.0));
}

int64_t Optimizer::Step(double learning_rate, double gradient_scale, int threads) {
  ++state_.steps;
  std::vector<int64_t> changed(blocks_.size());
  base::ParallelFor(blocks_.size(), threads, [&](int64_t i) {
    changed[i] = WithType(blocks_[i].parameter,
                          [&](auto type) { return Update<decltype(type)>(blocks_[i], learning_rate, gradient_scale); });
  });
  return std::accumulate(changed.begin(), changed.end(), int64_t{0});
}

template <typename T>
int64_t Optimizer::Update(const Block& block, double learning_rate, double gradient_scale) const {
  const int64_t n = block.parameter.numel();
  const double decay = block.decays ? config_.weight_decay() : 0;
  if (config_.algorithm() == OptimizerConfig::RMSPROP) {
    return UpdateRmsProp({gradient_scale, decay, config_.alpha(), learning_rate, config_.epsilon()}, n,
                         Data<T>(block.gradient), Data<T>(block.parameter), Data<T>(block.second));
  }
  const double correction1 = 1 - std::pow(config_.beta1(), state_.steps);
  const double correction2 = 1 - std::pow(config_.beta2(), state_.steps);
  return UpdateAdamW({gradient_scale, 1 - learning_rate * decay, config_.beta1(), config_.beta2(),
                      learning_rate / correction1, std::sqrt(correction2), config_.epsilon()},
                     n, Data<T>(block.gradient), Data<T>(block.parameter), Data<T>(block.first), Data<T>(block.second));
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

#include "training/optimizer.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/check.h"
#include "base/parallel.h"
#include "lm/runtime/runtime.h"

namespace training {
namespace {

using ::sami_harness::OptimizerConfig;

// Elements that a device takes at a time: few calls, and not too much memory for what an update needs beside it.
constexpr int64_t kDeviceBlockElements = 1 << 26;

template <typename T>
T* Data(const torch::Tensor& tensor) {
  return tensor.defined() ? tensor.data_ptr<T>() : nullptr;
}

bool HasKernels(const torch::Tensor& tensor) {
  return tensor.device().is_cpu() &&
         (tensor.scalar_type() == torch::kFloat32 || tensor.scalar_type() == torch::kFloat64);
}

// Calls work(T{}) with the elements' type.
template <typename Work>
auto WithType(const torch::Tensor& tensor, const Work& work) {
  return tensor.scalar_type() == torch::kFloat64 ? work(double{}) : work(float{});
}

lm::DeviceNumber SquaresOf(const torch::Tensor& gradient) {
  if (!HasKernels(gradient)) {
    return torch::linalg_vector_norm(gradient, 2, torch::nullopt, false, torch::kFloat64).square();
  }
  return WithType(gradient,
                  [&](auto type) -> double { return SumOfSquares(gradient.numel(), Data<decltype(type)>(gradient)); });
}

// A device's in one transfer.
std::vector<double> Read(std::vector<lm::DeviceNumber> numbers) {
  std::vector<lm::DeviceNumber*> all;
  for (lm::DeviceNumber& number : numbers) all.push_back(&number);
  lm::DeviceNumber::ReadAll(all);
  return {numbers.begin(), numbers.end()};
}

// The updates of update_kernels.h for other devices and types.
void UpdateWithTorch(const AdamWConstants& c, const torch::Tensor& gradient, const torch::Tensor& parameter,
                     const torch::Tensor& first, const torch::Tensor& second) {
  gradient.mul_(c.gradient_scale);
  first.mul_(c.beta1).add_(gradient, 1 - c.beta1);
  second.mul_(c.beta2).addcmul_(gradient, gradient, 1 - c.beta2);
  parameter.mul_(c.decay).addcdiv_(first, second.sqrt().div_(c.root_correction).add_(c.epsilon), -c.rate);
}

void UpdateWithTorch(const RmsPropConstants& c, const torch::Tensor& gradient, const torch::Tensor& parameter,
                     const torch::Tensor& second) {
  gradient.mul_(c.gradient_scale).add_(parameter, c.decay);
  second.mul_(c.alpha).addcmul_(gradient, gradient, 1 - c.alpha);
  parameter.addcdiv_(gradient, second.sqrt().add_(c.epsilon), -c.rate);
}

}  // namespace

std::vector<Trained> Whole(const std::vector<torch::Tensor>& parameters) {
  std::vector<Trained> whole;
  int64_t place = 0;
  for (const torch::Tensor& parameter : parameters) {
    whole.push_back({parameter, parameter.dim() >= 2, place, parameter.numel()});
    place += parameter.numel();
  }
  return whole;
}

Optimizer::Optimizer(const OptimizerConfig& config, const std::vector<Trained>& parameters) : config_(config) {
  const torch::NoGradGuard no_grad;
  const bool has_first = has_first_moments();
  for (const Trained& shared : parameters) {
    const torch::Tensor parameter = shared.values.detach();
    SAMI_CHECK(parameter.is_contiguous() && parameter.is_floating_point());
    parameters_.push_back(parameter);
    state_.second_moments.push_back(torch::zeros_like(parameter));
    if (has_first) state_.first_moments.push_back(torch::zeros_like(parameter));

    const int64_t elements = parameter.numel(), most = HasKernels(parameter) ? kBlockElements : kDeviceBlockElements;
    for (int64_t begin = 0; begin < elements; begin += most) {
      const auto part = [&](const torch::Tensor& whole) {
        return whole.view({-1}).narrow(0, begin, std::min(most, elements - begin));
      };
      blocks_.push_back({part(parameter), has_first ? part(state_.first_moments.back()) : torch::Tensor(),
                         part(state_.second_moments.back()), parameters_.size() - 1, begin,
                         shared.is_matrix || config.decay_norms(), shared.place + begin});
    }
  }
  gradients_.resize(parameters_.size());
}

std::vector<torch::Tensor> Optimizer::gradients() {
  std::vector<torch::Tensor> all;
  for (size_t i = 0; i < gradients_.size(); ++i) {
    if (!gradients_[i].sum.defined()) gradients_[i].sum = torch::zeros_like(parameters_[i]);
    all.push_back(gradients_[i].sum);
  }
  return all;
}

void Optimizer::TakeGradient(size_t i, torch::Tensor sum, torch::Tensor rest) {
  SAMI_CHECK(sum.defined());
  for (const torch::Tensor& tensor : {sum, rest}) {
    if (!tensor.defined()) continue;
    SAMI_CHECK(tensor.is_contiguous() && tensor.sizes() == parameters_[i].sizes());
    SAMI_CHECK(tensor.scalar_type() == parameters_[i].scalar_type());
  }
  gradients_[i] = {std::move(sum), std::move(rest), /*is_taken=*/true};
}

void Optimizer::ForEachBlock(int threads, absl::FunctionRef<void(int64_t, const torch::Tensor&)> work) {
  gradients();
  base::ParallelFor(blocks_.size(), threads, [&](int64_t i) {
    const torch::NoGradGuard no_grad;  // belongs to the thread
    lm::ObeyThreadLimit();
    const Block& block = blocks_[i];
    const auto part = [&](const torch::Tensor& whole) {
      return whole.view({-1}).narrow(0, block.begin, block.parameter.numel());
    };
    const Gradient& gradient = gradients_[block.tensor];
    const torch::Tensor sum = part(gradient.sum);
    if (gradient.rest.defined()) sum.add_(part(gradient.rest));
    work(i, sum);
  });
  for (Gradient& gradient : gradients_) gradient.rest = torch::Tensor();
}

std::vector<Optimizer::BlockSquares> Optimizer::GradientSquares(int threads) {
  std::vector<lm::DeviceNumber> squares(blocks_.size());
  ForEachBlock(threads, [&](int64_t i, const torch::Tensor& gradient) { squares[i] = SquaresOf(gradient); });
  const std::vector<double> sums = Read(std::move(squares));
  std::vector<BlockSquares> result;
  for (size_t i = 0; i < blocks_.size(); ++i) result.push_back({blocks_[i].place, sums[i]});
  return result;
}

double Optimizer::GradientNorm(int threads) {
  double sum = 0;
  for (const BlockSquares& block : GradientSquares(threads)) sum += block.sum;
  return std::sqrt(sum);
}

int64_t Optimizer::Step(double learning_rate, double gradient_scale, int threads) {
  ++state_.steps;
  std::vector<lm::DeviceNumber> changed(blocks_.size());
  ForEachBlock(threads, [&](int64_t i, const torch::Tensor& gradient) {
    const Block& block = blocks_[i];
    const double decay = block.decays ? config_.weight_decay() : 0;
    changed[i] =
        config_.algorithm() == OptimizerConfig::RMSPROP
            ? RmsProp(block, gradient, {gradient_scale, decay, config_.alpha(), learning_rate, config_.epsilon()})
            : AdamW(block, gradient,
                    {gradient_scale, 1 - learning_rate * decay, config_.beta1(), config_.beta2(),
                     learning_rate / (1 - std::pow(config_.beta1(), state_.steps)),
                     std::sqrt(1 - std::pow(config_.beta2(), state_.steps)), config_.epsilon()});
  });
  for (Gradient& gradient : gradients_) {
    if (gradient.is_taken) gradient = {};
  }
  const std::vector<double> counts = Read(std::move(changed));
  return static_cast<int64_t>(std::accumulate(counts.begin(), counts.end(), 0.0));
}

lm::DeviceNumber Optimizer::AdamW(const Block& block, const torch::Tensor& gradient, const AdamWConstants& constants) {
  if (!HasKernels(block.parameter)) {
    const torch::Tensor was = block.parameter.clone();
    UpdateWithTorch(constants, gradient, block.parameter, block.first, block.second);
    return was.ne(block.parameter).sum();
  }
  return WithType(block.parameter, [&](auto type) -> lm::DeviceNumber {
    using T = decltype(type);
    return UpdateAdamW(constants, block.parameter.numel(), Data<T>(gradient), Data<T>(block.parameter),
                       Data<T>(block.first), Data<T>(block.second));
  });
}

lm::DeviceNumber Optimizer::RmsProp(const Block& block, const torch::Tensor& gradient,
                                    const RmsPropConstants& constants) {
  if (!HasKernels(block.parameter)) {
    const torch::Tensor was = block.parameter.clone();
    UpdateWithTorch(constants, gradient, block.parameter, block.second);
    return was.ne(block.parameter).sum();
  }
  return WithType(block.parameter, [&](auto type) -> lm::DeviceNumber {
    using T = decltype(type);
    return UpdateRmsProp(constants, block.parameter.numel(), Data<T>(gradient), Data<T>(block.parameter),
                         Data<T>(block.second));
  });
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

// Optimizers: AdamW and RMSprop, as torch.optim computes them.
//
// With gradient g, rate r and step t from 1, elementwise:
//   ADAMW    p <- p (1 - r w)                       w = weight_decay; 0 for vectors but with decay_norms
//            m <- b1 m + (1 - b1) g                 v <- b2 v + (1 - b2) g^2
//            p <- p - r / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + eps)
//   RMSPROP  g <- g + w p
//            v <- alpha v + (1 - alpha) g^2
//            p <- p - r g / (sqrt(v) + eps)
#ifndef TRAINING_OPTIMIZER_H_
#define TRAINING_OPTIMIZER_H_

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "lm/runtime/device_number.h"
#include "training/config.pb.h"
#include "training/kernels/parts.h"
#include "training/kernels/update_kernels.h"

namespace training {

// Whole parameters, one behind the other.
std::vector<Trained> Whole(const std::vector<torch::Tensor>& parameters);

class Optimizer {
 public:
  struct State {
    int64_t steps = 0;
    std::vector<torch::Tensor> first_moments;   // m, one a parameter; empty for RMSPROP
    std::vector<torch::Tensor> second_moments;  // v
  };

  // Keeps the parameters' storage, which it updates in place. CHECK-fails unless they are contiguous floating-point
  // tensors. Gradients and moments start at 0.
  Optimizer(const sami_harness::OptimizerConfig& config, const std::vector<Trained>& parameters);
  Optimizer(const sami_harness::OptimizerConfig& config, const std::vector<torch::Tensor>& parameters)
      : Optimizer(config, Whole(parameters)) {}

  // The caller's to fill before each step, one a parameter; made at the first call.
  std::vector<torch::Tensor> gradients();
  // Instead of filling the i-th of gradients(), for one step: `sum` is kept in its place until Step ends, and changed.
  // `rest`, unless it is undefined, is to be added to it: all threads do so in the pass that needs it first. Both
  // contiguous, of the parameter's shape and type.
  void TakeGradient(size_t i, torch::Tensor sum, torch::Tensor rest);

  // Sum of the squares of each block's gradients, in double precision, in the parts' order. The same for any number of
  // threads.
  struct BlockSquares {
    int64_t place;  // as Trained::place
    double sum;
  };
  std::vector<BlockSquares> GradientSquares(int threads);
  // L2 norm over all gradients: the root of their sum, in that order.
  double GradientNorm(int threads);

  // One update with gradient_scale times the gradients. Returns how many elements of the parameters it changed: at
  // small rates, those whose update is less than half their spacing stay. The same for any number of threads.
  int64_t Step(double learning_rate, double gradient_scale, int threads);

  const State& state() const { return state_; }
  bool has_first_moments() const { return config_.algorithm() == sami_harness::OptimizerConfig::ADAMW; }
  // Copies a state into this one's storage. CHECK-fails unless shapes agree.
  void Restore(const State& state);

 private:
  // A run of elements of one parameter and what belongs to it.
  struct Block {
    torch::Tensor parameter, first, second;
    size_t tensor;  // which parameter
    int64_t begin;  // in it
    bool decays;
    int64_t place;
  };
  struct Gradient {
    torch::Tensor sum, rest;
    bool is_taken = false;
  };

  // Calls work(i, gradient) for each block, with its part of the whole gradient.
  void ForEachBlock(int threads, absl::FunctionRef<void(int64_t, const torch::Tensor&)> work);
  // How many elements were changed.
  static lm::DeviceNumber AdamW(const Block& block, const torch::Tensor& gradient, const AdamWConstants& constants);
  static lm::DeviceNumber RmsProp(const Block& block, const torch::Tensor& gradient, const RmsPropConstants& constants);

  const sami_harness::OptimizerConfig config_;
  std::vector<torch::Tensor> parameters_;
  std::vector<Gradient> gradients_;  // one a parameter; undefined: not made yet
  State state_;
  std::vector<Block> blocks_;
};

}  // namespace training

#endif  // TRAINING_OPTIMIZER_H_

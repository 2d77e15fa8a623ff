#include "training/optimizer.h"

#include <torch/optim.h>

#include <memory>

#include "base/random.h"
#include "base/testing.h"

namespace training {
namespace {

using ::sami_harness::OptimizerConfig;

torch::Tensor RandomTensor(std::vector<int64_t> shape, torch::Dtype dtype, base::RandomStream& stream) {
  torch::Tensor tensor = torch::empty(shape, torch::kFloat64);
  for (int64_t i = 0; i < tensor.numel(); ++i) tensor.data_ptr<double>()[i] = stream.Normal();
  return tensor.to(dtype);
}

// Sizes of less and more than one of the optimizer's blocks of 2^17 elements.
std::vector<torch::Tensor> Matrices(torch::Dtype dtype) {
  base::RandomStream stream(1, "optimizer_test/parameters");
  return {RandomTensor({1025, 130}, dtype, stream), RandomTensor({3, 5}, dtype, stream),
          RandomTensor({1024, 128}, dtype, stream), RandomTensor({1, 1}, dtype, stream)};
}

std::vector<torch::Tensor> Copies(const std::vector<torch::Tensor>& tensors) {
  std::vector<torch::Tensor> copies;
  for (const torch::Tensor& tensor : tensors) copies.push_back(tensor.clone());
  return copies;
}

// 20 steps of ours and of torch's on the same random gradients; the largest difference of any element.
double LargestDifference(const OptimizerConfig& config, torch::Dtype dtype) {
  const std::vector<torch::Tensor> ours = Matrices(dtype);
  std::vector<torch::Tensor> theirs = Copies(ours);
  Optimizer optimizer(config, ours);
  std::unique_ptr<torch::optim::Optimizer> reference;
  if (config.algorithm() == OptimizerConfig::ADAMW) {
    reference = std::make_unique<torch::optim::AdamW>(theirs, torch::optim::AdamWOptions(config.learning_rate())
                                                                  .betas({config.beta1(), config.beta2()})
                                                                  .eps(config.epsilon())
                                                                  .weight_decay(config.weight_decay()));
  } else {
    reference = std::make_unique<torch::optim::RMSprop>(theirs, torch::optim::RMSpropOptions(config.learning_rate())
                                                                    .alpha(config.alpha())
                                                                    .eps(config.epsilon())
                                                                    .weight_decay(config.weight_decay()));
  }
  base::RandomStream stream(2, "optimizer_test/gradients");
  for (int step = 0; step < 20; ++step) {
    for (size_t i = 0; i < ours.size(); ++i) {
      const torch::Tensor gradient = RandomTensor(ours[i].sizes().vec(), dtype, stream);
      theirs[i].mutable_grad() = gradient;
      optimizer.gradients()[i].copy_(gradient * 4);
    }
    reference->step();
    optimizer.Step(config.learning_rate(), 0.25, /*threads=*/1 + step % 3);
  }
  double largest = 0;
  for (size_t i = 0; i < ours.size(); ++i) {
    largest = std::max(largest, (ours[i] - theirs[i]).abs().max().item<double>());
  }
  EXPECT_GT((ours[0] - Matrices(dtype)[0]).abs().max().item<double>(), 0.01) << "nothing was trained";
  return largest;
}

TEST(OptimizerTest, AdamWIsTorchs) {
  OptimizerConfig config;
  config.set_learning_rate(0.01);
  config.set_weight_decay(0.1);
  EXPECT_LT(LargestDifference(config, torch::kFloat64), 1e-12);
  EXPECT_LT(LargestDifference(config, torch::kFloat32), 1e-6);
  EXPECT_LT(LargestDifference(config, torch::kBFloat16), 0.1);  // its spacing is 2^-7 above 2, and there are 20 steps
}

TEST(OptimizerTest, RmsPropIsTorchs) {
  OptimizerConfig config;
  config.set_algorithm(OptimizerConfig::RMSPROP);
  config.set_learning_rate(0.01);
  config.set_weight_decay(0.1);
  EXPECT_LT(LargestDifference(config, torch::kFloat64), 1e-12);
  EXPECT_LT(LargestDifference(config, torch::kFloat32), 1e-6);
  EXPECT_LT(LargestDifference(config, torch::kBFloat16), 0.1);  // its spacing is 2^-7 above 2, and there are 20 steps
}

TEST(OptimizerTest, VectorsDecayOnlyWhenAsked) {
  for (const auto algorithm : {OptimizerConfig::ADAMW, OptimizerConfig::RMSPROP}) {
    OptimizerConfig config;
    config.set_algorithm(algorithm);
    config.set_weight_decay(0.5);
    const torch::Tensor vector = torch::full({3}, 2.0), matrix = torch::full({1, 3}, 2.0);
    Optimizer optimizer(config, {vector, matrix});
    optimizer.Step(0.1, 1, 1);
    EXPECT_TRUE(vector.equal(torch::full({3}, 2.0)));
    EXPECT_TRUE((matrix < 2).all().item<bool>());
    config.set_decay_norms(true);
    Optimizer(config, {vector}).Step(0.1, 1, 1);
    EXPECT_TRUE((vector < 2).all().item<bool>());
  }
}

// An update of less than half a weight's spacing is lost, and is not counted.
TEST(OptimizerTest, CountsTheElementsThatItChanges) {
  for (const auto algorithm : {OptimizerConfig::ADAMW, OptimizerConfig::RMSPROP}) {
    OptimizerConfig config;
    config.set_algorithm(algorithm);
    config.set_weight_decay(0);
    const torch::Tensor weights = torch::tensor({{1.0f, 1e6f, 0.0f, -3.0f}});
    Optimizer optimizer(config, {weights});
    optimizer.gradients()[0].copy_(torch::tensor({{1.0f, 1.0f, 0.0f, -1.0f}}));
    EXPECT_EQ(optimizer.Step(1e-3, 1, 1), 2);
    const torch::Tensor wide = weights.to(torch::kFloat64);
    Optimizer wide_optimizer(config, {wide});
    wide_optimizer.gradients()[0].copy_(torch::tensor({{1.0, 1.0, 0.0, -1.0}}));
    EXPECT_EQ(wide_optimizer.Step(1e-3, 1, 1), 3);
  }
}

TEST(OptimizerTest, TakenGradientsAreAsFilledOnes) {
  std::vector<torch::Tensor> filled = Matrices(torch::kFloat32), taking = Matrices(torch::kFloat32);
  for (size_t i = 0; i < taking.size(); ++i) taking[i].copy_(filled[i]);
  Optimizer optimizer(OptimizerConfig(), filled), taker(OptimizerConfig(), taking);
  for (int step = 0; step < 3; ++step) {
    for (size_t i = 0; i < filled.size(); ++i) {
      const torch::Tensor first = torch::randn_like(filled[i]), second = torch::randn_like(filled[i]);
      optimizer.gradients()[i].copy_(first + second);
      taker.TakeGradient(i, first, second);
    }
    if (step > 0) {  // without it Step adds what is left
      EXPECT_EQ(optimizer.GradientNorm(1), taker.GradientNorm(2));
      EXPECT_EQ(optimizer.GradientNorm(1), taker.GradientNorm(2));
    }
    EXPECT_EQ(optimizer.Step(0.01, 0.5, 1), taker.Step(0.01, 0.5, 2));
    for (size_t i = 0; i < filled.size(); ++i) EXPECT_TRUE(torch::equal(filled[i], taking[i])) << i;
  }
}

TEST(OptimizerTest, NormIsOverAllGradientsWhateverTheThreads) {
  const std::vector<torch::Tensor> parameters = Matrices(torch::kFloat32);
  Optimizer optimizer(OptimizerConfig(), parameters);
  double squares = 0;
  for (size_t i = 0; i < parameters.size(); ++i) {
    optimizer.gradients()[i].copy_(parameters[i]);
    squares += parameters[i].to(torch::kFloat64).square().sum().item<double>();
  }
  const double norm = optimizer.GradientNorm(1);
  EXPECT_NEAR(norm, std::sqrt(squares), 1e-10 * norm);
  EXPECT_EQ(norm, optimizer.GradientNorm(2));
  // Too large to be squared in float32.
  for (const torch::Tensor& gradient : optimizer.gradients()) gradient.fill_(1e30);
  EXPECT_TRUE(std::isfinite(optimizer.GradientNorm(1)));
}

}  // namespace
}  // namespace training

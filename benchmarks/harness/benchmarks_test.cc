#include <torch/autograd.h>
#include <torch/types.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/harness/allocation_counter.h"
#include "benchmarks/harness/naive.h"
#include "benchmarks/harness/power_law.h"
#include "benchmarks/harness/sign_test.h"
#include "benchmarks/harness/workload.h"
#include "gtest/gtest.h"
#include "lm/model/decoder.h"

namespace benchmarks {
namespace {

std::vector<torch::Tensor> Gradients(const torch::Tensor& loss, const lm::Decoder& model) {
  std::vector<torch::Tensor> parameters;
  for (const lm::Parameter& parameter : model.parameters()) parameters.push_back(parameter.value);
  return torch::autograd::grad({loss}, parameters);
}

// What is compared in speed computes the same thing. Responses of unequal length, so that padding has to be harmless.
class NaiveTest : public ::testing::TestWithParam<Method> {};

TEST_P(NaiveTest, HasTheHarnesssLossAndGradients) {
  const Workload workload = {GetParam(), 3, 20, 9, 101, ModelSize::kTiny};
  Examples examples = MakeExamples(workload, 1, /*seed=*/5);
  if (!examples.sami.empty()) examples.sami[0].responses[1].resize(4);
  if (!examples.dpo.empty()) examples.dpo[0].rejected.resize(1);
  lm::Decoder model = lm::Decoder::Random(workload.Model(), /*seed=*/2);
  model.SetRequiresGrad(true);
  const auto objective = MakeObjective(workload, examples);
  const torch::Tensor ours = objective->Evaluate(model, std::vector<int64_t>{0}).weighted_loss / objective->Weight(0);
  const torch::Tensor naive = NaiveLoss(model, workload, examples, 0);
  EXPECT_NEAR(ours.item<double>(), naive.item<double>(), 1e-5 * std::abs(naive.item<double>()));
  const auto our_gradients = Gradients(ours, model), naive_gradients = Gradients(naive, model);
  for (size_t i = 0; i < our_gradients.size(); ++i) {
    const double scale = naive_gradients[i].abs().max().item<double>();
    EXPECT_GT(scale, 0) << model.parameters()[i].name;
    // Single precision, and sums over another order of at most a few hundred terms.
    EXPECT_LT((our_gradients[i] - naive_gradients[i]).abs().max().item<double>(), 2e-4 * scale)
        << model.parameters()[i].name;
  }
}

INSTANTIATE_TEST_SUITE_P(Methods, NaiveTest, ::testing::Values(Method::kSami, Method::kDpo, Method::kSft));

TEST(MinimalFlopsTest, FollowsTheFormula) {
  // Tiny: D = H d = 64, 2 layers, inner 176: W = 2 (4 * 64 * 64 + 3 * 64 * 176) = 100352.
  // SFT, P = 3, R = 2: T = 4, A = 3 * 4 / 2 + 1 * (3 + 1) = 10, S = 2, V = 7.
  EXPECT_DOUBLE_EQ(MinimalFlops({Method::kSft, 1, 3, 2, 7, ModelSize::kTiny}),
                   3.0 * (2 * 4 * 100352 + 4 * 64 * 10 * 2 + 2 * 2 * 64 * 7));
  // DPO, r = 2: T = 5, A = 6 + 2 * 4 = 14, S = 4.
  EXPECT_DOUBLE_EQ(MinimalFlops({Method::kDpo, 1, 3, 2, 7, ModelSize::kTiny}),
                   3.0 * (2 * 5 * 100352 + 4 * 64 * 14 * 2 + 2 * 4 * 64 * 7));
  // SAMI with n = 2 is twice DPO: two prompts with two responses each.
  EXPECT_DOUBLE_EQ(MinimalFlops({Method::kSami, 2, 3, 2, 7, ModelSize::kTiny}),
                   2 * MinimalFlops({Method::kDpo, 1, 3, 2, 7, ModelSize::kTiny}));
}

TEST(AllocationCounterTest, CountsBytesAliveAndAtTheMost) {
  CountAllocations();
  CountAllocations();  // counts once all the same
  const int64_t before = AllocatedBytes();
  {
    const torch::Tensor kept = torch::zeros({1000});
    ResetPeak();
    { const torch::Tensor passing = torch::zeros({250, 3}, torch::kFloat64); }
    EXPECT_EQ(AllocatedBytes() - before, 4000);
    EXPECT_EQ(PeakBytes() - before, 4000 + 6000);
    ResetPeak();
    EXPECT_EQ(PeakBytes() - before, 4000);
  }
  EXPECT_EQ(AllocatedBytes(), before);
}

TEST(SignTest, CriticalCountIsTheSmallestWithinTheLevel) {
  // 5 coins: P(5 heads) = 1/32, P(>= 4) = 6/32.
  EXPECT_EQ(CriticalCount(5, 0.04), 5);
  EXPECT_EQ(CriticalCount(5, 0.2), 4);
  // No count is rare enough: one more than there are, which is never reached.
  EXPECT_EQ(CriticalCount(5, 0.01), 6);
  EXPECT_EQ(CriticalCount(0, 0.5), 1);
}

TEST(SignTest, AlarmsOnlyWhenMostAreBelow) {
  const std::vector<double> values = {0.5, 0.9, 1.0, 1.1, 1.2, 0.4, 0.3, 0.2, 0.6, 0.7};  // 7 below 1, one equal
  // 10 coins: P(>= 7) = 176/1024, P(>= 8) = 56/1024.
  EXPECT_TRUE(MedianIsBelow(values, 1, 0.172));
  EXPECT_FALSE(MedianIsBelow(values, 1, 0.06));
  EXPECT_FALSE(MedianIsBelow({}, 1, 0.5));
}

TEST(PowerLawTest, IsExactOnOneAndBetweenOtherwise) {
  const PowerLaw exact = FitPowerLaw({8, 1, 2}, {3 * 512, 3, 3 * 8});
  EXPECT_NEAR(exact.factor, 3, 1e-12);
  EXPECT_NEAR(exact.exponent, 3, 1e-12);
  // log2 y = 0, 1, 3 at log2 x = 0, 1, 2: slope 3 / 2, mean 4 / 3 at 1.
  const PowerLaw fitted = FitPowerLaw({1, 2, 4}, {1, 2, 8});
  EXPECT_NEAR(fitted.exponent, 1.5, 1e-12);
  EXPECT_NEAR(fitted.factor, std::exp2(4.0 / 3 - 1.5), 1e-12);
}

}  // namespace
}  // namespace benchmarks

#include "lm/decoding/device_sampling.h"

#include <limits>

#include "base/random.h"
#include "base/testing.h"

namespace lm {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<int64_t> Choose(const torch::Tensor& logits_BV, double temperature, const std::vector<double>& uniforms) {
  SamplingOptions options;
  options.temperature = temperature;
  const torch::Tensor ids = ChooseOnDevice(logits_BV, options, uniforms).contiguous();
  return {ids.data_ptr<int64_t>(), ids.data_ptr<int64_t>() + ids.numel()};
}

TEST(DeviceSamplingTest, TheLargestAndOfEqualOnesTheFirst) {
  const torch::Tensor logits =
      torch::tensor({{0.f, 3.f, 3.f, -1.f}, {-kInfinity, -2.f, -9.f, -2.f}, {5.f, 1.f, 1.f, 5.f}});
  EXPECT_EQ(Choose(logits, 0, {}), std::vector<int64_t>({1, 1, 0}));
  EXPECT_EQ(Choose(logits.to(torch::kBFloat16), 0, {}), std::vector<int64_t>({1, 1, 0}));
}

TEST(DeviceSamplingTest, WhatIsNotFiniteIsNoToken) {
  const torch::Tensor logits = torch::tensor(
      {{0.f, kNan, 1.f}, {0.f, kInfinity, 1.f}, {-kInfinity, -kInfinity, -kInfinity}, {0.f, -kInfinity, 1.f}});
  EXPECT_EQ(Choose(logits, 0, {}), std::vector<int64_t>({-1, -1, -1, 2}));
  EXPECT_EQ(Choose(logits, 1, {0.5, 0.5, 0.5, 0.9}), std::vector<int64_t>({-1, -1, -1, 2}));
}

// Probabilities 1/2, 0, 1/4, 1/4: log 2, never, 0, 0.
TEST(DeviceSamplingTest, ByTheSumOfProbabilities) {
  const torch::Tensor row = torch::tensor({std::log(2.f), -kInfinity, 0.f, 0.f});
  const std::vector<double> uniforms = {0, 0.49, 0.51, 0.74, 0.76, 0.9999999};
  const torch::Tensor logits = row.expand({6, 4}).contiguous();
  EXPECT_EQ(Choose(logits, 1, uniforms), std::vector<int64_t>({0, 0, 2, 2, 3, 3}));
  // At temperature 1/2 they are 4/6, 0, 1/6, 1/6.
  EXPECT_EQ(Choose(logits, 0.5, {0.66, 0.67, 0.83, 0.84, 0.1, 0.99}), std::vector<int64_t>({0, 2, 2, 3, 0, 3}));
}

// As on the CPU: a number drawn lies within 1e-12 of a border, where the two may differ, with odds below 1e-6.
TEST(DeviceSamplingTest, IsSampleToken) {
  base::RandomStream numbers(1, "lm/device_sampling_test");
  const int64_t rows = 200, vocabulary = 501;
  const torch::Tensor logits = torch::empty({rows, vocabulary});
  for (int64_t i = 0; i < logits.numel(); ++i) logits.data_ptr<float>()[i] = static_cast<float>(3 * numbers.Normal());
  for (const double temperature : {0., 0.7, 1., 2.}) {
    SamplingOptions options;
    options.temperature = temperature;
    std::vector<double> uniforms;
    std::vector<int64_t> expected;
    for (int64_t r = 0; r < rows; ++r) {
      base::RandomStream stream(2, "lm/device_sampling_test", r), same(2, "lm/device_sampling_test", r);
      uniforms.push_back(stream.Uniform());
      expected.push_back(
          SampleToken({logits.data_ptr<float>() + r * vocabulary, static_cast<size_t>(vocabulary)}, options, same));
    }
    EXPECT_EQ(Choose(logits, temperature, uniforms), expected) << temperature;
  }
}

TEST(DeviceSamplingTest, CutsAndPenaltiesAreTheHosts) {
  SamplingOptions options;
  options.temperature = 1;
  EXPECT_TRUE(ChoosesOnDevice(options));
  options.top_p = 0.9;
  EXPECT_FALSE(ChoosesOnDevice(options));
  options.temperature = 0;  // where cuts change nothing
  EXPECT_TRUE(ChoosesOnDevice(options));
  options.repetition_penalty = 1.1;
  EXPECT_FALSE(ChoosesOnDevice(options));
}

}  // namespace
}  // namespace lm

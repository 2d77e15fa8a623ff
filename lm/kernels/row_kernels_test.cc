#include "lm/kernels/row_kernels.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "base/random.h"
#include "gtest/gtest.h"
#include "lm/kernels/instructions.h"

namespace lm {
namespace {

using Row = std::vector<double>;

// Widths around the 16 lanes and the 4096 elements that are summed at once.
const int64_t kWidths[] = {1, 2, 15, 16, 17, 33, 100, 4095, 4096, 5001};

std::vector<float> Random(int64_t n, double spread, const char* name) {
  base::RandomStream stream(1, name, n);
  std::vector<float> x(n);
  for (float& element : x) element = static_cast<float>(spread * stream.Normal());
  return x;
}

Row Wide(const std::vector<float>& x) { return Row(x.begin(), x.end()); }

Row Softmax(const Row& x) {
  const double max = *std::max_element(x.begin(), x.end());
  Row y = x;
  double sum = 0;
  for (double& element : y) sum += element = std::exp(element - max);
  for (double& element : y) element /= sum;
  return y;
}

// The gradient of loss(x) by central differences.
Row Gradient(const std::function<double(const Row&)>& loss, Row x) {
  constexpr double kStep = 1e-5;
  Row gradient(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    const double at = x[i];
    x[i] = at + kStep;
    const double above = loss(x);
    x[i] = at - kStep;
    gradient[i] = (above - loss(x)) / (2 * kStep);
    x[i] = at;
  }
  return gradient;
}

double Dot(const std::vector<float>& a, const Row& b) {
  double sum = 0;
  for (size_t i = 0; i < b.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void ExpectNear(const std::vector<float>& found, const Row& expected, double tolerance, int64_t width) {
  for (size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(found[i], expected[i], tolerance * std::max(1.0, std::abs(expected[i]))) << i << " of " << width;
  }
}

// Compiled for each set of instructions that this processor has.
class RowKernels : public testing::TestWithParam<Instructions> {
 protected:
  RowKernels() { SetInstructionsForTesting(GetParam()); }
  ~RowKernels() override { SetInstructionsForTesting(DetectInstructions()); }
};
INSTANTIATE_TEST_SUITE_P(Compiled, RowKernels, testing::ValuesIn(AvailableInstructions()));

TEST_P(RowKernels, SoftmaxIsItsDefinition) {
  for (const int64_t width : kWidths) {
    std::vector<float> x = Random(width, 5, "softmax");
    const Row expected = Softmax(Wide(x));
    SoftmaxRows(1, width, x.data());
    // x - max is up to 40 here, and rounded to 2^-19.
    for (int64_t i = 0; i < width; ++i) ASSERT_NEAR(x[i], expected[i], 4e-6 * expected[i] + 1e-37) << width;
  }
}

TEST_P(RowKernels, WhatIsMaskedGetsNothing) {
  std::vector<float> x = {-1e38f, 1000, -1e38f, 1000, -1e38f};
  SoftmaxRows(1, 5, x.data());
  EXPECT_EQ(x, (std::vector<float>{0, 0.5f, 0, 0.5f, 0}));
  std::vector<float> nothing(20, -1e38f);
  SoftmaxRows(1, 20, nothing.data());
  for (const float weight : nothing) EXPECT_FLOAT_EQ(weight, 0.05f);
}

TEST_P(RowKernels, NotANumberIsNotHidden) {
  std::vector<float> x = {1, std::numeric_limits<float>::quiet_NaN(), 2};
  float sum = 0;
  LogSumExpRows(1, 3, x.data(), &sum);
  EXPECT_TRUE(std::isnan(sum));
  SoftmaxRows(1, 3, x.data());
  EXPECT_TRUE(std::isnan(x[0]) && std::isnan(x[2]));
}

TEST_P(RowKernels, SoftmaxBackwardIsTheDerivative) {
  for (const int64_t width : {1, 7, 16, 40}) {
    const std::vector<float> x = Random(width, 1, "x");
    std::vector<float> weights = x, by = Random(width, 1, "by");
    const Row expected = Gradient([&](const Row& x) { return Dot(by, Softmax(x)); }, Wide(x));
    SoftmaxRows(1, width, weights.data());
    SoftmaxBackwardRows(1, width, weights.data(), by.data());
    ExpectNear(by, expected, 1e-6, width);
  }
}

double LogSumExp(const Row& x) {
  const double max = *std::max_element(x.begin(), x.end());
  double sum = 0;
  for (const double element : x) sum += std::exp(element - max);
  return max + std::log(sum);
}

TEST_P(RowKernels, LogSumExpIsItsDefinitionFarFromZeroToo) {
  for (const double shift : {0.0, 1000.0, -1000.0}) {
    for (const int64_t width : kWidths) {
      std::vector<float> x = Random(width, 10, "lse");
      for (float& element : x) element += static_cast<float>(shift);
      float found = 0;
      LogSumExpRows(1, width, x.data(), &found);
      EXPECT_NEAR(found, LogSumExp(Wide(x)), 1e-7 * std::abs(shift) + 3e-6) << width;
    }
  }
}

TEST_P(RowKernels, LogProbBackwardIsTheDerivative) {
  for (const int64_t width : {1, 3, 16, 50}) {
    std::vector<float> logits = Random(2 * width, 2, "logits");
    const int64_t targets[] = {0, width - 1};
    const float gradients[] = {0.7f, -1.3f};
    float sums[2];
    Row expected;
    for (int r = 0; r < 2; ++r) {
      const Row row(logits.begin() + r * width, logits.begin() + (r + 1) * width);
      const Row part = Gradient([&](const Row& x) { return gradients[r] * (x[targets[r]] - LogSumExp(x)); }, row);
      expected.insert(expected.end(), part.begin(), part.end());
    }
    LogSumExpRows(2, width, logits.data(), sums);
    LogProbBackwardRows(2, width, sums, targets, gradients, logits.data());
    ExpectNear(logits, expected, 1e-6, width);
  }
}

TEST_P(RowKernels, RotationTurnsAndTurnsBack) {
  for (const int64_t half : {1, 8, 16, 21}) {
    const int64_t heads = 3, stride = 2 * half * heads + 5;
    const std::vector<float> x = Random(2 * stride, 1, "rotate"), angles = Random(2 * half, 3, "angles");
    std::vector<float> cos, sin;
    for (const float angle : angles) {
      cos.push_back(std::cos(angle));
      sin.push_back(std::sin(angle));
    }
    std::vector<float> turned(2 * 2 * half * heads), back = x;
    RotateRows({2, heads, half, stride, 2 * half * heads}, cos.data(), sin.data(), 1, x.data(), turned.data());
    for (int64_t i = 0; i < half; ++i) {  // of the last head of the last row
      const double a = x[stride + 4 * half + i], b = x[stride + 5 * half + i];
      const double angle = angles[half + i];
      const float* const y = turned.data() + 2 * half * heads + 4 * half;
      EXPECT_NEAR(y[i], a * std::cos(angle) - b * std::sin(angle), 1e-6);
      EXPECT_NEAR(y[half + i], b * std::cos(angle) + a * std::sin(angle), 1e-6);
    }
    RotateRows({2, heads, half, 2 * half * heads, stride}, cos.data(), sin.data(), -1, turned.data(), back.data());
    ExpectNear(back, Wide(x), 1e-6, half);
  }
}

TEST_P(RowKernels, GateAndItsDerivative) {
  for (const int64_t count : {1, 16, 37}) {
    const std::vector<float> gate = Random(count, 4, "gate"), up = Random(count, 1, "up");
    const std::vector<float> by = Random(count, 1, "by_gated");
    const auto product = [](const Row& gate, const Row& up) {
      Row gated(gate.size());
      for (size_t i = 0; i < gate.size(); ++i) gated[i] = gate[i] / (1 + std::exp(-gate[i])) * up[i];
      return gated;
    };
    std::vector<float> gated(count), again(count), by_up = by, by_gate(count);
    Gate(count, gate.data(), up.data(), gated.data());
    ExpectNear(gated, product(Wide(gate), Wide(up)), 1e-6, count);
    GateBackward(count, gate.data(), up.data(), again.data(), by_up.data(), by_gate.data());
    EXPECT_EQ(again, gated);
    ExpectNear(by_gate, Gradient([&](const Row& x) { return Dot(by, product(x, Wide(up))); }, Wide(gate)), 1e-6, count);
    ExpectNear(by_up, Gradient([&](const Row& x) { return Dot(by, product(Wide(gate), x)); }, Wide(up)), 1e-6, count);
  }
}

TEST_P(RowKernels, GateIsFiniteEverywhere) {
  const std::vector<float> gate = {-1e30f, -100, -88, 88, 100, 1e30f}, up(6, 1.0f);
  std::vector<float> gated(6), by_up(6, 1.0f), by_gate(6);
  GateBackward(6, gate.data(), up.data(), gated.data(), by_up.data(), by_gate.data());
  for (int i = 0; i < 6; ++i) {
    EXPECT_NEAR(gated[i], std::max(0.0f, gate[i]), 1e-30) << gate[i];
    EXPECT_NEAR(by_gate[i], gate[i] > 0, 1e-30) << gate[i];
  }
}

TEST_P(RowKernels, RmsNormAndItsDerivative) {
  constexpr double kEps = 1e-3;
  const auto norm = [](const Row& x, const Row& weight) {
    double squares = 0;
    for (const double element : x) squares += element * element;
    Row y = x;
    for (size_t i = 0; i < x.size(); ++i) y[i] = weight[i] * x[i] / std::sqrt(squares / x.size() + kEps);
    return y;
  };
  for (const int64_t width : {1, 16, 45}) {
    const std::vector<float> x = Random(width, 1, "rms"), by = Random(width, 1, "by_y");
    std::vector<float> weight = Random(width, 1, "weight"), y(width), by_x = by, by_weight(width, 0.5f);
    weight[0] = -1e-20f;  // as small as is allowed, nearly
    float scale = 0;
    RmsNormRows(1, width, x.data(), weight.data(), kEps, &scale, y.data());
    ExpectNear(y, norm(Wide(x), Wide(weight)), 1e-6, width);
    RmsNormBackwardRows(1, width, y.data(), weight.data(), &scale, by_x.data(), by_x.data(), by_weight.data());
    ExpectNear(by_x, Gradient([&](const Row& x) { return Dot(by, norm(x, Wide(weight))); }, Wide(x)), 2e-6, width);
    Row expected = Gradient([&](const Row& weight) { return Dot(by, norm(Wide(x), weight)); }, Wide(weight));
    for (double& element : expected) element += 0.5;
    ExpectNear(by_weight, expected, 2e-6, width);
  }
}

}  // namespace
}  // namespace lm

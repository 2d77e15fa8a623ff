#include "analysis/statistics/empirical_likelihood.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"
#include "base/testing.h"

namespace analysis {
namespace {

constexpr double kZ2 = 1.959963984540054 * 1.959963984540054;

// -2 log R(mu), by the textbook's equation for the multiplier: sum w (x - mu) / (1 + lambda (x - mu)) = 0.
double LogRatio(const std::vector<double>& values, const std::vector<double>& weights, double mu) {
  double least = 0, greatest = 0;
  for (double value : values) {
    least = std::min(least, value - mu);
    greatest = std::max(greatest, value - mu);
  }
  double low = -1 / greatest, high = -1 / least;
  for (int i = 0; i < 200; ++i) {
    const double lambda = (low + high) / 2;
    double slope = 0;
    for (size_t j = 0; j < values.size(); ++j) {
      slope += weights[j] * (values[j] - mu) / (1 + lambda * (values[j] - mu));
    }
    (slope > 0 ? low : high) = lambda;
  }
  double sum = 0;
  for (size_t j = 0; j < values.size(); ++j) sum += 2 * weights[j] * std::log1p(low * (values[j] - mu));
  return sum;
}

TEST(EmpiricalLikelihoodTest, ZerosAndOnesHaveTheLikelihoodRatioInterval) {
  // 3 of 10 and half an item: 3.25 of 10.5.
  const std::vector<double> values = {1, 0, 0, 1, 0, 0, 0, 1, 0, 0};
  const MeanLimits limits = EmpiricalLikelihoodLimits(values, 0, 1, 0.5, 0.95);
  const double p = 3.25 / 10.5;
  for (double mu : {limits.low, limits.high}) {
    EXPECT_NEAR(2 * (3.25 * std::log(p / mu) + 7.25 * std::log((1 - p) / (1 - mu))), kZ2, 1e-9);
  }
  EXPECT_LT(limits.low, p);
  EXPECT_GT(limits.high, p);
}

TEST(EmpiricalLikelihoodTest, LimitsAreRootsOfTheLikelihoodRatio) {
  const std::vector<double> values = {0.9, 0.2, 0.2, 1, 0.75, 0.9, 0.9, 0.4};
  const MeanLimits limits = EmpiricalLikelihoodLimits(values, 0, 1, 0.5, 0.95);
  std::vector<double> seen = values, weights(values.size(), 1);
  for (double end : {0.0, 1.0}) {
    seen.push_back(end);
    weights.push_back(0.25);
  }
  EXPECT_NEAR(LogRatio(seen, weights, limits.low), kZ2, 1e-8);
  EXPECT_NEAR(LogRatio(seen, weights, limits.high), kZ2, 1e-8);
}

TEST(EmpiricalLikelihoodTest, MovesAndMirrorsWithTheValues) {
  const std::vector<double> values = {0.1, 0.1, 0.5, 0.9, 0.3};
  std::vector<double> mirrored, moved;
  for (double value : values) mirrored.push_back(1 - value), moved.push_back(4 * value - 1);
  const MeanLimits limits = EmpiricalLikelihoodLimits(values, 0, 1, 0.5, 0.9);
  const MeanLimits other = EmpiricalLikelihoodLimits(mirrored, 0, 1, 0.5, 0.9);
  EXPECT_NEAR(other.low, 1 - limits.high, 1e-12);
  EXPECT_NEAR(other.high, 1 - limits.low, 1e-12);
  EXPECT_NEAR(EmpiricalLikelihoodLimits(moved, -1, 3, 0.5, 0.9).low, 4 * limits.low - 1, 1e-12);
}

TEST(EmpiricalLikelihoodTest, OrderChangesNoBit) {
  std::vector<double> values = {0.3, 0.1, 0.7, 0.3, 0.123, 0.9};
  const MeanLimits limits = EmpiricalLikelihoodLimits(values, 0, 1, 0.5, 0.95);
  std::sort(values.begin(), values.end());
  const MeanLimits sorted = EmpiricalLikelihoodLimits(values, 0, 1, 0.5, 0.95);
  EXPECT_EQ(limits.low, sorted.low);
  EXPECT_EQ(limits.high, sorted.high);
}

TEST(EmpiricalLikelihoodTest, EqualAndSingleValuesHaveAWidth) {
  for (int n : {1, 20}) {
    for (double value : {0.0, 0.5, 1.0}) {
      const MeanLimits limits = EmpiricalLikelihoodLimits(std::vector<double>(n, value), 0, 1, 0.5, 0.95);
      EXPECT_LE(limits.low, value == 0 ? 1e-4 : value);
      EXPECT_GE(limits.high, value == 1 ? 1 - 1e-4 : value);
      EXPECT_GT(limits.high - limits.low, 0.05) << n << " of " << value;
      EXPECT_GE(limits.low, 0);
      EXPECT_LE(limits.high, 1);
    }
  }
}

// Of n items the ends differ from mean +- z s / sqrt(n) by O(1 / n).
TEST(EmpiricalLikelihoodTest, ManyItemsHaveTheNormalInterval) {
  constexpr int kItems = 1000000;
  base::RandomStream stream(3, "empirical likelihood");
  std::vector<double> values;
  double sum = 0, squares = 0;
  for (int i = 0; i < kItems; ++i) {
    values.push_back(stream.Below(1000) / 999.0);
    sum += values.back();
    squares += values.back() * values.back();
  }
  const double mean = sum / kItems, half = std::sqrt(kZ2 * (squares / kItems - mean * mean) / kItems);
  const MeanLimits limits = EmpiricalLikelihoodLimits(values, 0, 1, 0.5, 0.95);
  EXPECT_NEAR(limits.low, mean - half, 1e-6);
  EXPECT_NEAR(limits.high, mean + half, 1e-6);
}

}  // namespace
}  // namespace analysis

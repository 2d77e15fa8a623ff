#include "analysis/statistics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "analysis/statistics/bca.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::base::StatusIs;
using ::testing::HasSubstr;

const std::vector<double>& Skewed() {
  static const auto* values = new std::vector<double>{9, 0.2, 1.5, 0.1, 0.1, 3.5, 0.9, 22, 0.4, 2.5, 1.1, 0.3};
  return *values;
}

void ExpectSame(const Estimate& a, const Estimate& b) {
  EXPECT_EQ(a.value, b.value);
  EXPECT_EQ(a.standard_error, b.standard_error);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
}

TEST(SortedQuantileTest, InterpolatesBetweenOrderStatistics) {
  const std::vector<double> sorted = {1, 2, 4, 8};
  EXPECT_EQ(SortedQuantile(sorted, 0), 1);
  EXPECT_EQ(SortedQuantile(sorted, 1), 8);
  EXPECT_EQ(SortedQuantile(sorted, 0.5), 3);           // position 1.5: half-way from 2 to 4
  EXPECT_DOUBLE_EQ(SortedQuantile(sorted, 0.9), 6.8);  // position 2.7: 4 + 0.7 * 4
  EXPECT_EQ(SortedQuantile(std::vector<double>{5}, 0.3), 5);
}

TEST(BcaTest, WithoutBiasAndSkewnessItIsThePercentileInterval) {
  const QuantileLevels levels = BcaLevels(0.95, 0.5, 0);
  EXPECT_NEAR(levels.low, 0.025, 1e-14);
  EXPECT_NEAR(levels.high, 0.975, 1e-14);
}

TEST(BcaTest, HandValue) {
  // z0 = 0.25, a = 0.1: Phi(0.25 + (0.25 -+ 1.96) / (1 - 0.1 (0.25 -+ 1.96))).
  const double z = 1.959963984540054, z0 = 0.25, a = 0.1;
  const auto phi = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
  const QuantileLevels levels = BcaLevels(0.95, phi(z0), a);
  EXPECT_NEAR(levels.low, phi(z0 + (z0 - z) / (1 - a * (z0 - z))), 1e-12);
  EXPECT_NEAR(levels.high, phi(z0 + (z0 + z) / (1 - a * (z0 + z))), 1e-12);
}

TEST(BcaTest, AccelerationIsSkewnessOfLeaveOneOutValues) {
  // Leave-one-out means of {0, 0, 3}: 1.5, 1.5, 0; u = -0.5, -0.5, 1; sum u^3 = 0.75, sum u^2 = 1.5.
  EXPECT_NEAR(Acceleration({1.5, 1.5, 0.0}), 0.75 / (6 * std::pow(1.5, 1.5)), 1e-15);
  EXPECT_EQ(Acceleration({2.0, 2.0}), 0);
}

TEST(BootstrapTest, MeanOfTwoItems) {
  // Resamples of {0, 1} have means 0, 0.5, 1 with probabilities 1/4, 1/2, 1/4: the 95% interval is [0, 1], and the
  // standard error sqrt(1/8). Fixed seed; the bound is five standard errors of that standard error, about 0.0018.
  ASSERT_OK_AND_ASSIGN(const Estimate estimate, BootstrapMean({0.0, 1.0}, {}));
  EXPECT_EQ(estimate.value, 0.5);
  EXPECT_EQ(estimate.low, 0);
  EXPECT_EQ(estimate.high, 1);
  EXPECT_NEAR(estimate.standard_error, std::sqrt(0.125), 0.009);
  EXPECT_EQ(estimate.n, 2);
  EXPECT_EQ(estimate.method, kMethodBca);
}

TEST(BootstrapTest, DoesNotDependOnThreads) {
  for (BootstrapInterval interval :
       {BootstrapInterval::kPercentile, BootstrapInterval::kBasic, BootstrapInterval::kBca}) {
    BootstrapOptions options;
    options.interval = interval;
    options.resamples = 777;
    ASSERT_OK_AND_ASSIGN(const Estimate one, BootstrapMean(Skewed(), options));
    options.threads = 5;
    ASSERT_OK_AND_ASSIGN(const Estimate five, BootstrapMean(Skewed(), options));
    ExpectSame(one, five);
  }
}

TEST(BootstrapTest, SeedAndStreamMakeTheRandomNumbers) {
  BootstrapOptions options;
  options.resamples = 500;
  ASSERT_OK_AND_ASSIGN(const Estimate first, BootstrapMean(Skewed(), options));
  ASSERT_OK_AND_ASSIGN(const Estimate again, BootstrapMean(Skewed(), options));
  ExpectSame(first, again);
  BootstrapOptions other_seed = options, other_stream = options;
  other_seed.seed = 43;
  other_stream.stream = "another";
  EXPECT_NE(BootstrapMean(Skewed(), other_seed)->standard_error, first.standard_error);
  EXPECT_NE(BootstrapMean(Skewed(), other_stream)->standard_error, first.standard_error);
}

TEST(BootstrapTest, RatioDrawsBothTogether) {
  // Proportional arms: every resample has the same ratio.
  ASSERT_OK_AND_ASSIGN(const Estimate equal, BootstrapRatio({2.0, 6.0, 4.0}, {1.0, 3.0, 2.0}, {}));
  EXPECT_DOUBLE_EQ(equal.value, 2);
  EXPECT_EQ(equal.method, kMethodNone);
}

TEST(BootstrapTest, RefusesRatiosWithoutADenominator) {
  EXPECT_THAT(BootstrapRatio({1.0, 2.0}, {1.0}, {}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("2 num")));
  EXPECT_THAT(BootstrapRatio({1.0, 2.0}, {1.0, -1.0}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("denominator 1 is -1")));
  EXPECT_THAT(BootstrapRatio({1.0, 2.0}, {0.0, 0.0}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("the statistic")));
  EXPECT_THAT(BootstrapRatio({1.0, 2.0}, {0.0, 1.0}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("on resample")));
}

TEST(BootstrapTest, OrderOfItemsDoesNotMatterToTheLaw) {
  // Another order uses the random numbers otherwise, so the ends agree only up to Monte Carlo error: at 20,000
  // resamples its standard deviation is below 2% of the standard error, and the bound is ten times that.
  std::vector<double> sorted = Skewed();
  std::sort(sorted.begin(), sorted.end());
  BootstrapOptions options;
  options.resamples = 20000;
  ASSERT_OK_AND_ASSIGN(const Estimate unsorted_items, BootstrapMean(Skewed(), options));
  ASSERT_OK_AND_ASSIGN(const Estimate sorted_items, BootstrapMean(sorted, options));
  EXPECT_NEAR(unsorted_items.low, sorted_items.low, 0.2 * unsorted_items.standard_error);
  EXPECT_NEAR(unsorted_items.high, sorted_items.high, 0.2 * unsorted_items.standard_error);
}

TEST(BootstrapTest, BasicReflectsPercentile) {
  BootstrapOptions options;
  options.interval = BootstrapInterval::kPercentile;
  ASSERT_OK_AND_ASSIGN(const Estimate percentile, BootstrapMean(Skewed(), options));
  options.interval = BootstrapInterval::kBasic;
  ASSERT_OK_AND_ASSIGN(const Estimate basic, BootstrapMean(Skewed(), options));
  EXPECT_DOUBLE_EQ(basic.low, 2 * percentile.value - percentile.high);
  EXPECT_DOUBLE_EQ(basic.high, 2 * percentile.value - percentile.low);
}

TEST(BootstrapTest, EqualValuesHaveNoInterval) {
  for (const std::vector<double>& values : {std::vector<double>{0.1}, std::vector<double>(60, 0.1)}) {
    ASSERT_OK_AND_ASSIGN(const Estimate estimate, BootstrapMean(values, {}));
    EXPECT_NEAR(estimate.value, 0.1, 1e-15);
    EXPECT_TRUE(std::isnan(estimate.low));
    EXPECT_TRUE(std::isnan(estimate.high));
    EXPECT_TRUE(std::isnan(estimate.standard_error));
    EXPECT_EQ(estimate.method, "none");
  }
}

TEST(BootstrapTest, StudentisedReachesFurtherToTheSkewedSide) {
  ASSERT_OK_AND_ASSIGN(const Estimate skewed, BootstrapTMean(Skewed(), {}));
  EXPECT_GT(skewed.high - skewed.value, skewed.value - skewed.low);
  EXPECT_EQ(skewed.method, "bootstrap-t");
  ASSERT_OK_AND_ASSIGN(const Estimate equal, BootstrapTMean(std::vector<double>(9, 0.1), {}));
  EXPECT_EQ(equal.method, "none");
  // Half of the resamples of two values have no spread: the ends would be infinite.
  ASSERT_OK_AND_ASSIGN(const Estimate two, BootstrapTMean({0.0, 1.0}, {}));
  EXPECT_EQ(two.method, "none");
}

TEST(BootstrapTest, RefusesNothing) {
  EXPECT_THAT(BootstrapMean({}, {}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at least one item")));
}

TEST(BootstrapTest, RefusesNanAndSaysWhich) {
  EXPECT_THAT(BootstrapMean({1.0, std::nan(""), 2.0}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("value 1 of 3 is nan")));
  EXPECT_THAT(BootstrapMean({std::numeric_limits<double>::infinity()}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("value 0 of 1 is inf")));
}

TEST(BootstrapTest, RefusesBadOptions) {
  BootstrapOptions options;
  options.level = 95;
  EXPECT_THAT(BootstrapMean({1.0, 2.0}, options), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("95")));
  options = {};
  options.resamples = 0;
  EXPECT_THAT(BootstrapMean({1.0, 2.0}, options), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("resamples")));
  options = {};
  options.threads = 0;
  EXPECT_THAT(BootstrapMean({1.0, 2.0}, options), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("threads")));
}

}  // namespace
}  // namespace analysis

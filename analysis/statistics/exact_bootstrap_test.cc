#include "analysis/statistics/exact_bootstrap.h"

#include <cmath>
#include <vector>

#include "base/testing.h"

namespace analysis {
namespace {

using ::base::StatusIs;
using ::testing::HasSubstr;

double Choose(int n, int k) { return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1)); }

TEST(SumLawTest, TwoDrawsOfWinAndLoss) {
  // Sums of two draws from {0, 2}: 0, 2, 4 with probabilities 1/4, 1/2, 1/4.
  const SumLaw law({2, 0});
  EXPECT_EQ(law.Quantile(0.2), 0);
  EXPECT_EQ(law.Quantile(0.25), 0);  // reached, though 1/4 is a rounded sum
  EXPECT_EQ(law.Quantile(0.26), 2);
  EXPECT_EQ(law.Quantile(0.75), 2);
  EXPECT_EQ(law.Quantile(1), 4);
  EXPECT_DOUBLE_EQ(law.ShareBelow(2), 0.25 + 0.5 / 2);
  EXPECT_DOUBLE_EQ(law.ShareBelow(3), 0.75);
  EXPECT_DOUBLE_EQ(law.StandardDeviation(), std::sqrt(2.0));
}

TEST(SumLawTest, ZeroOneValuesAreBinomial) {
  std::vector<int> values(30, 0);
  std::fill(values.begin(), values.begin() + 12, 1);
  const SumLaw law(values);
  double below = 0;
  for (int k = 0; k <= 30; ++k) {
    const double p = Choose(30, k) * std::pow(0.4, k) * std::pow(0.6, 30 - k);
    EXPECT_NEAR(law.ShareBelow(k), below + p / 2, 1e-12) << k;
    below += p;
  }
}

TEST(SumLawTest, ManyValuesKeepTheirMass) {
  // 20,000 draws: the law is cut where it is below 1e-20, which must not show.
  std::vector<int> values(20000, 0);
  for (size_t i = 0; i < values.size(); ++i) values[i] = i % 3;
  const SumLaw law(values);
  // A third each of 0, 1, 2: variance 2/3 a draw.
  EXPECT_NEAR(law.StandardDeviation(), std::sqrt(values.size() * (5.0 / 3 - 1)), 0.02);
  EXPECT_NEAR(law.ShareBelow(1000000), 1, 1e-10);
}

TEST(ExactBootstrapTest, AgreesWithResampling) {
  const std::vector<int> values = {2, 2, 0, 1, 2, 2, 1, 0, 2, 2, 2, 2, 0, 2, 1, 2, 2, 2, 0, 2};
  std::vector<double> scores;
  for (int value : values) scores.push_back(value / 2.0);
  for (BootstrapInterval interval : {BootstrapInterval::kPercentile, BootstrapInterval::kBca}) {
    ASSERT_OK_AND_ASSIGN(const Estimate exact, ExactBootstrapMean(values, 0.5, interval, 0.95));
    BootstrapOptions options;
    options.interval = interval;
    options.resamples = 100000;
    ASSERT_OK_AND_ASSIGN(const Estimate sampled, BootstrapMean(scores, options));
    EXPECT_DOUBLE_EQ(exact.value, sampled.value);
    EXPECT_NEAR(exact.standard_error, sampled.standard_error, 0.001);
    // One step of the lattice of possible means.
    EXPECT_NEAR(exact.low, sampled.low, 0.5 / 20 + 1e-12);
    EXPECT_NEAR(exact.high, sampled.high, 0.5 / 20 + 1e-12);
  }
}

TEST(ExactBootstrapTest, DependsOnCountsOnly) {
  ASSERT_OK_AND_ASSIGN(const Estimate a, ExactBootstrapMean({0, 2, 1, 2, 2}, 0.5, BootstrapInterval::kBca, 0.95));
  ASSERT_OK_AND_ASSIGN(const Estimate b, ExactBootstrapMean({2, 2, 2, 1, 0}, 0.5, BootstrapInterval::kBca, 0.95));
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
}

TEST(ExactBootstrapTest, MirroredScoresHaveMirroredIntervals) {
  ASSERT_OK_AND_ASSIGN(const Estimate few,
                       ExactBootstrapMean({0, 0, 1, 0, 2, 0, 0}, 0.5, BootstrapInterval::kBca, 0.9));
  ASSERT_OK_AND_ASSIGN(const Estimate many,
                       ExactBootstrapMean({2, 2, 1, 2, 0, 2, 2}, 0.5, BootstrapInterval::kBca, 0.9));
  EXPECT_NEAR(few.value, 1 - many.value, 1e-12);
  EXPECT_NEAR(few.low, 1 - many.high, 1e-12);
  EXPECT_NEAR(few.high, 1 - many.low, 1e-12);
}

TEST(ExactBootstrapTest, EqualValuesHaveNoInterval) {
  ASSERT_OK_AND_ASSIGN(const Estimate estimate, ExactBootstrapMean({2, 2, 2}, 0.5, BootstrapInterval::kBca, 0.95));
  EXPECT_EQ(estimate.value, 1);
  EXPECT_TRUE(std::isnan(estimate.low));
  EXPECT_EQ(estimate.method, "none");
}

TEST(ExactBootstrapTest, RefusesNonsense) {
  const auto bca = BootstrapInterval::kBca;
  EXPECT_THAT(ExactBootstrapMean({}, 0.5, bca, 0.95), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("item")));
  EXPECT_THAT(ExactBootstrapMean({-1, 2}, 1, bca, 0.95), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("-1")));
  EXPECT_THAT(ExactBootstrapMean({1, 2}, 0, bca, 0.95),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("unit")));
  EXPECT_THAT(ExactBootstrapMean({1, 2}, 1, bca, 0), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("level")));
  EXPECT_THAT(ExactBootstrapMean({1, 2}, 1, BootstrapInterval::kBasic, 0.95),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("basic")));
}

}  // namespace
}  // namespace analysis

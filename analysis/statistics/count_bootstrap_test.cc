#include "analysis/statistics/count_bootstrap.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/testing.h"

namespace analysis {
namespace {

using ::base::StatusIs;
using ::testing::HasSubstr;

// Seeds are fixed: nothing here fails by chance. Bounds are five standard deviations, which another seed would exceed
// with probability 6e-7 each.
constexpr int64_t kResamples = 20000;
constexpr double kDeviations = 5;

BootstrapOptions Percentile(double level) {
  BootstrapOptions options;
  options.interval = BootstrapInterval::kPercentile;
  options.level = level;
  options.resamples = kResamples;
  return options;
}

TEST(ShareTableTest, DrawsTheBinomialLaw) {
  // Binomial(4, 3/4) = {1, 12, 54, 108, 81} / 256.
  const ShareTable table({4, 3});
  IndexStream stream(1, "share_table_test", 0);
  std::vector<int64_t> counts(5);
  constexpr int64_t kDraws = 100000;
  for (int64_t i = 0; i < kDraws; ++i) ++counts[std::lround(table.Draw(stream) * 4)];
  const std::vector<double> law = {1 / 256., 12 / 256., 54 / 256., 108 / 256., 81 / 256.};
  for (size_t x = 0; x < law.size(); ++x) {
    EXPECT_NEAR(counts[x], law[x] * kDraws, kDeviations * std::sqrt(kDraws * law[x] * (1 - law[x]))) << x;
  }
}

TEST(ShareTableTest, AllOrNothingStaysSo) {
  IndexStream stream(1, "share_table_test", 0);
  const ShareTable none({1000, 0}), all({1000, 1000});
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(none.Draw(stream), 0);
    EXPECT_EQ(all.Draw(stream), 1);
  }
}

TEST(ShareTableTest, ManyAttemptsHaveTheirMoments) {
  const ShareTable table({100000, 300});
  IndexStream stream(1, "share_table_test", 1);
  constexpr int kDraws = 20000;
  const double p = 0.003, variance = p * (1 - p) / 100000;
  double sum = 0, squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double deviation = table.Draw(stream) - p;
    sum += deviation;
    squares += deviation * deviation;
  }
  EXPECT_NEAR(sum / kDraws, 0, kDeviations * std::sqrt(variance / kDraws));
  EXPECT_NEAR(squares / kDraws, variance, kDeviations * variance * std::sqrt(2.0 / kDraws));
}

// The law of the sum of three questions' correct attempts for counts (2, 1), (2, 2), (2, 0): attempts of a drawn
// question are Binomial(2, 1/2), 2 and 0, that is one of these twelve equally likely values.
std::vector<double> ExactCumulative() {
  const std::vector<int> values = {0, 1, 1, 2, 2, 2, 2, 2, 0, 0, 0, 0};
  std::vector<double> cumulative(7);
  for (int x : values) {
    for (int y : values) {
      for (int z : values) {
        for (int sum = x + y + z; sum < 7; ++sum) cumulative[sum] += std::pow(1 / 12., 3);
      }
    }
  }
  return cumulative;
}

// The p-quantile of the replicates of `statistic`, from whichever end of an interval it is.
template <typename Statistic>
double Quantile(double p, const Statistic& statistic) {
  const absl::StatusOr<Estimate> estimate = statistic(Percentile(std::abs(1 - 2 * p)));
  EXPECT_OK(estimate.status());
  return p < 0.5 ? estimate->low : estimate->high;
}

// A test of Kolmogorov and Smirnov's kind: each step of the exact law is where it must be.
template <typename Statistic>
void ExpectExactLaw(const Statistic& mean_correct) {
  const std::vector<double> cumulative = ExactCumulative();
  for (int sum = 0; sum < 6; ++sum) {
    const double p = cumulative[sum], error = kDeviations * std::sqrt(p * (1 - p) / kResamples);
    EXPECT_LE(std::lround(6 * Quantile(p - error, mean_correct)), sum);
    EXPECT_GE(std::lround(6 * Quantile(p + error, mean_correct)), sum + 1);
  }
}

TEST(TwoLevelAccuracyTest, HasTheExactLawAsDrawingEachAttemptHas) {
  const std::vector<AttemptCounts> counts = {{2, 1}, {2, 2}, {2, 0}};
  ExpectExactLaw([&](const BootstrapOptions& options) { return TwoLevelAccuracy(counts, options); });

  const std::vector<double> attempts = {1, 0, 1, 1, 0, 0};
  const absl::StatusOr<Resampling> resampling = Resampling::TwoLevel({0, 0, 1, 1, 2, 2});
  ASSERT_OK(resampling.status());
  ExpectExactLaw([&](const BootstrapOptions& options) {
    return BootstrapStatistic(
        *resampling,
        [&](absl::Span<const int64_t> items) {
          double sum = 0;
          for (int64_t item : items) sum += attempts[item];
          return sum / items.size();
        },
        options);
  });
}

TEST(TwoLevelDifferenceTest, HasTheVarianceOfBothLevels) {
  // Unequal attempts, unsorted, with questions at 0 and 1. The variance of a replicate is that between questions plus
  // the questions' mean of p (1 - p) / n of both arms, over the number of questions.
  const std::vector<AttemptCounts> a = {{32, 5}, {32, 32}, {8, 1}, {1, 1}, {16, 9}, {32, 0}, {5, 4}, {32, 17}};
  const std::vector<AttemptCounts> b = {{32, 3}, {16, 12}, {8, 0}, {2, 1}, {16, 9}, {32, 2}, {7, 1}, {32, 30}};
  const double n = a.size();
  double mean = 0, square = 0, within = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double p = 1.0 * a[i].correct / a[i].attempts, q = 1.0 * b[i].correct / b[i].attempts;
    mean += (p - q) / n;
    square += (p - q) * (p - q) / n;
    within += (p * (1 - p) / a[i].attempts + q * (1 - q) / b[i].attempts) / n;
  }
  const double error = std::sqrt((square - mean * mean + within) / n);
  ASSERT_OK_AND_ASSIGN(const Estimate estimate, TwoLevelDifference(a, b, Percentile(0.95)));
  EXPECT_DOUBLE_EQ(estimate.value, mean);
  EXPECT_NEAR(estimate.standard_error, error, kDeviations * error / std::sqrt(2.0 * kResamples));
  EXPECT_EQ(estimate.n, 8);
}

TEST(TwoLevelDifferenceTest, AgreesWithDrawingEachAttempt) {
  const std::vector<AttemptCounts> a = {{4, 1}, {4, 4}, {4, 3}, {4, 0}, {4, 2}};
  const std::vector<AttemptCounts> b = {{3, 1}, {3, 0}, {3, 3}, {3, 2}, {3, 1}};
  std::vector<double> slow(kResamples);
  ForEachResample(kResamples, 1, "count_bootstrap_test", 1, [&](int64_t r, IndexStream& stream) {
    for (size_t i = 0; i < a.size(); ++i) {
      const uint32_t question = stream.Below(a.size());
      for (int64_t j = 0; j < 4; ++j) slow[r] += (stream.Below(4) < a[question].correct) / 20.0;
      for (int64_t j = 0; j < 3; ++j) slow[r] -= (stream.Below(3) < b[question].correct) / 15.0;
    }
  });
  std::sort(slow.begin(), slow.end());
  const auto difference = [&](const BootstrapOptions& options) { return TwoLevelDifference(a, b, options); };
  for (double p : {0.01, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 0.99}) {
    // Of two samples: the difference of their empirical shares has twice the variance of one's.
    const double error = kDeviations * std::sqrt(2 * p * (1 - p) / kResamples), rounding = 1e-9;
    const double fast = Quantile(p, difference);
    EXPECT_GE(fast, SortedQuantile(slow, std::max(0.0, p - error)) - rounding) << p;
    EXPECT_LE(fast, SortedQuantile(slow, std::min(1.0, p + error)) + rounding) << p;
  }
}

TEST(TwoLevelDifferenceTest, DoesNotDependOnThreads) {
  const std::vector<AttemptCounts> a = {{4, 1}, {4, 4}, {4, 3}}, b = {{3, 1}, {3, 0}, {3, 3}};
  BootstrapOptions options;
  options.resamples = 777;
  ASSERT_OK_AND_ASSIGN(const Estimate one, TwoLevelDifference(a, b, options));
  options.threads = 5;
  ASSERT_OK_AND_ASSIGN(const Estimate five, TwoLevelDifference(a, b, options));
  EXPECT_EQ(one.low, five.low);
  EXPECT_EQ(one.high, five.high);
  EXPECT_EQ(one.standard_error, five.standard_error);
  EXPECT_EQ(one.method, kMethodBca);
}

TEST(TwoLevelAccuracyTest, EqualQuestionsWithoutSpreadHaveNoInterval) {
  ASSERT_OK_AND_ASSIGN(const Estimate estimate, TwoLevelAccuracy({{3, 3}, {5, 5}}, {}));
  EXPECT_EQ(estimate.value, 1);
  EXPECT_EQ(estimate.method, kMethodNone);
  // One question has a spread of its attempts, but no second question to show the spread of questions.
  ASSERT_OK_AND_ASSIGN(const Estimate single, TwoLevelAccuracy({{4, 2}}, Percentile(0.95)));
  EXPECT_EQ(single.value, 0.5);
  EXPECT_EQ(single.low, 0);
  EXPECT_EQ(single.high, 1);
}

TEST(TwoLevelAccuracyTest, RefusesBadCounts) {
  const auto refused = [](const char* message) {
    return StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message));
  };
  EXPECT_THAT(TwoLevelAccuracy({}, {}), refused("at least one question"));
  EXPECT_THAT(TwoLevelAccuracy({{2, 1}, {0, 0}}, {}), refused("question 1 of 2 has 0 correct of 0 attempts"));
  EXPECT_THAT(TwoLevelAccuracy({{2, 3}}, {}), refused("3 correct of 2"));
  EXPECT_THAT(TwoLevelDifference({{2, 1}}, {{2, 1}, {2, 1}}, {}), refused("1 and 2 questions"));
}

}  // namespace
}  // namespace analysis

#include "analysis/statistics/proportion.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/testing.h"

namespace analysis {
namespace {

using ::base::StatusIs;
using ::testing::HasSubstr;

constexpr double kZ = 1.959963984540054;

TEST(WilsonTest, AllSuccesses) {
  // At p = 1 the lower root of (1 - p)^2 = q p (1 - p), q = z^2 / n, is 1 / (1 + q).
  ASSERT_OK_AND_ASSIGN(const Estimate estimate, WilsonInterval(1, 60, 0.95));
  EXPECT_NEAR(estimate.low, 1 / (1 + kZ * kZ / 60), 1e-12);
  EXPECT_EQ(estimate.high, 1);
  EXPECT_EQ(estimate.method, "wilson");
}

TEST(WilsonTest, IsSymmetricInSuccessAndFailure) {
  ASSERT_OK_AND_ASSIGN(const Estimate few, WilsonInterval(0.2, 30, 0.9));
  ASSERT_OK_AND_ASSIGN(const Estimate many, WilsonInterval(0.8, 30, 0.9));
  EXPECT_NEAR(few.low, 1 - many.high, 1e-12);
  EXPECT_NEAR(few.high, 1 - many.low, 1e-12);
}

TEST(WilsonTest, EndsSolveTheScoreEquation) {
  ASSERT_OK_AND_ASSIGN(const Estimate estimate, WilsonInterval(0.3, 7, 0.95));
  for (double p : {estimate.low, estimate.high}) {
    EXPECT_NEAR(std::abs(0.3 - p), kZ * std::sqrt(p * (1 - p) / 7), 1e-12);
  }
}

TEST(WilsonTest, OneTrialHasAWideInterval) {
  ASSERT_OK_AND_ASSIGN(const Estimate estimate, WilsonInterval(1, 1, 0.95));
  EXPECT_NEAR(estimate.low, 1 / (1 + kZ * kZ), 1e-12);
}

TEST(WilsonTest, RefusesNonsense) {
  EXPECT_THAT(WilsonInterval(0.5, 0, 0.95), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at least one")));
  EXPECT_THAT(WilsonInterval(1.01, 5, 0.95), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("[0, 1]")));
  EXPECT_THAT(WilsonInterval(std::nan(""), 5, 0.95), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("nan")));
  EXPECT_THAT(WilsonInterval(0.5, 5, 1), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("level")));
}

// The ends are where the score statistic, with its nuisance parameter found by search instead of by the closed form,
// equals the critical value.
TEST(TangoTest, EndsSolveTheScoreEquation) {
  const auto score = [](double wins, double losses, double n, double delta) {
    // Maximises W log(q + delta) + L log q + (n - W - L) log(1 - 2 q - delta) over the loss probability q.
    const auto likelihood = [&](double q) {
      return (wins > 0 ? wins * std::log(q + delta) : 0) + (losses > 0 ? losses * std::log(q) : 0) +
             (n - wins - losses) * std::log(1 - 2 * q - delta);
    };
    double low = std::max(0.0, -delta), high = (1 - delta) / 2;
    for (int i = 0; i < 200; ++i) {
      const double a = low + (high - low) / 3, b = high - (high - low) / 3;
      (likelihood(a) < likelihood(b) ? low : high) = likelihood(a) < likelihood(b) ? a : b;
    }
    return (wins - losses - n * delta) / std::sqrt(n * (2 * low + delta * (1 - delta)));
  };
  for (const auto& [wins, losses, n] : std::vector<std::array<int, 3>>{{3, 1, 80}, {7, 2, 60}, {12, 6, 640}}) {
    const Estimate estimate = TangoInterval(wins, losses, n, 0.95);
    EXPECT_DOUBLE_EQ(estimate.value, 0.5 + 0.5 * (wins - losses) / n);
    EXPECT_NEAR(score(wins, losses, n, 2 * estimate.low - 1), 1.959964, 1e-4) << wins << ' ' << losses;
    EXPECT_NEAR(score(wins, losses, n, 2 * estimate.high - 1), -1.959964, 1e-4) << wins << ' ' << losses;
  }
}

TEST(TangoTest, AllTiesHaveAWidthAndSidesAreMirrored) {
  // With W = L = 0 the statistic is -n delta / sqrt(n |delta| (1 - |delta|) ...): |delta| = z^2 / (n + z^2).
  const double z2 = 1.959964 * 1.959964;
  const Estimate ties = TangoInterval(0, 0, 80, 0.95);
  // One win and one loss more: variance 2 / 82 a difference, and a score is half of one.
  EXPECT_NEAR(ties.standard_error, std::sqrt(2.0 / 82 / 82) / 2, 1e-12);
  EXPECT_NEAR(ties.high, 0.5 + 0.5 * z2 / (80 + z2), 1e-6);
  EXPECT_NEAR(ties.low, 1 - ties.high, 1e-9);
  const Estimate won = TangoInterval(3, 0, 80, 0.95), lost = TangoInterval(0, 3, 80, 0.95);
  EXPECT_NEAR(won.low, 1 - lost.high, 1e-9);
  EXPECT_LT(won.low, 0.5);  // three wins among 77 ties prove nothing: the sign test's p is 0.25
}

// By enumeration, no random numbers: how often the interval of WinRates' choice excludes a true 50%.
TEST(TangoTest, FalseAlarmsWithManyTies) {
  for (const auto& [n, tie_share] : std::vector<std::pair<int, double>>{{80, 0.9}, {80, 0.95}, {640, 0.99}}) {
    const double p = (1 - tie_share) / 2;
    double alarms = 0;
    for (int wins = 0; wins < 20; ++wins) {
      for (int losses = 0; wins + losses < 20; ++losses) {
        const Estimate estimate = TangoInterval(wins, losses, n, 0.95);
        if (estimate.low <= 0.5 && estimate.high >= 0.5) continue;
        alarms += std::exp(std::lgamma(n + 1) - std::lgamma(wins + 1) - std::lgamma(losses + 1) -
                           std::lgamma(n - wins - losses + 1) + (wins + losses) * std::log(p) +
                           (n - wins - losses) * std::log(tie_share));
      }
    }
    EXPECT_LT(alarms, 0.055) << n << ' ' << tie_share;
  }
}

}  // namespace
}  // namespace analysis

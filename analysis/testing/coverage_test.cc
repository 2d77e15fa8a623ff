// How often the intervals of the reports contain the truth.
//
// Win rates have few possible outcomes (wins, ties, losses), so the coverage of their interval is summed over all of
// them: no simulation, no chance. The random bootstrap is simulated.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/measures/win_rate.h"
#include "analysis/seeds/crossed.h"
#include "analysis/statistics/bootstrap.h"
#include "base/random.h"
#include "base/testing.h"

namespace analysis {
namespace {

constexpr double kNegligible = 1e-7;

// The win-rate interval of every outcome of n questions.
class Intervals {
 public:
  explicit Intervals(int n) : n_(n), ends_((n + 1) * (n + 1)) {}

  const Estimate& Of(int wins, int ties) {
    Estimate& ends = ends_[wins * (n_ + 1) + ties];
    if (ends.n == 0) ends = Compute(wins, ties);
    return ends;
  }

 private:
  Estimate Compute(int wins, int ties) const {
    std::vector<QuestionVerdicts> questions;
    for (int i = 0; i < n_; ++i) {
      questions.push_back({absl::StrCat(i), "math", {i < wins ? 1 : i < wins + ties ? 0.5 : 0}});
    }
    const auto rows = WinRates({"a_vs_b"}, questions, 0.95);
    EXPECT_OK(rows);
    return rows->front().win_rate;
  }

  const int n_;
  std::vector<Estimate> ends_;
};

// P(interval contains p) when each question is won, tied or lost with probabilities p - tie / 2, tie, 1 - p - tie / 2.
double Coverage(int n, double p, double tie, Intervals& intervals) {
  const double win = p - tie / 2, loss = 1 - p - tie / 2;
  double covered = 0, total = 0;
  for (int wins = 0; wins <= n; ++wins) {
    for (int ties = 0; ties <= n - wins; ++ties) {
      if (tie == 0 && ties > 0) break;
      const int losses = n - wins - ties;
      const double probability =
          std::exp(std::lgamma(n + 1) - std::lgamma(wins + 1) - std::lgamma(ties + 1) - std::lgamma(losses + 1) +
                   wins * std::log(win) + (ties > 0 ? ties * std::log(tie) : 0) + losses * std::log(loss));
      if (probability < kNegligible) continue;
      const Estimate& interval = intervals.Of(wins, ties);
      total += probability;
      if (p >= interval.low - 1e-9 && p <= interval.high + 1e-9) covered += probability;
    }
  }
  EXPECT_GT(total, 0.99);
  return covered / total;
}

struct Summary {
  double least = 1;
  double mean = 0;
};

// Over win rates from 0.5 to 0.98 and shares of ties from 0 to 0.6. (Rates below 0.5 mirror those above.)
Summary WinRateCoverage(int n) {
  Intervals intervals(n);
  Summary summary;
  int settings = 0;
  for (double tie : {0.0, 0.1, 0.3, 0.6}) {
    for (double p = 0.5; p < 0.985 && p + tie / 2 < 1; p += 0.0171) {
      const double coverage = Coverage(n, p, tie, intervals);
      summary.least = std::min(summary.least, coverage);
      summary.mean += coverage;
      ++settings;
    }
  }
  summary.mean /= settings;
  std::printf("win rate, n = %3d: 95%% intervals cover %.1f%% on average, %.1f%% at least\n", n, 100 * summary.mean,
              100 * summary.least);
  return summary;
}

TEST(WinRateCoverageTest, SixtyQuestions) {
  const Summary coverage = WinRateCoverage(60);
  EXPECT_GE(coverage.least, 0.935);
  EXPECT_NEAR(coverage.mean, 0.95, 0.01);
}

TEST(WinRateCoverageTest, TwentyQuestions) {
  const Summary coverage = WinRateCoverage(20);
  EXPECT_GE(coverage.least, 0.93);
  EXPECT_NEAR(coverage.mean, 0.95, 0.01);
}

// With ten questions the likelihood interval is wide rather than short (docs/statistics.md).
TEST(WinRateCoverageTest, TenQuestions) {
  const Summary coverage = WinRateCoverage(10);
  EXPECT_GE(coverage.least, 0.92);
  EXPECT_GE(coverage.mean, 0.94);
  EXPECT_LE(coverage.mean, 0.98);
}

// Two equal arms that nearly always tie, as after light fine-tuning: the interval excludes 50% in 5% of experiments at
// most, give or take what the counts' discreteness leaves.
TEST(WinRateCoverageTest, NearlyAllTies) {
  for (const int n : {80, 200}) {
    Intervals intervals(n);
    for (const double tie : {0.8, 0.9, 0.95, 0.99}) {
      const double coverage = Coverage(n, 0.5, tie, intervals);
      std::printf("win rate, n = %3d, %.0f%% ties: 95%% intervals cover 50%% in %.1f%%\n", n, 100 * tie,
                  100 * coverage);
      EXPECT_GE(coverage, 0.94) << n << ' ' << tie;
    }
  }
}

// The BCa interval of a mean of paired differences between two equal arms, whose questions differ in difficulty.
// A covering share of 94.5% or 95% has a standard deviation of 0.0036 over 4,000 data sets: the bounds are 5 away, a
// false alarm of 1e-6 for another seed; this one is fixed.
TEST(BootstrapCoverageTest, PairedDifferencesOfEqualArms) {
  constexpr int kDataSets = 4000, kItems = 80;
  BootstrapOptions options;
  options.resamples = 1000;
  int covered = 0;
  for (int d = 0; d < kDataSets; ++d) {
    base::RandomStream stream(17, "coverage", d);
    std::vector<double> differences(kItems);
    for (double& difference : differences) {
      const double difficulty = 5 * stream.Normal();
      const double a = difficulty + stream.Normal(), b = difficulty + stream.Normal();
      difference = a - b;
    }
    options.seed = d;
    ASSERT_OK_AND_ASSIGN(const Estimate estimate, BootstrapMean(differences, options));
    covered += estimate.low <= 0 && estimate.high >= 0;
  }
  const double share = static_cast<double>(covered) / kDataSets;
  std::printf("paired mean, n = %d: 95%% intervals cover %.1f%%\n", kItems, 100 * share);
  EXPECT_GE(share, 0.945 - 5 * 0.0036);
  EXPECT_LE(share, 0.95 + 5 * 0.0036);
}

// Two equal arms of three seeds each, whose differences on 40 questions are chance, plus seeds that differ by nothing
// or by twice a seed's standard error (sqrt(1 / 40)). The interval over seeds and questions excludes 0 in 5% of data
// sets at most: over 4,000 that share has a standard deviation of 0.34%, and the bound is 5 away, a false alarm of
// 3e-7. Over questions only it is far more, which is what the seeds are for. (validity_crossed_test.cc has the table.)
TEST(CrossedCoverageTest, EqualArmsOfThreeSeeds) {
  constexpr int kDataSets = 4000, kSeeds = 3, kQuestions = 40;
  for (const double deviation : {0.0, 2 / std::sqrt(kQuestions)}) {
    int alarms = 0, over_questions = 0;
    for (int d = 0; d < kDataSets; ++d) {
      base::RandomStream stream(23, absl::StrCat("crossed/", deviation), d);
      SeedTable differences;
      differences.seeds = {"1", "2", "3"};
      differences.questions.resize(kQuestions);
      for (int s = 0; s < kSeeds; ++s) {
        const double seed = deviation * stream.Normal();
        std::vector<double>& of_seed = differences.means.emplace_back();
        for (int q = 0; q < kQuestions; ++q) of_seed.push_back(seed + stream.Normal());
      }
      ASSERT_OK_AND_ASSIGN(const CrossedEstimate crossed, CrossedInterval(differences, ScoreRange::kReal, 0.95));
      alarms += crossed.estimate.low > 0 || crossed.estimate.high < 0;
      over_questions += crossed.over_questions.low > 0 || crossed.over_questions.high < 0;
    }
    std::printf("equal arms of 3 seeds that differ by %.2f: %.1f%% called different, %.1f%% over questions only\n",
                deviation, 100.0 * alarms / kDataSets, 100.0 * over_questions / kDataSets);
    EXPECT_LE(alarms, kDataSets * (0.05 + 5 * 0.0034)) << deviation;
    if (deviation > 0) EXPECT_GE(over_questions, 0.2 * kDataSets);
  }
}

}  // namespace
}  // namespace analysis

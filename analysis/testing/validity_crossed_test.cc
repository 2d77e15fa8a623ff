// Coverage of the intervals over seeds and questions (crossed.h), and what they cost where seeds do not matter.
//
// S seeds answer Q questions. Seeds differ by `ratio` times the standard error that one seed's interval over questions
// has: 0, 1/2, 1 and 2 (three of our experiments had 0.3, 1.1 and 2.4). The rules, for each setting:
//   - 95% intervals contain the truth in at least 94% of the data sets, 90% intervals in at least 89%. More is allowed,
//     as in rule 2 of validity_testing.h: the seeds' variance rests on five items or fewer.
//   - Where arms are equal 95% intervals exclude "no difference" in at most 5%.
//   - Where seeds do not differ intervals are wider than those over questions alone by no more than kWidest on average.
// 4,000 data sets a setting: a share of 94% has a standard deviation of 0.38%, of 89% one of 0.49%, of 5% one of 0.34%.
// A setting fails that is 3 of them outside: were all 144 at the limit, 1 of 6 seeds would fail one; this one is fixed.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "analysis/seeds/crossed.h"
#include "analysis/statistics/distributions.h"
#include "analysis/testing/validity_testing.h"
#include "base/parallel.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::base::RandomStream;

constexpr int kCrossedSets = 4000;
constexpr double kRatios[] = {0, 0.5, 1, 2};
// Mean widths over those of intervals over questions, for 3, 4 and 5 seeds: where questions differ by chance only
// (2.01, 1.56 and 1.39 for many questions, by integration), and where they differ as much as the rest.
constexpr double kWidestAlike[] = {2.1, 1.65, 1.45};
constexpr double kWidest[] = {1.5, 1.3, 1.2};

// Scores from normal effects: score = read(question + seed + rest) with deviations as given; seeds have the one that
// makes the seeds' means differ by the ratio.
struct Law {
  std::string name;
  ScoreRange range;
  double question;  // standard deviation between questions, that of the rest being 1
  // The standard deviation, between seeds, of the effect for that of the means to be `ratio` standard errors over Q
  // questions of one seed.
  double (*seed)(const Law&, double ratio, int questions);
  // One score of an arm, and its mean over all effects of deviation `spread`.
  double (*read)(double effect);
  double (*truth)(double spread);
  bool alike = false;   // questions differ by chance only
  bool paired = false;  // a second arm with seeds of its own is subtracted: the truth is 0
};

double Share(double effect, double cut) { return effect > cut; }
constexpr double kRare = 1.81;    // 90% of scores are 1 where effects have the deviation sqrt(2)
constexpr double kWinner = 1.81;  // and 10% are wins, 10% losses

double Tail(double cut, double spread) { return NormalCdf(-cut / spread); }
double Density(double cut, double spread) {
  const double z = cut / spread;
  return std::exp(-z * z / 2) / std::sqrt(2 * M_PI) / spread;
}

// One seed's standard error over questions, and what a seed effect does to the mean there, to first order.
double NormalSeeds(const Law& law, double ratio, int questions) {
  return ratio * std::sqrt((law.question * law.question + 1) / questions);
}
double BinarySeeds(double cut, double slopes, double variance, double spread, double ratio, int questions) {
  return ratio * std::sqrt(variance / questions) / (slopes * Density(cut, spread));
}
double HalfSeeds(const Law& law, double ratio, int questions) {
  return BinarySeeds(0, 1, 0.25, std::hypot(law.question, 1), ratio, questions);
}
double RareSeeds(const Law& law, double ratio, int questions) {
  return BinarySeeds(kRare, 1, 0.09, std::hypot(law.question, 1), ratio, questions);
}
double WinSeeds(const Law& law, double ratio, int questions) {
  return BinarySeeds(kWinner, 1, 0.05, std::hypot(law.question, 1), ratio, questions);
}

double Same(double effect) { return effect; }
double AtHalf(double effect) { return Share(effect, 0); }
double Nearly(double effect) { return 1 - Share(effect, kRare); }
double Winner(double effect) { return (1 + Share(effect, kWinner) - Share(-effect, kWinner)) / 2; }
double Zero(double) { return 0; }
double Half(double) { return 0.5; }
double NearlyTruth(double spread) { return 1 - Tail(kRare, spread); }

std::vector<Law> Laws() {
  return {{"normal, questions alike", ScoreRange::kReal, 0, NormalSeeds, Same, Zero, true},
          {"normal, questions differ as the rest", ScoreRange::kReal, 1, NormalSeeds, Same, Zero},
          {"0/1, near 0.5", ScoreRange::kShare, 1, HalfSeeds, AtHalf, Half},
          {"0/1, near 0.9", ScoreRange::kShare, 1, RareSeeds, Nearly, NearlyTruth},
          {"win, tie, loss, 80% ties", ScoreRange::kShare, 1, WinSeeds, Winner, Half},
          {"A/A, 0/1 arms", ScoreRange::kDifference, 1, HalfSeeds, AtHalf, Zero, true, true}};
}

// As TabulateSeeds makes it, without its sorting.
SeedTable Draw(const Law& law, int seeds, int questions, double seed_deviation, RandomStream& stream) {
  SeedTable table;
  table.questions.resize(questions);
  std::vector<double> question(questions);
  for (double& effect : question) effect = law.question * stream.Normal();
  for (int s = 0; s < seeds; ++s) {
    table.seeds.push_back(absl::StrCat(s));
    const double seed = seed_deviation * stream.Normal(), other = seed_deviation * stream.Normal();
    std::vector<double>& scores = table.means.emplace_back();
    for (int q = 0; q < questions; ++q) {
      scores.push_back(law.read(question[q] + seed + stream.Normal()));
      if (law.paired) scores.back() -= law.read(question[q] + other + stream.Normal());
    }
  }
  return table;
}

struct Shares {
  double at95 = 0, at90 = 0, questions_only = 0;
  double width = 0;  // mean width at 95%, over that of the interval over questions
};

Shares Simulate(const Law& law, int seeds, int questions, double ratio, int data_sets) {
  const double deviation = law.seed(law, ratio, questions);
  const double truth = law.truth(std::sqrt(law.question * law.question + 1 + deviation * deviation));
  std::atomic<int> at95{0}, at90{0}, questions_only{0};
  std::vector<double> widths(data_sets), alone(data_sets);
  base::ParallelFor(data_sets, kThreads, [&](int64_t d) {
    RandomStream stream(19, absl::StrCat(law.name, "/", seeds, "/", questions, "/", ratio), d);
    const SeedTable table = Draw(law, seeds, questions, deviation, stream);
    const auto contains = [&](const Estimate& e) { return e.low - 1e-9 <= truth && truth <= e.high + 1e-9; };
    const CrossedEstimate crossed = *CrossedInterval(table, law.range, 0.95);
    at95 += contains(crossed.estimate);
    questions_only += contains(crossed.over_questions);
    at90 += contains(CrossedInterval(table, law.range, 0.9)->estimate);
    widths[d] = crossed.estimate.high - crossed.estimate.low;
    alone[d] = crossed.over_questions.high - crossed.over_questions.low;
  });
  Shares shares{100.0 * at95 / data_sets, 100.0 * at90 / data_sets, 100.0 * questions_only / data_sets};
  double sum = 0, of_questions = 0;
  for (int d = 0; d < data_sets; ++d) {
    sum += widths[d];
    of_questions += alone[d];
  }
  shares.width = sum / of_questions;
  return shares;
}

void CheckLaw(const Law& law, const std::vector<int>& sizes, int data_sets) {
  const auto chance = [&](double percent) { return 3 * std::sqrt(percent * (100 - percent) / data_sets); };
  for (const int questions : sizes) {
    for (const int seeds : {3, 4, 5}) {
      std::printf("%-38s %4d %2d ", law.name.c_str(), questions, seeds);
      for (const double ratio : kRatios) {
        const Shares shares = Simulate(law, seeds, questions, ratio, data_sets);
        std::printf(" | %5.1f %5.1f %5.1f %5.2f", shares.at95, shares.at90, shares.questions_only, shares.width);
        const std::string where = absl::StrCat(law.name, ", Q = ", questions, ", S = ", seeds, ", ratio ", ratio);
        EXPECT_GE(shares.at95, 94 - chance(94)) << where;
        EXPECT_GE(shares.at90, 89 - chance(89)) << where;
        if (law.paired) EXPECT_LE(100 - shares.at95, 5 + chance(5)) << where;
        if (ratio == 0) EXPECT_LE(shares.width, (law.alike ? kWidestAlike : kWidest)[seeds - 3]) << where;
      }
      std::printf("\n");
      std::fflush(stdout);
    }
  }
}

TEST(ValidityTest, SeedsAndQuestions) {
  std::printf(
      "\nSeeds x questions: CrossedInterval. %% of 95%% and 90%% intervals with the truth, of 95%% ones over"
      " questions only, and mean width\nover theirs; for seeds that differ by 0, 0.5, 1, 2 standard errors of"
      " one seed\n");
  for (const Law& law : Laws()) CheckLaw(law, {40, 240}, kCrossedSets);
}

}  // namespace
}  // namespace analysis

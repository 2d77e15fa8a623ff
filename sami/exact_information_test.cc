#include "sami/exact_information.h"

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/testing.h"

namespace sami {
namespace {

constexpr double kLog2 = 0.6931471805599453;

// A world of known information: two styles, each shown with probability `asked` where its principle is asked for and
// `not_` where the antithesis is; the response is what it shows. log_probs are exact, times `scale`.
ScoredSamples CoinFlips(double asked, double not_, double scale, base::RandomStream& stream) {
  ScoredSamples query;
  query.n = 4;
  std::vector<int> shown;
  for (int own = 0; own < 4; ++own) {
    query.own.push_back(own);
    int bits = 0;
    for (int k = 0; k < 2; ++k) bits |= stream.Bernoulli((own >> k & 1) == 0 ? asked : not_) << k;
    shown.push_back(bits);
  }
  for (int i = 0; i < 4; ++i) {
    for (const int bits : shown) {
      double log_prob = 0;
      for (int k = 0; k < 2; ++k) {
        const double p = (i >> k & 1) == 0 ? asked : not_;
        log_prob += std::log((bits >> k & 1) == 1 ? p : 1 - p);
      }
      query.log_probs.push_back(scale * log_prob);
    }
  }
  return query;
}

// Of one coin: the entropy of the mixture less the mean entropy, in nats.
double CoinInformation(double p, double q) {
  const auto entropy = [](double x) { return -x * std::log(x) - (1 - x) * std::log(1 - x); };
  return entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2;
}

// 95 +- 1.5% of 2000 simulated intervals over 120 queries hold the known information, of a weak follower and a strong
// one: a standard error of 0.5%, so that a right interval leaves the band with probability 0.3% each; the seed is
// fixed.
TEST(ExactInformationTest, IntervalsHoldTheKnownTruth) {
  base::RandomStream stream(11, "data_test/coins");
  for (const auto& [asked, not_] : {std::pair(0.46, 0.19), std::pair(0.97, 0.03)}) {
    const double truth = 2 * CoinInformation(asked, not_);
    int held = 0;
    constexpr int kRepeats = 2000, kQueries = 120;
    for (int repeat = 0; repeat < kRepeats; ++repeat) {
      double sum = 0, squares = 0;
      for (int q = 0; q < kQueries; ++q) {
        const double nats = ExactInformation(CoinFlips(asked, not_, 1, stream));
        sum += nats;
        squares += nats * nats;
      }
      const double mean = sum / kQueries;
      const double error = std::sqrt((squares / kQueries - mean * mean) / (kQueries - 1));
      held += std::abs(mean - truth) <= 1.98 * error;  // Student's with 119 degrees of freedom
    }
    EXPECT_NEAR(held / static_cast<double>(kRepeats), 0.95, 0.015) << asked;
  }
}

// The terms add up, and each is its own coin's; 4000 queries of standard deviation below 0.5: six standard errors are
// below 0.05.
TEST(ExactInformationTest, PrinciplesAddUp) {
  base::RandomStream stream(12, "data_test/coins");
  const std::vector<std::vector<bool>> asks = {{true, true}, {false, true}, {true, false}, {false, false}};
  double first = 0;
  for (int q = 0; q < 4000; ++q) {
    const ScoredSamples query = CoinFlips(0.9, 0.2, 1, stream);
    const std::vector<double> terms = InformationByPrinciple(query, asks);
    EXPECT_NEAR(terms[0] + terms[1], ExactInformation(query), 1e-12);
    first += terms[0] / 4000;
  }
  EXPECT_NEAR(first, CoinInformation(0.9, 0.2), 0.05);
}

TEST(ExactInformationTest, ImpossibleAndEqualResponses) {
  constexpr double kImpossible = -std::numeric_limits<double>::infinity();
  EXPECT_DOUBLE_EQ(ExactInformation({2, {0, 1}, {-3, kImpossible, kImpossible, -5}}), kLog2);
  EXPECT_DOUBLE_EQ(ExactInformation({2, {0, 1}, {-3, -5, -3, -5}}), 0);
  EXPECT_TRUE(std::isnan(FitCalibrationSlope({ScoredSamples{2, {0, 1}, {-3, -5, -3, -5}}}).value));
  EXPECT_DOUBLE_EQ(ExactInformation({1, {0}, {-3}}), 0);
  EXPECT_DOUBLE_EQ(WordingInformation({-3.}, {-3.}), 0);
  EXPECT_DOUBLE_EQ(WordingInformation({-3.}, {kImpossible}), kLog2);
}

// The slope is 1 where the scores are the sampler's log-probabilities, and 1 / t where they are t times them: 1000
// queries, z of 3.3 at most with probability 0.999 each. A scorer with another temperature is told from it.
TEST(ExactInformationTest, TheSlopeTellsSamplerFromScorer) {
  base::RandomStream stream(13, "data_test/coins");
  for (const double scale : {1.0, 0.5, 1.6}) {
    std::vector<ScoredSamples> queries;
    for (int q = 0; q < 1000; ++q) queries.push_back(CoinFlips(0.8, 0.25, scale, stream));
    const CalibrationSlope slope = FitCalibrationSlope(queries);
    EXPECT_NEAR(slope.value, 1 / scale, 3.3 * slope.standard_error) << scale;
    EXPECT_EQ(std::abs(slope.value - 1) > 3.3 * slope.standard_error, scale != 1) << scale;
  }
}

}  // namespace
}  // namespace sami

#include "sami/leaks/length_information.h"

#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sami {
namespace {

using ::testing::Each;

// Two constitutions of one clause, `gap` deviations of the log length apart, and so many samples under each.
std::vector<SampleLengths> Draw(int queries, double gap, int samples, uint64_t seed) {
  std::vector<SampleLengths> all;
  for (int q = 0; q < queries; ++q) {
    base::RandomStream stream(seed, "test/lengths", q);
    const bool is_long = q % 3 == 0;
    SampleLengths query{is_long ? "long" : "short", {{"+p"}, {"-p"}}, {}, {}};
    for (int j = 0; j < 2 * samples; ++j) {
      query.own.push_back(j % 2);
      const double log_length = (is_long ? 8 : 6) + 0.2 * (stream.Normal() + (j % 2 == 0 ? gap : 0));
      query.characters.push_back(std::lround(std::exp(log_length)));
    }
    all.push_back(std::move(query));
  }
  return all;
}

double Mean(const std::vector<std::vector<double>>& nats) {
  double sum = 0, count = 0;
  for (const auto& query : nats) {
    for (const double value : query) {
      sum += value;
      ++count;
    }
  }
  return sum / count;
}

// Of two normals at this distance, equally likely: by the trapezium rule.
double KnownInformation(double gap) {
  constexpr double kStep = 1e-3;
  double sum = 0;
  for (double z = -12; z < 12 + gap; z += kStep) {
    const double own = std::exp(-z * z / 2), other = std::exp(-(z - gap) * (z - gap) / 2);
    if (own > 0) sum += kStep * own / std::sqrt(2 * std::acos(-1)) * std::log(2 * own / (own + other));
  }
  return sum;
}

TEST(LengthInformationTest, IsTheKnownInformationWhereTheModelHolds) {
  for (const double gap : {0.5, 1.0, 3.0}) {
    const double known = KnownInformation(gap);
    // 8000 samples: a term's deviation is below log 2, so the mean's is below 0.008; 5 of them: 6e-7 for each gap.
    EXPECT_NEAR(Mean(LengthInformation(Draw(2000, gap, 2, 1))), known, 0.04) << gap;
  }
  EXPECT_NEAR(KnownInformation(20), std::log(2), 1e-3);
}

TEST(LengthInformationTest, IsNothingWhereLengthsMeanNothing) {
  // At most 0 in expectation; the fit's noise costs about (effects / samples), below 0.01.
  EXPECT_NEAR(Mean(LengthInformation(Draw(400, 0, 1, 2))), 0, 0.02);
  // All of one length.
  std::vector<SampleLengths> equal = Draw(50, 0, 1, 3);
  for (SampleLengths& query : equal) query.characters.assign(query.own.size(), 40);
  for (const auto& query : LengthInformation(equal)) EXPECT_THAT(query, Each(testing::DoubleNear(0, 1e-3)));
}

TEST(LengthInformationTest, TooFewQueriesAndAnUnseenKindTellNothing) {
  for (const auto& query : LengthInformation(Draw(4, 3, 1, 4))) EXPECT_THAT(query, Each(0));
  std::vector<SampleLengths> one = Draw(20, 3, 1, 5);
  one[7].kind = "other";
  EXPECT_THAT(LengthInformation(one)[7], Each(0));
}

// A sample that no fit expects costs no more than the doubt's logarithm.
TEST(LengthInformationTest, NoSampleIsInfinitelySurprising) {
  std::vector<SampleLengths> queries = Draw(100, 30, 1, 6);
  std::swap(queries[0].own[0], queries[0].own[1]);
  const double least = LengthInformation(queries)[0][0];
  EXPECT_LT(least, -3);
  EXPECT_GT(least, -std::log(1000.0));
}

}  // namespace
}  // namespace sami

#include "analysis/statistics/mean_interval.h"

#include <cmath>
#include <vector>

#include "analysis/statistics/cluster.h"
#include "analysis/statistics/proportion.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::base::StatusIs;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(ScoreMeanIntervalTest, IsNearWilsonsForZerosAndOnes) {
  std::vector<double> scores(80, 0);
  for (int i = 0; i < 47; ++i) scores[i] = 1;
  ASSERT_OK_AND_ASSIGN(const Estimate ours, ScoreMeanInterval(scores, 0.95));
  ASSERT_OK_AND_ASSIGN(const Estimate wilson, WilsonInterval(47.0 / 80, 80, 0.95));
  EXPECT_DOUBLE_EQ(ours.value, 47.0 / 80);
  EXPECT_NEAR(ours.low, wilson.low, 0.002);
  EXPECT_NEAR(ours.high, wilson.high, 0.002);
}

TEST(ScoreMeanIntervalTest, EqualScoresHaveAWidth) {
  for (int n : {1, 7, 700}) {
    for (double score : {0.0, 0.3, 1.0}) {
      ASSERT_OK_AND_ASSIGN(const Estimate ours, ScoreMeanInterval(std::vector<double>(n, score), 0.95));
      EXPECT_EQ(ours.value, score);
      EXPECT_LT(ours.low, score == 0 ? 1e-9 : score);
      EXPECT_GT(ours.high, score == 1 ? 1 - 1e-9 : score);
      EXPECT_TRUE(std::isnan(ours.standard_error));
    }
  }
}

TEST(ScoreMeanIntervalTest, MethodsMeetWhereTheyChange) {
  std::vector<double> scores;
  for (int i = 0; i < kManyScores; ++i) scores.push_back(i % 10 == 0 ? 0.25 : i % 3 == 0 ? 0.5 : 1);
  ASSERT_OK_AND_ASSIGN(const Estimate many, ScoreMeanInterval(scores, 0.95));
  ASSERT_OK_AND_ASSIGN(const Estimate likelihood, LikelihoodScoreInterval(scores, 0.95));
  EXPECT_EQ(many.method, "wilson-effective");
  EXPECT_EQ(likelihood.method, "empirical-likelihood");
  EXPECT_EQ(many.value, likelihood.value);
  EXPECT_EQ(many.standard_error, likelihood.standard_error);
  EXPECT_NEAR(many.low, likelihood.low, 0.001);
  EXPECT_NEAR(many.high, likelihood.high, 0.001);
  scores.pop_back();
  EXPECT_THAT(ScoreMeanInterval(scores, 0.95),
              base::IsOkAnd(::testing::Field(&Estimate::method, "empirical-likelihood")));
}

TEST(ScoreMeanIntervalTest, LessSpreadIsANarrowerInterval) {
  ASSERT_OK_AND_ASSIGN(const Estimate wide, ScoreMeanInterval({0.0, 1.0, 0.0, 1.0, 0.0, 1.0}, 0.95));
  ASSERT_OK_AND_ASSIGN(const Estimate narrow, ScoreMeanInterval({0.4, 0.6, 0.4, 0.6, 0.4, 0.6}, 0.95));
  EXPECT_LT(narrow.high - narrow.low, wide.high - wide.low);
}

TEST(ScoreMeanIntervalTest, RefusesBadInput) {
  EXPECT_THAT(ScoreMeanInterval({}, 0.95), StatusIs(kInvalid, HasSubstr("at least one")));
  EXPECT_THAT(ScoreMeanInterval({0.5, 1.5}, 0.95), StatusIs(kInvalid, HasSubstr("value 1 of 2 is 1.5")));
  EXPECT_THAT(ScoreMeanInterval({std::nan("")}, 0.95), StatusIs(kInvalid, HasSubstr("nan")));
  EXPECT_THAT(ScoreMeanInterval({0.5}, 95), StatusIs(kInvalid, HasSubstr("95")));
}

TEST(StudentIntervalTest, HandValue) {
  // Mean 2, s = 1, n = 3: 2 +- 4.302653 / sqrt(3).
  ASSERT_OK_AND_ASSIGN(const Estimate estimate, StudentInterval({1.0, 2.0, 3.0}, 0.95));
  EXPECT_NEAR(estimate.high, 2 + 4.302652729911275 / std::sqrt(3.0), 1e-9);
  ASSERT_OK_AND_ASSIGN(const Estimate single, StudentInterval({4.0}, 0.95));
  EXPECT_EQ(single.method, "none");
}

TEST(DifferenceIntervalTest, FewDifferencesGetTheLikelihoods) {
  // 2 wins and 0 losses of 10, with an eighth of an item at 1 and at -1: shares 2.125, 8 and 0.125 of 10.25. The law of
  // greatest likelihood with mean m has p_i = w_i / (10.25 (1 + lambda (x_i - m))); at the ends -2 log R = 3.8415.
  std::vector<double> differences(10, 0);
  differences[3] = differences[5] = 1;
  ASSERT_OK_AND_ASSIGN(const Estimate estimate, DifferenceInterval(differences, 0.95));
  EXPECT_DOUBLE_EQ(estimate.value, 0.2);
  EXPECT_NEAR(estimate.low, -0.086015023785, 1e-8);
  EXPECT_NEAR(estimate.high, 0.498183929738, 1e-8);
  EXPECT_EQ(estimate.method, "empirical-likelihood");
}

TEST(DifferenceIntervalTest, ManyEqualDifferencesStillHaveAWidth) {
  ASSERT_OK_AND_ASSIGN(const Estimate estimate, DifferenceInterval(std::vector<double>(60, 0.5), 0.95));
  EXPECT_LT(estimate.low, 0.5);
  EXPECT_GE(estimate.high, 0.5);
  EXPECT_THAT(DifferenceInterval({-1.5}, 0.95), StatusIs(kInvalid, HasSubstr("-1.5")));
}

TEST(ClusterTest, SingletonsAreStudents) {
  const std::vector<double> values = {3, 1, 4, 1, 5};
  ASSERT_OK_AND_ASSIGN(const Estimate clustered, ClusterInterval(values, {9, 2, 7, 1, 8}, 0.9));
  ASSERT_OK_AND_ASSIGN(const Estimate student, StudentInterval(values, 0.9));
  EXPECT_NEAR(clustered.low, student.low, 1e-12);
}

TEST(ClusterTest, RepeatingEveryItemTellsNothingNew) {
  ASSERT_OK_AND_ASSIGN(const Estimate once, ClusterInterval({3.0, 1.0, 4.0}, {1, 2, 3}, 0.95));
  ASSERT_OK_AND_ASSIGN(const Estimate twice, ClusterInterval({3.0, 1.0, 4.0, 4.0, 3.0, 1.0}, {1, 2, 3, 3, 1, 2}, 0.95));
  EXPECT_NEAR(once.low, twice.low, 1e-12);
  EXPECT_EQ(twice.n, 3);
}

TEST(ClusterTest, RefusesBadInputAndOneClusterHasNoInterval) {
  EXPECT_THAT(ClusterErrors({1.0}, {1, 2}), StatusIs(kInvalid, HasSubstr("1 items have 2 clusters")));
  EXPECT_THAT(ClusterErrors({}, {}), StatusIs(kInvalid, HasSubstr("at least one")));
  ASSERT_OK_AND_ASSIGN(const Estimate one, ClusterInterval({1.0, 2.0}, {1, 1}, 0.95));
  EXPECT_EQ(one.method, "none");
}

}  // namespace
}  // namespace analysis

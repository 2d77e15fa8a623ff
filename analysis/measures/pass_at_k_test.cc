#include "analysis/measures/pass_at_k.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::DoubleEq;
using ::testing::DoubleNear;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// The share of the C(n, k) choices of attempts that hold a correct one, by listing them.
double ByListing(int n, int c, int k) {
  int choices = 0, passing = 0;
  for (int chosen = 0; chosen < 1 << n; ++chosen) {
    if (__builtin_popcount(chosen) != k) continue;
    ++choices;
    passing += (chosen & ((1 << c) - 1)) != 0;
  }
  return static_cast<double>(passing) / choices;
}

TEST(PassAtKTest, IsTheShareOfChoicesThatPass) {
  for (int n = 1; n <= 9; ++n) {
    for (int c = 0; c <= n; ++c) {
      for (int k = 1; k <= n; ++k) EXPECT_THAT(PassAtK(n, c, k), IsOkAnd(DoubleNear(ByListing(n, c, k), 1e-14)));
    }
  }
}

TEST(PassAtKTest, LargeCountsDoNotOverflow) {
  // 1 - prod_{i < 10} (500000 - i) / (1000000 - i), about 1 - 2^-10.
  EXPECT_THAT(PassAtK(1000000, 500000, 10), IsOkAnd(DoubleNear(1 - std::pow(0.5, 10), 1e-7)));
}

TEST(PassAtKTest, RefusesMoreThanThereAre) {
  EXPECT_THAT(PassAtK(4, 0, 5), StatusIs(kInvalid, HasSubstr("pass@5 needs at least 5 attempts, but there are 4")));
  EXPECT_THAT(PassAtK(4, 4, 5), StatusIs(kInvalid, HasSubstr("pass@5")));
  EXPECT_THAT(PassAtK(0, 0, 1), StatusIs(kInvalid, HasSubstr("pass@1")));
}

TEST(PassAtKTest, RefusesImpossibleCounts) {
  EXPECT_THAT(PassAtK(4, 5, 1), StatusIs(kInvalid, HasSubstr("5 correct of 4")));
  EXPECT_THAT(PassAtK(4, -1, 1), StatusIs(kInvalid, HasSubstr("-1 correct")));
  EXPECT_THAT(PassAtK(4, 1, 0), StatusIs(kInvalid, HasSubstr("k must be at least 1")));
}

TEST(PassAtKTest, AtAllAttemptsItIsWhetherAnyIsCorrect) {
  EXPECT_THAT(PassAtK(32, 0, 32), IsOkAnd(DoubleEq(0)));
  EXPECT_THAT(PassAtK(32, 1, 32), IsOkAnd(DoubleEq(1)));
  EXPECT_THAT(PassAtK(1, 1, 1), IsOkAnd(DoubleEq(1)));
}

TEST(MajorityTest, CountsVotes) {
  EXPECT_THAT(MajorityAtN({"7", "8", "7"}, "7"), IsOkAnd(DoubleEq(1)));
  EXPECT_THAT(MajorityAtN({"7", "8", "7"}, "8"), IsOkAnd(DoubleEq(0)));
  EXPECT_THAT(MajorityAtN({"7", "8", "7"}, "9"), IsOkAnd(DoubleEq(0)));
}

TEST(MajorityTest, SharesATieWhateverTheOrder) {
  EXPECT_THAT(MajorityAtN({"8", "7", "7", "8", "9"}, "7"), IsOkAnd(DoubleEq(0.5)));
  EXPECT_THAT(MajorityAtN({"7", "8", "8", "7", "9"}, "7"), IsOkAnd(DoubleEq(0.5)));
  EXPECT_THAT(MajorityAtN({"1", "2", "3"}, "3"), IsOkAnd(DoubleNear(1.0 / 3, 1e-15)));
}

TEST(MajorityTest, NoAnswerIsNoVote) {
  EXPECT_THAT(MajorityAtN({std::nullopt, std::nullopt, "7"}, "7"), IsOkAnd(DoubleEq(1)));
  EXPECT_THAT(MajorityAtN({std::nullopt, std::nullopt}, "7"), IsOkAnd(DoubleEq(0)));
  EXPECT_THAT(MajorityAtN({}, "7"), StatusIs(kInvalid, HasSubstr("no attempts")));
}

// 40 questions with 8 attempts each, 0 to 8 correct.
std::vector<QuestionAttempts> Questions(uint64_t seed) {
  base::RandomStream stream(seed, "pass_at_k_test");
  std::vector<QuestionAttempts> questions;
  for (int i = 0; i < 40; ++i) {
    questions.push_back({absl::StrCat("q", i), 8, static_cast<int64_t>(stream.Below(9))});
  }
  return questions;
}

TEST(MeanPassAtKTest, IsTheMeanOverQuestions) {
  const std::vector<QuestionAttempts> questions = {{"q1", 4, 1}, {"q2", 8, 8}, {"q3", 2, 0}};
  ASSERT_OK_AND_ASSIGN(const Estimate estimate, MeanPassAtK(questions, 2, 0.95));
  EXPECT_DOUBLE_EQ(estimate.value, (0.5 + 1 + 0) / 3);
  EXPECT_EQ(estimate.n, 3);
  EXPECT_LT(estimate.low, estimate.value);
  EXPECT_GT(estimate.high, estimate.value);
}

TEST(MeanPassAtKTest, AllCorrectHasAWidth) {
  ASSERT_OK_AND_ASSIGN(const Estimate estimate, MeanPassAtK({{"a", 9, 9}, {"b", 9, 9}}, 3, 0.95));
  EXPECT_EQ(estimate.value, 1);
  EXPECT_LT(estimate.low, 0.5);
  EXPECT_EQ(estimate.high, 1);
}

TEST(MeanPassAtKTest, RefusesBadQuestions) {
  EXPECT_THAT(MeanPassAtK({}, 1, 0.95), StatusIs(kInvalid, HasSubstr("no questions")));
  EXPECT_THAT(MeanPassAtK({{"q1", 4, 1}, {"q1", 4, 1}}, 1, 0.95), StatusIs(kInvalid, HasSubstr("q1 occurs twice")));
  EXPECT_THAT(MeanPassAtK({{"q1", 4, 1}, {"q2", 3, 1}}, 4, 0.95), StatusIs(kInvalid, HasSubstr("question q2: pass@4")));
  EXPECT_THAT(MeanPassAtK({{"q1", 4, 1}}, 4, 1.0), StatusIs(kInvalid, HasSubstr("level")));
}

TEST(ComparePassAtKTest, UsesCommonQuestionsAndCountsTheRest) {
  const std::vector<QuestionAttempts> a = {{"q1", 4, 4}, {"q2", 4, 2}, {"q3", 4, 0}};
  const std::vector<QuestionAttempts> b = {{"q2", 2, 0}, {"q4", 4, 0}, {"q1", 2, 2}, {"q5", 1, 1}};
  ASSERT_OK_AND_ASSIGN(const PassAtKDifference result, ComparePassAtK(a, b, 1, 0.95));
  EXPECT_EQ(result.difference.n, 2);
  EXPECT_DOUBLE_EQ(result.difference.value, (0 + 0.5) / 2);
  EXPECT_EQ(result.only_a, 1);
  EXPECT_EQ(result.only_b, 2);
  EXPECT_THAT(ComparePassAtK(a, {{"z", 4, 1}}, 1, 0.95), StatusIs(kInvalid, HasSubstr("no question in common")));
}

TEST(ComparePassAtKTest, SwappingTheArmsMirrors) {
  ASSERT_OK_AND_ASSIGN(const PassAtKDifference ab, ComparePassAtK(Questions(1), Questions(2), 4, 0.95));
  ASSERT_OK_AND_ASSIGN(const PassAtKDifference ba, ComparePassAtK(Questions(2), Questions(1), 4, 0.95));
  EXPECT_DOUBLE_EQ(ab.difference.value, -ba.difference.value);
  EXPECT_DOUBLE_EQ(ab.difference.low, -ba.difference.high);
}

TEST(ComparePassAtKTest, EqualArmsHaveAWidth) {
  ASSERT_OK_AND_ASSIGN(const PassAtKDifference same, ComparePassAtK(Questions(1), Questions(1), 4, 0.95));
  EXPECT_EQ(same.difference.value, 0);
  EXPECT_LT(same.difference.low, 0);
  EXPECT_GT(same.difference.high, 0);
}

TEST(PassAtKCurveTest, BandsAreWiderThanIntervalsAndNotWiderThanBonferroni) {
  const std::vector<QuestionAttempts> questions = Questions(1);
  const std::vector<int64_t> ks = {1, 2, 4, 8};
  ASSERT_OK_AND_ASSIGN(const std::vector<Estimate> band, PassAtKCurve(questions, ks, {}));
  for (size_t j = 0; j < ks.size(); ++j) {
    ASSERT_OK_AND_ASSIGN(const Estimate single, MeanPassAtK(questions, ks[j], 0.95));
    ASSERT_OK_AND_ASSIGN(const Estimate bonferroni, MeanPassAtK(questions, ks[j], 1 - 0.05 / 4));
    EXPECT_EQ(band[j].value, single.value);
    EXPECT_LE(band[j].low, single.low);
    EXPECT_GE(band[j].low, bonferroni.low);
    EXPECT_EQ(band[j].level, 0.95);
    if (j > 0) EXPECT_GE(band[j].value, band[j - 1].value);
  }
}

TEST(PassAtKCurveTest, DoesNotDependOnThreads) {
  BootstrapOptions one, five;
  five.threads = 5;
  ASSERT_OK_AND_ASSIGN(const std::vector<Estimate> a, PassAtKDifferenceCurve(Questions(1), Questions(2), {1, 8}, one));
  ASSERT_OK_AND_ASSIGN(const std::vector<Estimate> b, PassAtKDifferenceCurve(Questions(1), Questions(2), {1, 8}, five));
  EXPECT_EQ(a[0].low, b[0].low);
  EXPECT_EQ(a[1].high, b[1].high);
}

TEST(PassAtKCurveTest, RefusesNoK) {
  EXPECT_THAT(PassAtKCurve(Questions(1), {}, {}), StatusIs(kInvalid, HasSubstr("quantity")));
}

}  // namespace
}  // namespace analysis

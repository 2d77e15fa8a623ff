// Bradley-Terry, length control, power, variance split, tests and adjusted p-values: arithmetic by hand.
#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/measures/bradley_terry.h"
#include "analysis/measures/length_control.h"
#include "analysis/measures/power.h"
#include "analysis/statistics/multiple_testing.h"
#include "analysis/statistics/paired_comparison.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(BradleyTerryTest, TwoArmsAreALogit) {
  // 3 of 4 points: the distance is log(3 / 1).
  const std::vector<PairGame> games = {{0, 0, 1, 1}, {1, 0, 1, 1}, {2, 1, 0, 0.5}, {3, 1, 0, 0.5}};
  ASSERT_OK_AND_ASSIGN(const BradleyTerry fit, FitBradleyTerry({"x", "y"}, games, 0.95));
  EXPECT_NEAR(fit.strengths[0].value, std::log(3.0) / 2, 1e-9);
  EXPECT_NEAR(fit.strengths[1].value, -std::log(3.0) / 2, 1e-9);
  EXPECT_EQ(fit.strengths[0].n, 4);
  EXPECT_NEAR(fit.strengths[0].low, -fit.strengths[1].high, 1e-9);
}

TEST(BradleyTerryTest, RefusesInfiniteDistances) {
  EXPECT_THAT(FitBradleyTerry({"x", "y"}, {{0, 0, 1, 1}, {1, 0, 1, 1}}, 0.95),
              StatusIs(kInvalid, HasSubstr("y never took a point from x")));
  EXPECT_THAT(FitBradleyTerry({"x", "y", "z"}, {{0, 0, 1, 0.5}}, 0.95),
              StatusIs(kInvalid, HasSubstr("z never took a point from x, y")));
  EXPECT_THAT(FitBradleyTerry({"x"}, {}, 0.95), StatusIs(kInvalid, HasSubstr("two arms")));
  EXPECT_THAT(FitBradleyTerry({"x", "y"}, {{0, 0, 0, 1}}, 0.95), StatusIs(kInvalid, HasSubstr("game 0")));
}

TEST(BradleyTerryTest, FarApartIsFoundAndTooFarIsRefused) {
  ASSERT_OK_AND_ASSIGN(const BradleyTerry fit, FitBradleyTerry({"x", "y"}, {{0, 0, 1, 1e-10}}, 0.95));
  EXPECT_NEAR(fit.strengths[0].value, std::log(1e-10) / 2, 1e-5);
  EXPECT_THAT(FitBradleyTerry({"x", "y"}, {{0, 0, 1, 1e-30}}, 0.95),
              StatusIs(absl::StatusCode::kOutOfRange, HasSubstr("next to no points")));
}

TEST(LengthControlTest, LengthsThatSayNothingChangeNothing) {
  // Each score occurs with a longer and with a shorter answer: the length effect is 0.
  std::vector<double> scores, lengths;
  for (int i = 0; i < 40; ++i) {
    scores.push_back(i % 4 == 0 ? 0 : 1);
    lengths.push_back(i / 4 % 2 == 0 ? 50 : -50);
  }
  ASSERT_OK_AND_ASSIGN(const LengthControlled result, LengthControlledWinRate(scores, lengths, {}, 0.95));
  EXPECT_NEAR(result.length_effect, 0, 1e-9);
  EXPECT_NEAR(result.win_rate.value, 0.75, 1e-9);
}

TEST(LengthControlTest, TwoByTwoTableByHand) {
  // Longer answers win 3 of 4, shorter ones 1 of 4: logits +-log 3, so at equal length 1/2. With d = +-1, sd(d) = 1.
  std::vector<double> scores, lengths;
  for (int i = 0; i < 40; ++i) {
    const bool longer = i % 2 == 0;
    lengths.push_back(longer ? 1 : -1);
    scores.push_back(i / 2 % 4 == 0 ? !longer : longer);
  }
  ASSERT_OK_AND_ASSIGN(const LengthControlled result, LengthControlledWinRate(scores, lengths, {}, 0.95));
  EXPECT_NEAR(result.win_rate.value, 0.5, 1e-9);
  EXPECT_NEAR(result.length_effect, std::log(3.0) / std::tanh(1.0), 1e-9);
}

TEST(LengthControlTest, RefusesWhatCannotBeFitted) {
  const std::vector<double> ten(10, 1.0), lengths = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_THAT(LengthControlledWinRate(ten, lengths, {}, 0.95), StatusIs(kInvalid, HasSubstr("infinity")));
  EXPECT_THAT(LengthControlledWinRate({0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, ten, {}, 0.95),
              StatusIs(kInvalid, HasSubstr("all length differences are equal")));
  EXPECT_THAT(LengthControlledWinRate({1.0}, {1.0}, {}, 0.95), StatusIs(kInvalid, HasSubstr("at least 10")));
}

TEST(PowerTest, LargeSampleFormulaAndItsInverse) {
  // t is the normal quantile at n = 10^6: (1.959964 + 0.841621) 0.5 / 1000.
  ASSERT_OK_AND_ASSIGN(const double effect, MinimalDetectableEffect(0.5, 1000000, {}));
  EXPECT_NEAR(effect, (1.959964 + 0.841621) * 0.5 / 1000, 1e-8);
  ASSERT_OK_AND_ASSIGN(const int64_t n, QuestionsNeeded(0.4, 0.1, {}));
  ASSERT_OK_AND_ASSIGN(const double found, MinimalDetectableEffect(0.4, n, {}));
  ASSERT_OK_AND_ASSIGN(const double missed, MinimalDetectableEffect(0.4, n - 1, {}));
  EXPECT_LE(found, 0.1);
  EXPECT_GT(missed, 0.1);
  EXPECT_THAT(QuestionsNeeded(0.4, 0, {}), StatusIs(kInvalid, HasSubstr("effect")));
  EXPECT_THAT(QuestionsNeeded(0.4, 1e-9, {}), StatusIs(kInvalid, HasSubstr("10^12")));
  EXPECT_THAT(MinimalDetectableEffect(-1, 10, {}), StatusIs(kInvalid, HasSubstr("deviation")));
  EXPECT_THAT(MinimalDetectableEffect(1, 1, {}), StatusIs(kInvalid, HasSubstr("two questions")));
}

TEST(SplitVarianceTest, BalancedByHand) {
  // Means 2 and 6 of {1, 3} and {5, 7}: mean squares 16 between and 2 within, so (16 - 2) / 2 = 7 and 2.
  const std::vector<ScoredRepeat> scores = {{1, 1, 0, 0, 1}, {1, 2, 0, 0, 3}, {2, 1, 0, 0, 5}, {2, 2, 0, 0, 7}};
  ASSERT_OK_AND_ASSIGN(const VarianceSplit split, SplitVariance(scores));
  EXPECT_NEAR(split.mean, 4, 1e-12);
  EXPECT_NEAR(split.question, 7, 1e-12);
  EXPECT_NEAR(split.sample, 2, 1e-12);
  EXPECT_TRUE(std::isnan(split.order));
  EXPECT_TRUE(std::isnan(split.repeat));
  EXPECT_NEAR(split.OfQuestionMean(4, 2, 1), 7 + 2.0 / 4, 1e-12);
}

TEST(SplitVarianceTest, RefusesRepeatedAndTooFew) {
  EXPECT_THAT(SplitVariance({{1, 1, 0, 0, 1}, {1, 1, 0, 0, 1}}), StatusIs(kInvalid, HasSubstr("occurs twice")));
  EXPECT_THAT(SplitVariance({{1, 1, 0, 0, 1}}), StatusIs(kInvalid, HasSubstr("two questions")));
  EXPECT_THAT(SplitVariance({{1, 0, 0, 0, std::nan("")}}), StatusIs(kInvalid, HasSubstr("nan")));
}

TEST(PairedTestTest, NothingToCompareIsNoDifference) {
  EXPECT_EQ(McNemar(0, 0).exact_p, 1);
  EXPECT_EQ(TestSigns(0, 0).two_sided_p, 1);
  ASSERT_OK_AND_ASSIGN(const PermutationTest test, PermutePaired({0.0, 0.0}, {}));
  EXPECT_EQ(test.two_sided_p, 1);
  EXPECT_THAT(PermutePaired({}, {}), StatusIs(kInvalid, HasSubstr("at least one")));
}

TEST(PairedTestTest, ByHand) {
  EXPECT_DOUBLE_EQ(McNemar(5, 0).exact_p, 2 / 32.0);
  // Of the 8 sign patterns of {1, 2, 4}, those with |sum| >= 7: two.
  ASSERT_OK_AND_ASSIGN(const PermutationTest test, PermutePaired({1.0, 2.0, 4.0}, {}));
  EXPECT_TRUE(test.exact);
  EXPECT_DOUBLE_EQ(test.two_sided_p, 2 / 8.0);
}

TEST(PairedTestTest, ManyItemsAreDrawnAndNeverGiveZero) {
  ASSERT_OK_AND_ASSIGN(const PermutationTest test, PermutePaired(std::vector<double>(40, 1.0), {}));
  EXPECT_FALSE(test.exact);
  EXPECT_DOUBLE_EQ(test.two_sided_p, 1.0 / 10001);
}

TEST(HolmAdjustedTest, NoneAndBad) {
  EXPECT_THAT(HolmAdjusted({}), IsOkAnd(IsEmpty()));
  EXPECT_THAT(HolmAdjusted({0.5, std::nan("")}), StatusIs(kInvalid, HasSubstr("p-value 1")));
}

TEST(HolmAdjustedTest, UnsortedAndTied) {
  EXPECT_THAT(HolmAdjusted({0.5, 0.01, 0.01}),
              IsOkAnd(ElementsAre(::testing::DoubleEq(0.5), ::testing::DoubleEq(0.03), ::testing::DoubleEq(0.03))));
}

}  // namespace
}  // namespace analysis

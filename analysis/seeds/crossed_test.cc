#include "analysis/seeds/crossed.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "analysis/seeds/more_data.h"
#include "analysis/seeds/seed_scores.h"
#include "analysis/statistics/mean_interval.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr double kZ = 1.959963984540054;
// Student's at 95% with 1 and 2 degrees of freedom.
constexpr double kT1 = 12.706204736174694, kT2 = 4.302652729911275;

// [seed][question]; seeds and questions are named by their index.
SeedTable Table(const std::vector<std::vector<double>>& scores) {
  std::vector<SeedScore> rows;
  for (size_t s = 0; s < scores.size(); ++s) {
    for (size_t q = 0; q < scores[s].size(); ++q) {
      rows.push_back({absl::StrCat("seed ", s), absl::StrCat("q", 1000 + q), scores[s][q]});
    }
  }
  return *TabulateSeeds(rows);
}

TEST(SeedScoresTest, LeavesOutQuestionsThatASeedHasNotAndAveragesRepeats) {
  ASSERT_OK_AND_ASSIGN(const SeedTable table, TabulateSeeds({{"43", "b", 2},
                                                             {"42", "b", 1},
                                                             {"42", "b", 4},
                                                             {"42", "a", 5},
                                                             {"43", "a", 6},
                                                             {"43", "a", std::nan("")},
                                                             {"43", "c", 7},
                                                             {"42", "c", std::nan("")}}));
  EXPECT_THAT(table.seeds, ElementsAre("42", "43"));
  EXPECT_THAT(table.questions, ElementsAre("a", "b"));
  EXPECT_THAT(table.incomplete, ElementsAre("c"));
  EXPECT_THAT(table.means, ElementsAre(ElementsAre(5, 2.5), ElementsAre(6, 2)));
  // 1 and 4 about 2.5, one degree of freedom; cells of 1, 2, 1 and 1 repeats.
  EXPECT_DOUBLE_EQ(table.repeat_variance, 4.5);
  EXPECT_DOUBLE_EQ(table.repeats, 4 / 3.5);
}

TEST(SeedScoresTest, RefusesBadInput) {
  EXPECT_THAT(TabulateSeeds({}), StatusIs(kInvalid, HasSubstr("at least one")));
  EXPECT_THAT(TabulateSeeds({{"1", "a", std::numeric_limits<double>::infinity()}}),
              StatusIs(kInvalid, HasSubstr("question \"a\": the score is inf")));
  EXPECT_THAT(TabulateSeeds({{"1", "a", 0}, {"", "a", 0}}), StatusIs(kInvalid, HasSubstr("some do not")));
  EXPECT_THAT(TabulateSeeds({{"1", "a", 0}, {"2", "b", 0}}),
              StatusIs(kInvalid, HasSubstr("none of 2 questions has a score of each of the 2 seeds")));
}

TEST(SeedScoresTest, SubtractsSeedBySeed) {
  const SeedTable a = *TabulateSeeds({{"1", "x", 3}, {"1", "y", 5}, {"2", "x", 4}, {"2", "y", 9}, {"1", "lost", 1}});
  const SeedTable b = *TabulateSeeds({{"2", "y", 1}, {"1", "y", 2}, {"1", "z", 0}, {"2", "z", 0}});
  ASSERT_OK_AND_ASSIGN(const SeedTable difference, SubtractBySeed(a, b));
  EXPECT_THAT(difference.questions, ElementsAre("y"));
  EXPECT_THAT(difference.incomplete, ElementsAre("lost", "x", "z"));
  EXPECT_THAT(difference.means, ElementsAre(ElementsAre(3), ElementsAre(8)));
  EXPECT_TRUE(std::isnan(difference.repeat_variance));
}

TEST(SeedScoresTest, AnArmWithoutSeedsIsSubtractedFromEachSeed) {
  const SeedTable trained = *TabulateSeeds({{"1", "x", 3}, {"1", "x", 5}, {"2", "x", 9}, {"2", "x", 7}});
  const SeedTable asked = *TabulateSeeds({{kNoSeed, "x", 1}, {kNoSeed, "x", 2}, {kNoSeed, "x", 0}});
  ASSERT_OK_AND_ASSIGN(const SeedTable ahead, SubtractBySeed(trained, asked));
  EXPECT_THAT(ahead.means, ElementsAre(ElementsAre(3), ElementsAre(7)));
  EXPECT_THAT(ahead.seeds, ElementsAre("1", "2"));
  EXPECT_DOUBLE_EQ(ahead.repeat_variance, 2);  // the asked arm's repeats are the same for both seeds
  EXPECT_DOUBLE_EQ(ahead.repeats, 2);
  ASSERT_OK_AND_ASSIGN(const SeedTable behind, SubtractBySeed(asked, trained));
  EXPECT_THAT(behind.means, ElementsAre(ElementsAre(-3), ElementsAre(-7)));
  ASSERT_OK_AND_ASSIGN(const SeedTable same, SubtractBySeed(asked, asked));
  EXPECT_THAT(same.seeds, ElementsAre(kNoSeed));
  // One repeat in both arms has the variances' sum, a mean of three of each a third of it.
  EXPECT_DOUBLE_EQ(same.repeat_variance, 2);
  EXPECT_DOUBLE_EQ(same.repeats, 3);
}

TEST(SeedScoresTest, RefusesArmsOfOtherSeedsOrQuestions) {
  const SeedTable a = Table({{1, 2}, {3, 4}});
  EXPECT_THAT(SubtractBySeed(a, Table({{1, 2}})), StatusIs(kInvalid, HasSubstr("alone: seed 1;")));
  EXPECT_THAT(SubtractBySeed(a, *TabulateSeeds({{kNoSeed, "elsewhere", 1}})),
              StatusIs(kInvalid, HasSubstr("no question in common")));
}

// Means of seeds 2 and 4, of questions 2, 2 and 5: MS_s = 3 (1 + 1) / 1 = 6, MS_q = 2 (1 + 1 + 4) / 2 = 6; the rest is
// 0, 1, -1 and 0, -1, 1: MS_sq = 4 / 2 = 2.
TEST(CrossedTest, HandValue) {
  ASSERT_OK_AND_ASSIGN(const CrossedEstimate crossed,
                       CrossedInterval(Table({{1, 2, 3}, {3, 2, 7}}), ScoreRange::kReal, 0.95));
  EXPECT_DOUBLE_EQ(crossed.estimate.value, 3);
  EXPECT_DOUBLE_EQ(crossed.parts.question.variance, 2);
  EXPECT_DOUBLE_EQ(crossed.parts.seed.variance, 4.0 / 3);
  EXPECT_DOUBLE_EQ(crossed.parts.interaction.variance, 2);
  EXPECT_TRUE(std::isnan(crossed.parts.repeat.variance));
  // (6 + 6 - 2) / 6.
  EXPECT_DOUBLE_EQ(crossed.estimate.standard_error, std::sqrt(10.0 / 6));
  EXPECT_NEAR(crossed.over_questions.high, 3 + kT2, 1e-9);
  const double factor = std::pow(kZ / kT1, 2 * 2.0 / 6);
  const double half = std::sqrt(kT2 * kT2 + kT1 * kT1 * (6 - factor * 2) / 6);
  EXPECT_NEAR(crossed.estimate.high, 3 + half, 1e-8);
  EXPECT_NEAR(crossed.estimate.low, 3 - half, 1e-8);
  EXPECT_EQ(crossed.estimate.method, "student-t, seeds x questions");
  EXPECT_EQ(crossed.estimate.n, 3);
  EXPECT_EQ(crossed.seed_degrees, 1);
  EXPECT_EQ(crossed.question_degrees, 2);
}

TEST(CrossedTest, RepeatsAreTakenOutOfTheInteraction) {
  std::vector<SeedScore> rows;
  const double means[2][3] = {{1, 2, 3}, {3, 2, 7}};
  for (int s = 0; s < 2; ++s) {
    for (int q = 0; q < 3; ++q) {
      for (const double off : {-1, 1}) rows.push_back({absl::StrCat(s), absl::StrCat(q), means[s][q] + off});
    }
  }
  ASSERT_OK_AND_ASSIGN(const CrossedEstimate crossed, CrossedInterval(*TabulateSeeds(rows), ScoreRange::kReal, 0.95));
  EXPECT_DOUBLE_EQ(crossed.parts.repeat.variance, 2);  // (1 + 1) / 1 in each cell
  EXPECT_DOUBLE_EQ(crossed.parts.interaction.variance, 2 - 2.0 / 2);
  EXPECT_DOUBLE_EQ(crossed.parts.OfCell(), 2);
  EXPECT_DOUBLE_EQ(crossed.parts.question.variance, 2);
}

TEST(CrossedTest, OneSeedIsQuestionsOnlyAndSaysSo) {
  const std::vector<double> scores = {1, 0, 0.5, 1, 1, 0, 1};
  ASSERT_OK_AND_ASSIGN(const CrossedEstimate crossed, CrossedInterval(Table({scores}), ScoreRange::kShare, 0.95));
  ASSERT_OK_AND_ASSIGN(const Estimate alone, ScoreMeanInterval(scores, 0.95));
  EXPECT_EQ(crossed.estimate.low, alone.low);
  EXPECT_EQ(crossed.estimate.high, alone.high);
  EXPECT_EQ(crossed.estimate.method, "empirical-likelihood, questions only");
  EXPECT_TRUE(std::isnan(crossed.parts.seed.variance));
  EXPECT_TRUE(std::isnan(crossed.parts.interaction.variance));
  EXPECT_GT(crossed.parts.question.variance, 0);
}

TEST(CrossedTest, EqualSeedsAddNothing) {
  const std::vector<double> scores = {0.1, 0, 0.7, 1, 0.3, 0, 1};
  const SeedTable seven = Table({scores, scores, scores, scores, scores, scores, scores});
  ASSERT_OK_AND_ASSIGN(const CrossedEstimate crossed, CrossedInterval(seven, ScoreRange::kShare, 0.95));
  EXPECT_EQ(crossed.parts.seed.variance, 0);
  EXPECT_EQ(crossed.parts.interaction.variance, 0);
  EXPECT_DOUBLE_EQ(crossed.estimate.high, crossed.over_questions.high);
  EXPECT_DOUBLE_EQ(crossed.estimate.standard_error, crossed.over_questions.standard_error);
  EXPECT_THAT(crossed.estimate.method, EndsWith(", seeds x questions"));
}

TEST(CrossedTest, NegativePartsAreZero) {
  // Seeds have the same mean, questions too: all is interaction.
  ASSERT_OK_AND_ASSIGN(const CrossedEstimate crossed,
                       CrossedInterval(Table({{1, 2}, {2, 1}}), ScoreRange::kReal, 0.95));
  EXPECT_EQ(crossed.parts.seed.variance, 0);
  EXPECT_EQ(crossed.parts.seed.deviation(), 0);
  EXPECT_EQ(crossed.parts.question.variance, 0);
  EXPECT_DOUBLE_EQ(crossed.parts.interaction.variance, 1);
  EXPECT_EQ(crossed.estimate.method, "none");  // neither differs: nothing says how far off the mean is
}

TEST(CrossedTest, SeedsThatDifferWidenWhatQuestionsDoNot) {
  // MS_s = 4 (1 + 0 + 1) / 2 = 4, all else 0.
  const SeedTable table = Table({{1, 1, 1, 1}, {2, 2, 2, 2}, {3, 3, 3, 3}});
  ASSERT_OK_AND_ASSIGN(const CrossedEstimate crossed, CrossedInterval(table, ScoreRange::kReal, 0.95));
  EXPECT_NEAR(crossed.estimate.high, 2 + kT2 / std::sqrt(3.0), 1e-8);
  EXPECT_DOUBLE_EQ(crossed.estimate.standard_error, 1 / std::sqrt(3.0));
}

TEST(CrossedTest, SharesAreClippedAndAlwaysHaveAnInterval) {
  ASSERT_OK_AND_ASSIGN(const CrossedEstimate wide,
                       CrossedInterval(Table({{1, 1, 1}, {0, 0, 0.5}}), ScoreRange::kShare, 0.95));
  EXPECT_EQ(wide.estimate.low, 0);
  EXPECT_EQ(wide.estimate.high, 1);
  ASSERT_OK_AND_ASSIGN(const CrossedEstimate ties,
                       CrossedInterval(Table({{0, 0}, {0, 0}, {0, 0}}), ScoreRange::kDifference, 0.95));
  EXPECT_LT(ties.estimate.low, 0);
  EXPECT_GE(ties.estimate.low, -1);
  ASSERT_OK_AND_ASSIGN(const CrossedEstimate equal, CrossedInterval(Table({{4, 4}, {4, 4}}), ScoreRange::kReal, 0.95));
  EXPECT_EQ(equal.estimate.method, "none");
  EXPECT_TRUE(std::isnan(equal.estimate.low));
}

TEST(CrossedTest, OneQuestion) {
  ASSERT_OK_AND_ASSIGN(const CrossedEstimate share, CrossedInterval(Table({{1}, {0}}), ScoreRange::kShare, 0.95));
  EXPECT_LT(share.estimate.low, 0.5);
  EXPECT_TRUE(std::isnan(share.parts.question.variance));
  EXPECT_DOUBLE_EQ(share.parts.seed.variance, 0.5);
  // Seeds differ at this question; about other questions that says nothing.
  ASSERT_OK_AND_ASSIGN(const CrossedEstimate real, CrossedInterval(Table({{1}, {0}}), ScoreRange::kReal, 0.95));
  EXPECT_EQ(real.estimate.method, "none");
}

TEST(CrossedTest, RefusesScoresOutOfRange) {
  EXPECT_THAT(CrossedInterval(Table({{1, 2}}), ScoreRange::kShare, 0.95),
              StatusIs(kInvalid, HasSubstr("question \"q1001\": the score is 2, not a number in [0, 1]")));
  EXPECT_THAT(CrossedInterval(Table({{1, 1}}), ScoreRange::kShare, 95), StatusIs(kInvalid, HasSubstr("95")));
}

// The parts as given; the mean is 1 +- half.
CrossedEstimate Planned(double question, double seed, double cell, int seeds, int questions, double half) {
  CrossedEstimate crossed;
  crossed.estimate = {1, half / 2, 1 - half, 1 + half, 0.95, questions, "student-t, seeds x questions"};
  crossed.parts.question.variance = question;
  crossed.parts.seed.variance = seed;
  crossed.parts.interaction.variance = cell;
  crossed.seeds = seeds;
  return crossed;
}

TEST(MoreDataTest, SeedsHelpWhereSeedsDiffer) {
  // Only seeds differ: half widths go as t(S - 1) / sqrt(S): 2.484 for 3 seeds, 1.591 for 4, 1.242 for 5, 1.049 for 6.
  const CrossedEstimate crossed = Planned(0, 4, 0, 3, 40, 2);
  ASSERT_OK_AND_ASSIGN(const MoreData more, MoreToExclude(crossed, 0));
  EXPECT_EQ(more.seeds, 2);  // 2 x 1.242 / 2.484 = 0.9998 <= 1
  EXPECT_TRUE(std::isinf(more.questions));
  EXPECT_EQ(WhatHelps(more), "2 more seeds; more questions alone cannot");
  ASSERT_OK_AND_ASSIGN(const MoreData narrower, MoreForHalfWidth(crossed, 0.9));
  EXPECT_EQ(narrower.seeds, 3);
}

TEST(MoreDataTest, QuestionsHelpWhereQuestionsDiffer) {
  // Half widths go as t(Q - 1) / sqrt(Q): 0.2813 for 51, 0.1409 for 196, 0.1405 for 197.
  ASSERT_OK_AND_ASSIGN(const MoreData more, MoreToExclude(Planned(1, 0, 0, 3, 51, 2), 0));
  EXPECT_TRUE(std::isinf(more.seeds));
  EXPECT_EQ(more.questions, 146);
  EXPECT_EQ(WhatHelps(more), "146 more questions; more seeds alone cannot");
}

TEST(MoreDataTest, OtherAnswers) {
  ASSERT_OK_AND_ASSIGN(const MoreData enough, MoreToExclude(Planned(1, 1, 1, 3, 40, 0.5), 0));
  EXPECT_EQ(WhatHelps(enough), "enough as it is");
  ASSERT_OK_AND_ASSIGN(const MoreData either, MoreToExclude(Planned(0, 0, 1, 3, 40, 1.2), 0));
  EXPECT_EQ(either.seeds, 1);
  EXPECT_GT(either.questions, 1);
  EXPECT_THAT(WhatHelps(either), HasSubstr("1 more seed or "));
  ASSERT_OK_AND_ASSIGN(const MoreData neither, MoreForHalfWidth(Planned(1, 1, 0, 3, 3, 3), 0.1));
  EXPECT_EQ(WhatHelps(neither), "neither more seeds nor more questions alone");
  ASSERT_OK_AND_ASSIGN(const MoreData never, MoreToExclude(Planned(1, 1, 1, 3, 40, 0.5), 1));
  EXPECT_TRUE(std::isinf(never.seeds) && std::isinf(never.questions));
  ASSERT_OK_AND_ASSIGN(const MoreData unknown, MoreToExclude(Planned(1, kUndefined, kUndefined, 1, 40, 2), 0));
  EXPECT_THAT(WhatHelps(unknown), HasSubstr("two seeds"));
  // That other questions would not change it is no answer about other seeds.
  ASSERT_OK_AND_ASSIGN(const MoreData narrow, MoreToExclude(Planned(1, kUndefined, kUndefined, 1, 40, 0.1), 0));
  EXPECT_TRUE(std::isnan(narrow.seeds));
  EXPECT_THAT(MoreForHalfWidth(Planned(1, 1, 1, 3, 40, 2), 0), StatusIs(kInvalid, HasSubstr("above 0")));
  EXPECT_THAT(MoreToExclude(Planned(1, 1, 1, 3, 40, 2), std::nan("")), StatusIs(kInvalid, HasSubstr("finite")));
}

}  // namespace
}  // namespace analysis

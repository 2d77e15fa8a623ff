#include "evaluation/match/agreement.h"

#include <cmath>

#include "base/testing.h"
#include "evaluation/match/judged_testing.h"

namespace evaluation {
namespace {

TEST(CohensKappaTest, IsTheShareBeyondChance) {
  // 20 times both 1, 15 both 0, 5 and 10 one of each (a textbook's table): share 0.7; chance 25/50 30/50 + 25/50 20/50.
  std::vector<std::pair<int, int>> opinions;
  const auto add = [&](int times, int a, int b) { opinions.insert(opinions.end(), times, {a, b}); };
  add(20, 1, 1);
  add(5, 1, 0);
  add(10, 0, 1);
  add(15, 0, 0);
  const Agreement agreement = CohensKappa(opinions);
  EXPECT_EQ(agreement.n, 50);
  EXPECT_DOUBLE_EQ(agreement.share, 35.0 / 50);
  EXPECT_NEAR(agreement.kappa, (0.7 - 0.5) / (1 - 0.5), 1e-12);
}

TEST(CohensKappaTest, Extremes) {
  const std::vector<std::pair<int, int>> same = {{0, 0}, {1, 1}, {2, 2}}, opposite = {{0, 1}, {1, 0}},
                                         constant = {{2, 2}, {2, 2}};
  EXPECT_DOUBLE_EQ(CohensKappa(same).kappa, 1);
  EXPECT_DOUBLE_EQ(CohensKappa(opposite).kappa, -1);
  EXPECT_DOUBLE_EQ(CohensKappa(constant).share, 1);
  EXPECT_TRUE(std::isnan(CohensKappa(constant).kappa));  // no two opinions, nothing beyond chance
  EXPECT_EQ(CohensKappa({}).n, 0);
  EXPECT_TRUE(std::isnan(CohensKappa({}).share));
}

PairJudgment Turned(PairJudgment judgment) {
  const auto turn = [](Winner w) {
    return w == Winner::kModel1 ? Winner::kModel2 : w == Winner::kModel2 ? Winner::kModel1 : w;
  };
  std::swap(judgment.model_1, judgment.model_2);
  const Winner g1 = judgment.g1_winner;
  judgment.g1_winner = turn(judgment.g2_winner);
  judgment.g2_winner = turn(g1);
  return judgment;
}

constexpr Winner m1 = Winner::kModel1, m2 = Winner::kModel2, tie = Winner::kTie, error = Winner::kError;

TEST(JudgesAgreementTest, ComparesGamesThatBothHave) {
  const std::vector<PairJudgment> a = {Judged(1, m1, m2), Judged(2, tie, error), Judged(3, m1, m1)};
  std::vector<PairJudgment> b = {Judged(2, tie, m1), Judged(1, m1, m1), Judged(4, m1, m1)};
  const Agreement agreement = JudgesAgreement(a, b);
  EXPECT_EQ(agreement.n, 3);  // both games of question 1, the first of question 2
  EXPECT_DOUBLE_EQ(agreement.share, 2.0 / 3);
  // However the models are named, it is the same.
  for (PairJudgment& judgment : b) judgment = Turned(judgment);
  EXPECT_DOUBLE_EQ(JudgesAgreement(a, b).share, 2.0 / 3);
  EXPECT_DOUBLE_EQ(JudgesAgreement(a, b).kappa, agreement.kappa);
  EXPECT_DOUBLE_EQ(JudgesAgreement(a, a).kappa, 1);
}

// The textbook's table again, a game a question: the variance of Fleiss, Cohen and Everitt, cell by cell.
TEST(EstimateAgreementTest, HasTheTextbooksError) {
  std::vector<PairJudgment> a, b;
  const auto add = [&](int times, Winner x, Winner y) {
    for (int i = 0; i < times; ++i) {
      a.push_back(Judged(a.size(), x, error));
      b.push_back(Judged(b.size(), y, error));
    }
  };
  add(20, m1, m1);
  add(5, m1, m2);
  add(10, m2, m1);
  add(15, m2, m2);
  ASSERT_OK_AND_ASSIGN(const AgreementEstimates estimates, EstimateAgreement(a, b, 0.95));
  EXPECT_EQ(estimates.games, 50);
  EXPECT_DOUBLE_EQ(estimates.share.value, 0.7);
  EXPECT_NEAR(estimates.kappa.value, 0.4, 1e-12);
  // Shares of m1 and m2: 0.5 and 0.5 by a, 0.6 and 0.4 by b; share 0.7, chance 0.5.
  const double agree = 0.4 * std::pow(0.5 - (0.5 + 0.6) * 0.3, 2) + 0.3 * std::pow(0.5 - (0.5 + 0.4) * 0.3, 2);
  const double differ = 0.3 * 0.3 * (0.1 * std::pow(0.6 + 0.5, 2) + 0.2 * std::pow(0.4 + 0.5, 2));
  const double variance = (agree + differ - std::pow(0.7 * 0.5 - 2 * 0.5 + 0.7, 2)) / std::pow(0.5, 4) / 50;
  EXPECT_NEAR(estimates.kappa.standard_error, std::sqrt(variance * 50 / 49), 1e-12);
  EXPECT_EQ(estimates.kappa.n, 50);
  // The same games twice, as both orders of a question: no more is known.
  for (std::vector<PairJudgment>* judged : {&a, &b}) {
    for (PairJudgment& judgment : *judged) judgment.g2_winner = judgment.g1_winner;
  }
  ASSERT_OK_AND_ASSIGN(const AgreementEstimates twice, EstimateAgreement(a, b, 0.95));
  EXPECT_EQ(twice.games, 100);
  EXPECT_NEAR(twice.kappa.high, estimates.kappa.high, 1e-12);
  EXPECT_NEAR(twice.share.low, estimates.share.low, 1e-12);
}

TEST(EstimateAgreementTest, SaysNothingWhereThereIsNothing) {
  ASSERT_OK_AND_ASSIGN(const AgreementEstimates none,
                       EstimateAgreement({Judged(1, m1, m1)}, {Judged(2, m1, m1)}, 0.95));
  EXPECT_EQ(none.games, 0);
  EXPECT_TRUE(std::isnan(none.share.value));
  // Both always say one thing: the share is 1 as far as two questions tell, and kappa undefined.
  const std::vector<PairJudgment> constant = {Judged(1, m1, m1), Judged(2, m1, m1)};
  ASSERT_OK_AND_ASSIGN(const AgreementEstimates same, EstimateAgreement(constant, constant, 0.95));
  EXPECT_EQ(same.share.value, 1);
  EXPECT_LT(same.share.low, 0.5);
  EXPECT_TRUE(std::isnan(same.kappa.value));
  // Both agree on two things: kappa is 1, without a spread that would give an interval.
  const std::vector<PairJudgment> two = {Judged(1, m1, m2), Judged(2, m2, m1)};
  ASSERT_OK_AND_ASSIGN(const AgreementEstimates all, EstimateAgreement(two, two, 0.95));
  EXPECT_EQ(all.kappa.value, 1);
  EXPECT_TRUE(std::isnan(all.kappa.low));
}

TEST(RepeatsAgreementTest, ComparesRepeatsOfTheSameGame) {
  const std::vector<PairJudgment> judgments = {Judged(1, m1, m2, 0), Judged(1, m1, m1, 1), Judged(2, tie, error, 0),
                                               Judged(2, tie, m1, 1)};
  const Agreement agreement = RepeatsAgreement(judgments);
  EXPECT_EQ(agreement.n, 3);
  EXPECT_DOUBLE_EQ(agreement.share, 2.0 / 3);
  // Both ways: 3 of 6 opinions are m1, 1 m2, 2 ties; chance (9 + 1 + 4) / 36.
  EXPECT_NEAR(agreement.kappa, (2.0 / 3 - 14.0 / 36) / (1 - 14.0 / 36), 1e-12);
  EXPECT_EQ(RepeatsAgreement({Judged(1, m1, m2)}).n, 0);
}

TEST(EstimateAgreementTest, AJudgeThatAlwaysSaysTheSameHasAKappaWithoutAnInterval) {
  std::vector<PairJudgment> one, other;
  for (int64_t q = 1; q <= 7; ++q) {
    one.push_back(Judged(q, q % 3 == 0 ? m1 : m2, q % 2 == 0 ? tie : m2));
    other.push_back(Judged(q, m1, m1));
  }
  ASSERT_OK_AND_ASSIGN(const AgreementEstimates estimates, EstimateAgreement(one, other, 0.95));
  EXPECT_NEAR(estimates.kappa.value, 0, 1e-12);
  EXPECT_TRUE(std::isnan(estimates.kappa.low));
}

}  // namespace
}  // namespace evaluation

// What public leaderboards compute, by hand.
#include <cmath>
#include <string>
#include <vector>

#include "analysis/leaderboards/alpaca_length_control.h"
#include "analysis/leaderboards/alpaca_win_rate.h"
#include "analysis/leaderboards/l1_logistic.h"
#include "analysis/leaderboards/show_result.h"
#include "analysis/leaderboards/style_control.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(AlpacaWinRateTest, TiesMissingAndValuesOutside) {
  // Shares 1, 0, 0.5, 0.5; of the discrete ones, 0.5 is rounded to a tie and 3 is dropped, too.
  const AlpacaWinRate rate = AlpacaEvalWinRate({2, 1, 0, 1.5, kUndefined, 3, 0.5});
  EXPECT_DOUBLE_EQ(rate.win_rate, 50);
  EXPECT_NEAR(rate.standard_error, 100 * std::sqrt(0.5 / 3 / 4), 1e-12);
  EXPECT_DOUBLE_EQ(rate.discrete_win_rate, 50);
  EXPECT_EQ(rate.n_total, 4);
  EXPECT_EQ(rate.n_wins, 1);
  EXPECT_EQ(rate.n_wins_base, 1);
  EXPECT_EQ(rate.n_draws, 2);
}

TEST(AlpacaWinRateTest, AllWinsHaveAnErrorOfNoneAndOneRowHasNone) {
  EXPECT_EQ(AlpacaEvalWinRate({2, 2, 2}).standard_error, 0);
  EXPECT_TRUE(std::isnan(AlpacaEvalWinRate({2}).standard_error));
  EXPECT_TRUE(std::isnan(AlpacaEvalWinRate({}).win_rate));
}

TEST(L1LogisticTest, OneFeatureByHand) {
  // 10 rows, 8 with label 1. Where b > 0, 1 + C 10 (sigmoid(b) - 0.8) = 0.
  std::vector<L1Row> rows(10, {{1, 0, 0}, 0, 1});
  for (int i = 0; i < 8; ++i) rows[i].label = 1;
  ASSERT_OK_AND_ASSIGN(const L1Vector b, FitL1Logistic(rows, 1));
  EXPECT_NEAR(b[0], std::log(0.7 / 0.3), 1e-12);
  EXPECT_EQ(b[1], 0);
  // At 0 the slope is 0.1 10 0.3 = 0.3, less than the penalty's 1.
  ASSERT_OK_AND_ASSIGN(const L1Vector none, FitL1Logistic(rows, 0.1));
  EXPECT_THAT(none, ElementsAre(0, 0, 0));
}

TEST(L1LogisticTest, ConditionsOfTheMinimumHold) {
  std::vector<L1Row> rows;
  for (int i = 0; i < 60; ++i) {
    rows.push_back({{std::sin(i), std::cos(3 * i), 1}, 0.5 + 0.4 * std::sin(i + 1), i % 3 == 0 ? 0.1 : 1});
  }
  for (const double c : {0.01, 0.3, 5.0, 10000.0}) {
    ASSERT_OK_AND_ASSIGN(const L1Vector b, FitL1Logistic(rows, c, {3, -3, 1}));
    for (int j = 0; j < kL1Features; ++j) {
      double slope = 0;
      for (const L1Row& row : rows) {
        slope += c * row.weight * (L1Sigmoid(Dot(row.features, b)) - row.label) * row.features[j];
      }
      if (b[j] == 0) {
        EXPECT_LE(std::abs(slope), 1 + 1e-9) << c << ' ' << j;
      } else {
        EXPECT_NEAR(slope, b[j] > 0 ? -1 : 1, 1e-9 * (1 + c)) << c << ' ' << j;
      }
    }
  }
}

TEST(L1LogisticTest, SeparatedRowsHaveAMinimumAndBadOnesNone) {
  const std::vector<L1Row> separated = {{{1, 0, 0}, 1, 1}, {{-1, 0, 0}, 0, 1}};
  ASSERT_OK_AND_ASSIGN(const L1Vector b, FitL1Logistic(separated, 10000));
  // 1 = 2 C (1 - sigmoid(b)).
  EXPECT_NEAR(b[0], std::log(19999.0), 1e-6);
  EXPECT_THAT(FitL1Logistic({}, 1), StatusIs(kInvalid, HasSubstr("no rows")));
  EXPECT_THAT(FitL1Logistic(separated, 0), StatusIs(kInvalid, HasSubstr("C must be above 0")));
  EXPECT_THAT(FitL1Logistic({{{1, kUndefined, 0}, 1, 1}}, 1), StatusIs(kInvalid, HasSubstr("row 0")));
}

// Won 3 of 4, be the answers longer or shorter.
std::vector<AlpacaRow> Rows() {
  std::vector<AlpacaRow> rows;
  for (int i = 0; i < 40; ++i) rows.push_back({i % 4 == 0 ? 1.0 : 2.0, 10, i / 4 % 2 == 0 ? 20.0 : 0.0, i});
  return rows;
}

TEST(AlpacaLengthControlTest, LengthsThatSayNothingLeaveTheRateLessThePenalty) {
  ASSERT_OK_AND_ASSIGN(const AlpacaLengthControlled result,
                       AlpacaLengthControlledWinRate(Rows(), AlpacaModel::kMinimal, nullptr, 1));
  // 1 + C 40 (sigmoid(b) - 0.75) = 0.
  EXPECT_NEAR(result.win_rate, 75 - 100.0 / 40, 1e-9);
  EXPECT_EQ(result.weights[0], 0);
  EXPECT_NEAR(result.standard_error, 0, 1e-9);
}

TEST(AlpacaLengthControlTest, RowsWithoutAPreferenceAreCountedAtTheirDifficulty) {
  AlpacaDifficulties difficulties;
  std::vector<AlpacaRow> rows = Rows();
  for (size_t i = 0; i < rows.size(); ++i) difficulties.of_instruction.push_back(i % 8 < 4 ? 1 : -1);
  rows[5].preference = kUndefined;
  ASSERT_OK_AND_ASSIGN(const AlpacaLengthControlled result,
                       AlpacaLengthControlledWinRate(rows, AlpacaModel::kNoReg, &difficulties));
  EXPECT_THAT(result.predicted, SizeIs(40));
  EXPECT_NEAR(result.predicted[5], L1Sigmoid(result.weights[2] - result.weights[1]), 1e-12);
  rows[39].instruction = 40;
  EXPECT_THAT(AlpacaLengthControlledWinRate(rows, AlpacaModel::kNoReg, &difficulties),
              StatusIs(kInvalid, HasSubstr("no difficulty of instruction 40, but of 0 to 39")));
}

TEST(AlpacaLengthControlTest, SaysWhatItLacks) {
  std::vector<AlpacaRow> rows = Rows();
  EXPECT_THAT(AlpacaLengthControlledWinRate(rows, AlpacaModel::kV1, nullptr),
              StatusIs(kInvalid, HasSubstr("df_gamed.csv")));
  rows.resize(4);
  rows[0].length_2 = 1;
  EXPECT_THAT(AlpacaLengthControlledWinRate(rows, AlpacaModel::kMinimal, nullptr),
              StatusIs(kInvalid, HasSubstr("at least 5 rows")));
  for (AlpacaRow& row : rows) row.length_2 = 7;
  EXPECT_THAT(AlpacaLengthControlledWinRate(rows, AlpacaModel::kMinimal, nullptr),
              StatusIs(kInvalid, HasSubstr("all length differences are equal")));
  EXPECT_THAT(ParseAlpacaModel("v2"), StatusIs(kInvalid, HasSubstr("length_controlled_minimal")));
}

TEST(ShowResultTest, GamesThatDifferAreATie) {
  const std::vector<FastChatPair> pairs = {
      {"a", "b", 1, 1}, {"a", "b", 1, 0.5}, {"b", "c", 0, 0}, {"a", "c", kUndefined, 1}};
  const std::vector<PairwiseRow> all = PairwiseTable(pairs);
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0].model, "c");
  EXPECT_EQ(all[1].win_rate_adjusted, 0.75);
  const std::vector<PairwiseRow> against_c = PairwiseTable(pairs, "c");
  ASSERT_THAT(against_c, SizeIs(1));
  EXPECT_EQ(against_c[0].loss_rate, 1);
}

// 3 of 4 longer answers win, 1 of 4 shorter ones: logits +-log 3.
std::vector<StyledBattle> Battles() {
  std::vector<StyledBattle> battles;
  for (int i = 0; i < 80; ++i) {
    StyledBattle battle;
    battle.question = i;
    const bool longer = i % 2 == 0;
    battle.score = i / 2 % 4 == 0 ? !longer : longer;
    battle.of_model.length = longer ? 30 : 10;
    battle.of_baseline.length = longer ? 10 : 30;
    battles.push_back(battle);
  }
  return battles;
}

TEST(StyleControlTest, AtEqualLengthTwoByTwoByHand) {
  BootstrapOptions options;
  options.resamples = 200;
  ASSERT_OK_AND_ASSIGN(const StyleControlled result, FitStyleControl({"m"}, Battles(), StyleControl::kBoth, options));
  EXPECT_NEAR(result.win_rates[0].value, 0.5, 1e-9);
  EXPECT_LT(result.win_rates[0].low, 0.5);
  EXPECT_GT(result.win_rates[0].high, 0.5);
  EXPECT_EQ(result.win_rates[0].method, kMethodPercentile);
  // Markdown does not differ. (30 - 10) / 40, over a standard deviation of sqrt(80 / 79) / 2.
  EXPECT_THAT(result.features, ElementsAre("length"));
  EXPECT_NEAR(result.coefficients[0], std::log(3.0) * std::sqrt(80.0 / 79), 1e-9);
}

TEST(StyleControlTest, WithoutStyleItIsTheWeightedMean) {
  BootstrapOptions options;
  options.resamples = 50;
  std::vector<StyledBattle> battles = Battles();
  battles[0].weight = 3;
  battles[0].score = 1;
  // 40 of 80 are won, battle 0 is not: 42 of 82 after.
  ASSERT_OK_AND_ASSIGN(const StyleControlled result, FitStyleControl({"m"}, battles, StyleControl::kNone, options));
  EXPECT_NEAR(result.win_rates[0].value, 43.0 / 82, 1e-9);
  for (StyledBattle& battle : battles) battle.score = 1;
  EXPECT_THAT(FitStyleControl({"m"}, battles, StyleControl::kNone, options),
              StatusIs(kInvalid, HasSubstr("m won all its battles")));
  EXPECT_THAT(FitStyleControl({"m", "n"}, Battles(), StyleControl::kNone, options),
              StatusIs(kInvalid, HasSubstr("n has no battle")));
}

TEST(MarkdownStyleTest, CountsOutsideCode) {
  const Style style = MarkdownStyle(
      "# A\n###### B\n####### no\n#no\n- x\n  * y\n12. z\n3.no\n-no\n**b** __c__ ** **\n***\n```\n# code\n- x\n```\n# "
      "é");
  EXPECT_EQ(style.headers, 3);
  EXPECT_EQ(style.lists, 3);
  EXPECT_EQ(style.bold, 3);
  EXPECT_EQ(MarkdownStyle("é").length, 1);
  EXPECT_EQ(MarkdownStyle("`` ```").bold, 0);
}

}  // namespace
}  // namespace analysis

#include "analysis/measures/win_rate.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "analysis/measures/weighted_win_rate.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::nullopt_t kNone = std::nullopt;
const WinRateSubject& Subject() {
  static const auto* subject = new WinRateSubject{"sami_vs_sft", "positive", "principle"};
  return *subject;
}

// n questions q0, q1, ... of one category, all with the same games.
std::vector<QuestionVerdicts> Equal(int n, std::vector<std::optional<double>> games) {
  std::vector<QuestionVerdicts> questions;
  for (int i = 0; i < n; ++i) questions.push_back({absl::StrCat("q", i), "math", games});
  return questions;
}

// Each question counts alike, however many games it has: one of two turns as much as one of one.
TEST(WinRateTest, QuestionsOfDifferentlyManyGames) {
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> rows,
                       WinRates(Subject(),
                                std::vector<QuestionVerdicts>{{"q1", "one turn", {1, 1}},
                                                              {"q2", "two turns", {1, 0, 0, 0}},
                                                              {"q3", "a vote", {0.5}},
                                                              {"q4", "three votes", {1, 1, 0}},
                                                              {"q5", "two turns", {1, kNone, 1, 1}}},
                                0.95));
  EXPECT_EQ(rows[0].n, 4);
  EXPECT_EQ(rows[0].wins, 2);
  EXPECT_EQ(rows[0].losses, 1);
  EXPECT_EQ(rows[0].ties, 1);
  EXPECT_EQ(rows[0].missing, 1);
  EXPECT_DOUBLE_EQ(rows[0].win_rate.value, (1 + 0.25 + 0.5 + 2.0 / 3) / 4);
  EXPECT_DOUBLE_EQ(rows[0].all_lost, (1 + 0.25 + 0.5 + 2.0 / 3 + 0.75) / 5);
  EXPECT_DOUBLE_EQ(rows[0].all_won, (1 + 0.25 + 0.5 + 2.0 / 3 + 1) / 5);
  // A game that is repeated as often as it likes, with the same verdict, changes nothing.
  std::vector<QuestionVerdicts> once, more;
  for (int i = 0; i < 120; ++i) {
    const double verdict = i % 3 / 2.0;
    once.push_back({absl::StrCat("q", i), "math", {verdict}});
    more.push_back({absl::StrCat("q", i), "math", std::vector<std::optional<double>>(1 + i % 4, verdict)});
  }
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> of_once, WinRates(Subject(), once, 0.95));
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> of_more, WinRates(Subject(), more, 0.95));
  EXPECT_EQ(of_more[0].win_rate.method, of_once[0].win_rate.method);
  EXPECT_DOUBLE_EQ(of_more[0].win_rate.low, of_once[0].win_rate.low);
  EXPECT_DOUBLE_EQ(of_more[0].win_rate.high, of_once[0].win_rate.high);
  // A lattice that is too fine: the interval of graded scores.
  for (int i = 0; i < 120; ++i) more[i].games.resize(1 + i % 13, 0.5);
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> fine, WinRates(Subject(), more, 0.95));
  EXPECT_NE(fine[0].win_rate.method, of_once[0].win_rate.method);
  EXPECT_GT(fine[0].win_rate.high, fine[0].win_rate.low);
}

TEST(WinRateTest, CountsByHand) {
  const std::vector<QuestionVerdicts> questions = {
      {"q9", "math", {1, 1}},          // 1: win
      {"q2", "writing", {0, 0.5}},     // 0.25: loss, inconsistent
      {"q7", "math", {1, 0}},          // 0.5: tie, inconsistent
      {"q1", "writing", {1, 0.5}},     // 0.75: win, inconsistent
      {"q3", "writing", {0.5, 0.5}},   // 0.5: tie
      {"q4", "math", {1, kNone}},      // missing, though one order has a verdict
      {"q5", "math", {kNone, kNone}},  // missing
  };
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> rows, WinRates(Subject(), questions, 0.95));
  ASSERT_THAT(rows, SizeIs(3));
  const WinRateRow& overall = rows[0];
  EXPECT_EQ(overall.category, "overall");
  EXPECT_EQ(overall.subject.comparison, "sami_vs_sft");
  EXPECT_EQ(overall.n, 5);
  EXPECT_EQ(overall.wins, 2);
  EXPECT_EQ(overall.ties, 2);
  EXPECT_EQ(overall.losses, 1);
  EXPECT_EQ(overall.missing, 2);
  EXPECT_EQ(overall.inconsistent, 3);
  EXPECT_DOUBLE_EQ(overall.win_rate.value, (1 + 0.25 + 0.5 + 0.75 + 0.5) / 5);
  EXPECT_LT(overall.win_rate.low, overall.win_rate.value);
  EXPECT_GT(overall.win_rate.high, overall.win_rate.value);
  EXPECT_EQ(overall.win_rate.method, "empirical-likelihood");
  // Categories in the order of first appearance.
  EXPECT_EQ(rows[1].category, "math");
  EXPECT_EQ(rows[1].n, 2);
  EXPECT_DOUBLE_EQ(rows[1].win_rate.value, (1 + 0.5) / 2);
  EXPECT_EQ(rows[1].missing, 2);
  EXPECT_EQ(rows[2].category, "writing");
  EXPECT_DOUBLE_EQ(rows[2].win_rate.value, (0.25 + 0.75 + 0.5) / 3);
}

TEST(WinRateTest, BoundsFillInMissingVerdicts) {
  // Points 2, 0 and 1 of 2 with one game missing: between 2 + 0 + 1 and 2 + 0 + 2 of 6.
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> rows,
                       WinRates(Subject(), {{"q1", "m", {1, 1}}, {"q2", "m", {0, 0}}, {"q3", "m", {1, kNone}}}, 0.95));
  EXPECT_DOUBLE_EQ(rows[0].win_rate.value, 0.5);
  EXPECT_DOUBLE_EQ(rows[0].all_lost, 3 / 6.0);
  EXPECT_DOUBLE_EQ(rows[0].all_won, 4 / 6.0);
}

TEST(WinRateTest, GradedVerdicts) {
  const std::vector<QuestionVerdicts> questions = {{"q1", "m", {0.9}}, {"q2", "m", {0.2}}, {"q3", "m", {0.5}}};
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> rows, WinRates(Subject(), questions, 0.95, Verdicts::kGraded));
  EXPECT_NEAR(rows[0].win_rate.value, 1.6 / 3, 1e-12);
  EXPECT_EQ(rows[0].wins, 1);
  EXPECT_EQ(rows[0].ties, 1);
  EXPECT_EQ(rows[0].losses, 1);
}

TEST(WinRateTest, OrderOfQuestionsDoesNotMatter) {
  std::vector<QuestionVerdicts> questions;
  for (int i = 0; i < 40; ++i) {
    questions.push_back({absl::StrCat("q", i), i % 3 == 0 ? "math" : "stem", {i % 4 == 0 ? 0.0 : 1.0, 1}});
  }
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> rows, WinRates(Subject(), questions, 0.95));
  std::reverse(questions.begin(), questions.end());
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> reversed, WinRates(Subject(), questions, 0.95));
  EXPECT_EQ(rows[0].win_rate.low, reversed[0].win_rate.low);
  EXPECT_EQ(rows[0].win_rate.high, reversed[0].win_rate.high);
}

TEST(WinRateTest, AllWinsDoNotPretendCertainty) {
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> rows, WinRates(Subject(), Equal(60, {1, 1}), 0.95));
  EXPECT_EQ(rows[0].win_rate.value, 1);
  EXPECT_NEAR(rows[0].win_rate.low, 1 / (1 + 1.959963984540054 * 1.959963984540054 / 60), 1e-12);
  EXPECT_EQ(rows[0].win_rate.high, 1);
  EXPECT_EQ(rows[0].win_rate.method, "wilson");
}

TEST(WinRateTest, AllTies) {
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> rows, WinRates(Subject(), Equal(60, {0.5, 0.5}), 0.95));
  EXPECT_EQ(rows[0].ties, 60);
  EXPECT_EQ(rows[0].win_rate.value, 0.5);
  // delta = z^2 / (n + z^2) = 0.0602 at n = 60 (proportion_test.cc).
  EXPECT_NEAR(rows[0].win_rate.low, 0.5 - 0.0602 / 2, 1e-4);
  EXPECT_NEAR(rows[0].win_rate.high, 0.5 + 0.0602 / 2, 1e-4);
  EXPECT_EQ(rows[0].win_rate.method, "tango-score");
}

TEST(WinRateTest, MethodsByNumberAndKindOfQuestions) {
  const auto method = [](int decided, int tied, double decided_game) {
    std::vector<QuestionVerdicts> questions;
    for (int i = 0; i < decided + tied; ++i) {
      questions.push_back({absl::StrCat(i), "math", {i < decided / 2 ? 1 : i < decided ? 0 : 0.5, 0.5}});
      if (i < decided) questions.back().games[1] = i % 2 == 0 ? decided_game : *questions.back().games[0];
    }
    return WinRates(Subject(), questions, 0.95)->front().win_rate.method;
  };
  EXPECT_EQ(method(49, 0, 0.5), "empirical-likelihood");
  EXPECT_EQ(method(20, 30, 0.5), "bootstrap-bca-exact");
  EXPECT_EQ(method(19, 31, 0.5), "empirical-likelihood");  // scores of quarters
  EXPECT_EQ(method(0, 50, 0.5), "tango-score");
}

TEST(WinRateTest, SingleQuestion) {
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> rows, WinRates(Subject(), Equal(1, {1}), 0.95));
  EXPECT_EQ(rows[0].n, 1);
  EXPECT_LT(rows[0].win_rate.low, 0.25);
  EXPECT_EQ(rows[0].win_rate.high, 1);
}

TEST(WinRateTest, AllMissingIsUndefinedAndNoTie) {
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> rows, WinRates(Subject(), Equal(3, {kNone, 1}), 0.95));
  EXPECT_EQ(rows[0].n, 0);
  EXPECT_EQ(rows[0].ties, 0);
  EXPECT_EQ(rows[0].missing, 3);
  EXPECT_TRUE(std::isnan(rows[0].win_rate.value));
  EXPECT_EQ(rows[0].win_rate.method, "none");
}

TEST(WinRateTest, SwappingTheModelsMirrorsEverything) {
  std::vector<QuestionVerdicts> questions, swapped;
  for (int i = 0; i < 30; ++i) {
    const double verdict = i % 5 == 0 ? 0 : i % 7 == 0 ? 0.5 : 1;
    questions.push_back({absl::StrCat(i), "math", {verdict}});
    swapped.push_back({absl::StrCat(i), "math", {1 - verdict}});
  }
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> rows, WinRates(Subject(), questions, 0.95));
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> mirror, WinRates(Subject(), swapped, 0.95));
  EXPECT_EQ(rows[0].wins, mirror[0].losses);
  EXPECT_NEAR(rows[0].win_rate.value, 1 - mirror[0].win_rate.value, 1e-12);
  EXPECT_NEAR(rows[0].win_rate.low, 1 - mirror[0].win_rate.high, 1e-12);
}

void ExpectRefused(const std::vector<QuestionVerdicts>& questions, const std::string& message) {
  EXPECT_THAT(WinRates(Subject(), questions, 0.95),
              StatusIs(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr("sami_vs_sft"), HasSubstr(message))));
}

TEST(WinRateTest, RefusesNoQuestions) { ExpectRefused({}, "no questions"); }
TEST(WinRateTest, RefusesOddVerdict) { ExpectRefused({{"q3", "math", {0.7}}}, "question q3: a verdict must be"); }
TEST(WinRateTest, RefusesNanVerdict) { ExpectRefused({{"q3", "math", {std::nan("")}}}, "not nan"); }
TEST(WinRateTest, RefusesRepeatedQuestion) {
  ExpectRefused({{"q3", "math", {1}}, {"q3", "math", {1}}}, "question q3: the question occurs twice");
}
TEST(WinRateTest, RefusesNoGames) { ExpectRefused({{"q1", "math", {}}}, "no verdict"); }
TEST(WinRateTest, RefusesNoCategory) { ExpectRefused({{"q1", "", {1}}}, "category is empty"); }
TEST(WinRateTest, RefusesReservedCategory) { ExpectRefused({{"q1", "overall", {1}}}, "overall"); }

TEST(WeightedWinRatesTest, GamesCountByTheirWeights) {
  const std::vector<QuestionVerdicts> questions = {{"1", "x", {1}}, {"2", "y", {0}}, {"3", "y", {std::nullopt}}};
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> rows,
                       WeightedWinRates({"a_vs_b"}, questions, {{3}, {1}, {4}}, 0.95));
  ASSERT_THAT(rows, SizeIs(3));
  EXPECT_EQ(rows[0].win_rate.value, 0.75);
  // Residuals 3 (1 - 0.75) and 1 (0 - 0.75).
  EXPECT_NEAR(rows[0].win_rate.standard_error, std::sqrt(2 * 2 * 0.75 * 0.75) / 4, 1e-12);
  EXPECT_EQ(rows[0].n, 2);
  EXPECT_EQ(rows[0].missing, 1);
  EXPECT_EQ(rows[0].all_lost, 3.0 / 8);
  EXPECT_EQ(rows[0].all_won, 7.0 / 8);
  EXPECT_EQ(rows[1].win_rate.value, 1);
  EXPECT_EQ(rows[2].win_rate.value, 0);
  EXPECT_THAT(WeightedWinRates({"a_vs_b"}, questions, {{3}, {1}, {0}}, 0.95),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("question 3 has the weight 0")));
  EXPECT_THAT(WeightedWinRates({"a_vs_b"}, questions, {{3}, {1}}, 0.95),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("weights")));
}

}  // namespace
}  // namespace analysis

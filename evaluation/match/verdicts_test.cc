#include "evaluation/match/verdicts.h"

#include "base/status.h"
#include "base/testing.h"
#include "evaluation/judges/testing.h"
#include "evaluation/match/ratings.h"
#include "lm/chat/recording.h"

namespace evaluation {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

PairJudgment Judged(const std::string& model_2, int64_t question, Winner g1, Winner g2, int64_t turn = 1) {
  PairJudgment judgment;
  judgment.question_id = question;
  judgment.model_1 = "a";
  judgment.model_2 = model_2;
  judgment.g1_winner = g1;
  judgment.g2_winner = g2;
  judgment.turn = turn;
  return judgment;
}

TEST(GroupVerdictsTest, GamesOfAQuestionAreThoseOfAllItsJudgmentsWhereverTheyStand) {
  const Winner m1 = Winner::kModel1, m2 = Winner::kModel2, tie = Winner::kTie, error = Winner::kError;
  std::vector<PairJudgment> judgments = {Judged("b", 2, m1, tie), Judged("c", 1, m2, m2), Judged("b", 1, m2, error),
                                         Judged("b", 2, m1, m1, 2), Judged("b", 2, m2, m1)};
  judgments[1].category = "math";
  const std::vector<PairVerdicts> groups = GroupVerdicts(judgments);
  ASSERT_THAT(groups, SizeIs(3));
  EXPECT_EQ(groups[0].model_1, "a");
  EXPECT_EQ(groups[0].model_2, "b");
  ASSERT_THAT(groups[0].questions, SizeIs(2));
  EXPECT_EQ(groups[0].questions[0].question_id, "2");
  EXPECT_EQ(groups[0].questions[0].category, "all");
  EXPECT_THAT(groups[0].questions[0].games, ElementsAre(1.0, 0.5, 0.0, 1.0));
  EXPECT_THAT(groups[0].questions[1].games, ElementsAre(0.0, std::nullopt));
  EXPECT_EQ(groups[1].questions[0].category, "math");
  EXPECT_EQ(groups[2].turn, 2);
  EXPECT_THAT(GroupVerdicts({}), SizeIs(0));
}

TEST(RateAnswersTest, RepeatsOfAMatchAreInARowAndOnesWithoutAScoreAreNamed) {
  ScriptedModel model(
      [](const lm::ChatRequest& request) { return absl::StrCat("Rating: [[", request.messages[1].content, "]]"); });
  const auto prompt = MakePrompt("single", "{answer}", "[[rating]]");
  ASSERT_OK_AND_ASSIGN(PromptSet prompts, PromptSet::Make({prompt}, {prompt.name, "", "", ""}, prompt.type));
  ASSERT_OK_AND_ASSIGN(auto recording, lm::Recording::Open(base::TestFolder() + "/e.jsonl", &model));
  ASSERT_OK_AND_ASSIGN(const auto judge, LanguageModelJudge::Make(std::move(prompts), {}, std::move(recording)));
  const std::vector<Match> matches = {{"sami", "", "positive", MakeContest(81, "7.5", "")},
                                      {"sami", "", "positive", MakeContest(82, "11", "")}};
  ASSERT_OK_AND_ASSIGN(const Ratings ratings, RateAnswers(*judge, matches, 2));
  ASSERT_THAT(ratings.judgments, SizeIs(4));
  EXPECT_EQ(ratings.judgments[1].question_id, 81);
  EXPECT_EQ(ratings.judgments[1].repeat, 1);
  EXPECT_EQ(ratings.judgments[1].model, "sami");
  EXPECT_EQ(ratings.judgments[1].setting, "positive");
  EXPECT_EQ(ratings.judgments[1].score, 7.5);
  EXPECT_EQ(ratings.judgments[1].user_prompt, "7.5");
  EXPECT_EQ(ratings.judgments[2].score, std::nullopt);
  EXPECT_THAT(ratings.missing, ElementsAre(HasSubstr("question 82, sami, turn 1: "), HasSubstr("question 82")));
}

TEST(GroupVerdictsTest, AGamesProbabilityTakesTheWinnersPlace) {
  PairJudgment judgment = Judged("b", 1, Winner::kModel1, Winner::kError);
  judgment.g1_preference = 0.8;
  judgment.g2_preference = 0.7;  // of a game without a verdict: nothing
  const std::vector<PairVerdicts> groups = GroupVerdicts({judgment});
  EXPECT_THAT(groups[0].questions[0].games, ElementsAre(0.8, std::nullopt));
  EXPECT_EQ(groups[0].verdicts, analysis::Verdicts::kGraded);
}

}  // namespace
}  // namespace evaluation

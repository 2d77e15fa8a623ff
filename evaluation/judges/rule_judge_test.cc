#include "evaluation/judges/rule_judge.h"

#include "base/testing.h"

namespace evaluation {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::HasSubstr;

Contest Swapped(Contest contest) {
  std::swap(contest.first, contest.second);
  return contest;
}

absl::StatusOr<Verdict> Compare(Judge& judge, const Contest& contest) {
  const auto judgments = judge.Compare({contest});
  EXPECT_OK(judgments);
  EXPECT_EQ(judgments->size(), 1);
  return judgments->front().verdict;
}

Contest Between(const std::string& first, const std::string& second) {
  Contest contest;
  contest.turns = {"?"};
  contest.first = {first};
  contest.second = {second};
  return contest;
}

TEST(PrincipleJudgeTest, PrefersTheAnswerThatFollowsMoreInBothOrders) {
  const auto judge = MakePrincipleJudge();
  Contest contest = Between("I am glad to help. The capital is Rome.",  // follows both
                            "The capital is Rome. Italy lies in Europe.");
  contest.constitution.clauses = {{"polite", true, ""}, {"detail", false, ""}};
  EXPECT_THAT(Compare(*judge, contest), IsOkAnd(Verdict::kFirst));
  EXPECT_THAT(Compare(*judge, Swapped(contest)), IsOkAnd(Verdict::kSecond));
  contest.second = contest.first;
  EXPECT_THAT(Compare(*judge, contest), IsOkAnd(Verdict::kTie));
}

TEST(PrincipleJudgeTest, AnEmptyAnswerFollowsNothing) {
  const datasets::Constitution curt{{{"polite", false, ""}, {"detail", false, ""}}};
  EXPECT_THAT(CountFollowed(curt, "Rome."), IsOkAnd(2));
  EXPECT_THAT(CountFollowed(curt, " \n"), IsOkAnd(0));
}

TEST(PrincipleJudgeTest, AnAnswerOfNeitherSideFollowsNeither) {
  EXPECT_THAT(CountFollowed({{{"sir", true, ""}}}, "Sir, it is Rome."), IsOkAnd(1));
  EXPECT_THAT(CountFollowed({{{"sir", false, ""}}}, "Pal, it is Rome."), IsOkAnd(1));
  for (const bool positive : {true, false}) {
    EXPECT_THAT(CountFollowed({{{"sir", positive, ""}}}, "It is Rome."), IsOkAnd(0));
    EXPECT_THAT(CountFollowed({{{"sir", positive, ""}}}, "Sir or Pal, it is Rome."), IsOkAnd(0));
  }
}

TEST(PrincipleJudgeTest, AnUnknownPrincipleIsNamed) {
  EXPECT_THAT(CountFollowed({{{"brave", true, ""}}}, "x"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"brave\"")));
}

TEST(ContentJudgeTest, PrefersTheRightAnswer) {
  const auto judge = MakeContentJudge({{7, {{{"is 55"}}}}});
  Contest contest = Between("It is 54.", "It is 55.");
  contest.question_id = 7;
  EXPECT_THAT(Compare(*judge, contest), IsOkAnd(Verdict::kSecond));
  EXPECT_THAT(Compare(*judge, Swapped(contest)), IsOkAnd(Verdict::kFirst));
  contest.second = {"?"};
  EXPECT_THAT(Compare(*judge, contest), IsOkAnd(Verdict::kTie));
  contest.question_id = 8;
  EXPECT_THAT(Compare(*judge, contest), StatusIs(absl::StatusCode::kNotFound, HasSubstr("question 8")));
}

}  // namespace
}  // namespace evaluation

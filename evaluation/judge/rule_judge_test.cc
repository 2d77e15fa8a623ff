#include "evaluation/judge/rule_judge.h"

#include "base/testing.h"

namespace evaluation {
namespace {

using ::base::StatusIs;
using ::testing::HasSubstr;

Contest Swapped(Contest contest) {
  std::swap(contest.first, contest.second);
  return contest;
}

Verdict Compare(const Judge& judge, const Contest& contest) {
  const absl::StatusOr<Judgment> judgment = judge.Compare(contest);
  EXPECT_OK(judgment);
  return judgment->verdict;
}

TEST(PrincipleJudgeTest, PrefersTheAnswerThatFollowsMoreInBothOrders) {
  const auto judge = MakePrincipleJudge();
  Contest contest;
  contest.constitution.clauses = {{"polite", true, ""}, {"detail", false, ""}};
  contest.first = "I am glad to help. The capital is Rome.";  // follows both
  contest.second = "The capital is Rome. Italy lies in Europe.";
  EXPECT_EQ(Compare(*judge, contest), Verdict::kFirst);
  EXPECT_EQ(Compare(*judge, Swapped(contest)), Verdict::kSecond);
  contest.second = contest.first;
  EXPECT_EQ(Compare(*judge, contest), Verdict::kTie);
}

TEST(PrincipleJudgeTest, AnEmptyAnswerFollowsNothing) {
  const datasets::Constitution curt{{{"polite", false, ""}, {"detail", false, ""}}};
  EXPECT_THAT(CountFollowed(curt, "Rome."), base::IsOkAnd(2));
  EXPECT_THAT(CountFollowed(curt, " \n"), base::IsOkAnd(0));
}

TEST(PrincipleJudgeTest, AnUnknownPrincipleIsNamed) {
  EXPECT_THAT(CountFollowed({{{"brave", true, ""}}}, "x"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"brave\"")));
}

TEST(ContentJudgeTest, PrefersTheRightAnswer) {
  const auto judge = MakeContentJudge({{7, {embedded::AnswerKey::Rule::kLastNumber, {"55"}, {}}}});
  Contest contest;
  contest.question_id = 7;
  contest.first = "It is 54.";
  contest.second = "It is 55.";
  EXPECT_EQ(Compare(*judge, contest), Verdict::kSecond);
  EXPECT_EQ(Compare(*judge, Swapped(contest)), Verdict::kFirst);
  contest.second = "?";
  EXPECT_EQ(Compare(*judge, contest), Verdict::kTie);
  contest.question_id = 8;
  EXPECT_THAT(judge->Compare(contest), StatusIs(absl::StatusCode::kNotFound, HasSubstr("question 8")));
}

}  // namespace
}  // namespace evaluation

#include "evaluation/judges/rule_judge.h"

#include "base/program.h"
#include "base/testing.h"
#include "datasets/constitutions/constitutions.h"
#include "datasets/embedded/style.h"
#include "evaluation/principles/suite.h"

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

// What a spec's constitutions { file: ... } makes of the suite's file: ids, wordings and checkers are all there.
TEST(PrincipleJudgeTest, TheSuitesFileHasACheckerForEveryPrinciple) {
  const auto read = datasets::ReadPrinciples(base::Runfile("evaluation/principles/suite.json"));
  ASSERT_OK(read);
  const std::vector<datasets::Principle> suite = principles::Principles();
  ASSERT_EQ(read->size(), suite.size());
  EXPECT_OK(KnowsPrinciples(*read));
  for (size_t i = 0; i < suite.size(); ++i) {
    EXPECT_EQ((*read)[i].id, suite[i].id);
    EXPECT_EQ((*read)[i].text, suite[i].text);
    EXPECT_EQ((*read)[i].paraphrases, suite[i].paraphrases);
    EXPECT_EQ((*read)[i].antitheses, suite[i].antitheses);
    EXPECT_TRUE((*read)[i].relevant_for.empty());
  }
}

TEST(PrincipleJudgeTest, TheSuitesShareNoId) {
  for (const datasets::Principle& principle : embedded::Principles()) {
    EXPECT_EQ(principles::FindPrinciple(principle.id), nullptr) << principle.id;
  }
}

TEST(PrincipleJudgeTest, CountsClausesOfBothSuites) {
  const datasets::Constitution both{{{"polite", true, ""}, {"end_question", true, ""}, {"digits", false, ""}}};
  EXPECT_THAT(CountFollowed(both, "I am glad to help. Is it Rome?"), IsOkAnd(3));
  EXPECT_THAT(CountFollowed(both, "I am glad to help. Is it 1 or 2? It is 2."), IsOkAnd(1));
  EXPECT_THAT(CountFollowed({{{"end_question", false, ""}}}, "Is it Rome? It is."), IsOkAnd(0));
  EXPECT_THAT(CountFollowed({{{"digits", false, ""}}}, " ?"), IsOkAnd(0));
}

TEST(PrincipleJudgeTest, AnotherPrincipleOfASuitesIdIsRefused) {
  datasets::Principle principle = principles::FindPrinciple("table")->principle;
  EXPECT_OK(KnowsPrinciples({principle}));
  principle.text = principle.paraphrases[1];
  EXPECT_OK(KnowsPrinciples({principle}));
  principle.text = "Set the table.";
  EXPECT_THAT(KnowsPrinciples({principle}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"Set the table.\"")));
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

#include "evaluation/match/judge_check.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/testing.h"
#include "evaluation/match/judged_testing.h"
#include "evaluation/match/rating_files.h"

namespace evaluation {
namespace {

using ::base::StatusIs;
using ::base::WriteTestFile;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr Winner m1 = Winner::kModel1, m2 = Winner::kModel2, tie = Winner::kTie, error = Winner::kError;

HumanVote Vote(int64_t question, Winner winner, const std::string& judge = "x", bool turned = false) {
  HumanVote vote;
  vote.question_id = question;
  vote.model_a = turned ? "b" : "a";
  vote.model_b = turned ? "a" : "b";
  vote.winner = winner;
  vote.judge = judge;
  return vote;
}

TEST(MeasureJudgeTest, CountsWhatIsThere) {
  const std::vector<PairJudgment> judgments = {Judged(1, m1, m1), Judged(2, m2, m2), Judged(3, m1, m2),
                                               Judged(4, tie, tie), Judged(5, m1, error)};
  // Of question 1 a turned vote for "a", which is its second model; one vote is on what was not judged.
  const std::vector<HumanVote> votes = {
      Vote(1, m2, "x", true), Vote(1, m2, "y"), Vote(2, m2), Vote(3, tie), Vote(4, m1), Vote(5, m1), Vote(9, m1)};
  const AnswerLengths lengths = {{{"a", 1, 1}, 10}, {{"b", 1, 1}, 20}, {{"a", 2, 1}, 10},
                                 {{"b", 2, 1}, 20}, {{"a", 3, 1}, 5},  {{"b", 3, 1}, 5}};
  ASSERT_OK_AND_ASSIGN(const JudgeMeasures measures, MeasureJudge(judgments, votes, lengths, 0.95));
  EXPECT_EQ(measures.games, 10);
  EXPECT_EQ(measures.missing, 1);
  EXPECT_EQ(measures.people.items, 5);
  EXPECT_DOUBLE_EQ(measures.people.estimate.value, 3.0 / 5);
  EXPECT_EQ(measures.people.estimate.n, 4);
  EXPECT_EQ(measures.people_decided.items, 3);
  EXPECT_DOUBLE_EQ(measures.people_decided.estimate.value, 2.0 / 3);
  EXPECT_EQ(measures.orders.items, 4);
  EXPECT_DOUBLE_EQ(measures.orders.estimate.value, 3.0 / 4);
  EXPECT_EQ(measures.repeats.items, 0);
  // Games with a winner: 1 and 2 one of each place, 3 both the first, 5 the first.
  EXPECT_EQ(measures.first_place.items, 7);
  EXPECT_DOUBLE_EQ(measures.first_place.estimate.value, 5.0 / 7);
  EXPECT_LT(measures.first_place.estimate.low, 5.0 / 7);
  EXPECT_GT(measures.first_place.estimate.high, 5.0 / 7);
  EXPECT_EQ(measures.longer.items, 4);
  EXPECT_DOUBLE_EQ(measures.longer.estimate.value, 0.5);
  ASSERT_OK_AND_ASSIGN(const JudgeMeasures people, MeasurePeople(votes, lengths, 0.95));
  EXPECT_EQ(people.people.items, 1);  // the two on question 1, who differ
  EXPECT_DOUBLE_EQ(people.people.estimate.value, 0);
}

TEST(MeasureJudgeTest, RepeatsAreComparedGameByGame) {
  const std::vector<PairJudgment> judgments = {Judged(1, m1, m1), Judged(1, m1, m2, 1), Judged(1, m1, error, 2)};
  ASSERT_OK_AND_ASSIGN(const JudgeMeasures measures, MeasureJudge(judgments, {}, {}, 0.95));
  EXPECT_EQ(measures.repeats.items, 4);  // three pairs of the first game, one of the second
  EXPECT_DOUBLE_EQ(measures.repeats.estimate.value, 3.0 / 4);
}

std::vector<PairJudgment> Twenty(Winner g1, Winner g2) {
  std::vector<PairJudgment> judgments;
  for (int64_t q = 1; q <= 20; ++q) judgments.push_back(Judged(q, g1, g2));
  return judgments;
}

std::vector<std::string> Warnings(const std::vector<PairJudgment>& judgments, const std::vector<HumanVote>& votes = {},
                                  const AnswerLengths& lengths = {}) {
  const auto measures = MeasureJudge(judgments, votes, lengths, 0.95);
  EXPECT_OK(measures.status());
  return JudgeWarnings(judgments, *measures);
}

TEST(JudgeWarningsTest, AJudgeThatDoesNotLookIsNamed) {
  EXPECT_THAT(Warnings(Twenty(m1, m2)), ElementsAre(HasSubstr("prefers the answer that it is shown first")));
  EXPECT_THAT(Warnings(Twenty(m2, m1)), ElementsAre(HasSubstr("shown second")));
  EXPECT_THAT(Warnings(Twenty(tie, tie)), ElementsAre(HasSubstr("calls it a tie")));
  EXPECT_THAT(Warnings(Twenty(m1, m1)), IsEmpty());  // one model may be better
  std::vector<PairJudgment> leans = Twenty(m1, m2);
  for (int i = 0; i < 5; ++i) leans[i] = Judged(i + 1, m2, m2);
  EXPECT_THAT(Warnings(leans),
              ElementsAre(AllOf(HasSubstr("shown first in 87.5% of 40 verdicts ["), Not(HasSubstr("all")))));
  std::vector<HumanVote> votes;
  AnswerLengths lengths;
  for (int64_t q = 1; q <= 20; ++q) {
    votes.push_back(Vote(q, q % 2 == 0 ? m1 : m2));
    lengths[{"a", q, 1}] = 100;
    lengths[{"b", q, 1}] = 50;
  }
  EXPECT_THAT(Warnings(Twenty(m1, m1), votes, lengths),
              ElementsAre(HasSubstr("prefers the longer answer in 100.0%"), HasSubstr("50.0% of 20 decided votes")));
}

TEST(PanelTest, MoreThanHalfDecide) {
  std::vector<PairJudgment> turned = {Judged(1, m1, m1)};
  std::swap(turned[0].model_1, turned[0].model_2);  // model_1 is b: a vote for b, whose first game shows b first
  const auto panel = PanelJudgments({{Judged(1, m1, m2), Judged(2, error, m1)}, {Judged(1, m1, m2)}, turned});
  ASSERT_THAT(panel, SizeIs(2));
  EXPECT_EQ(panel[0].model_1, "a");
  EXPECT_EQ(panel[0].g1_winner, m1);  // a, a, b
  EXPECT_EQ(panel[0].g2_winner, m2);  // b, b, b
  EXPECT_EQ(panel[1].g1_winner, error);
  EXPECT_EQ(panel[1].g2_winner, m1);
  EXPECT_EQ(PanelJudgments({{Judged(1, m1, m1)}, {Judged(1, m2, m1)}})[0].g1_winner, tie);
}

TEST(HumanVotesTest, FormatAndItsErrors) {
  const auto read = [](const std::string& text) { return ReadHumanVotes(WriteTestFile("votes.jsonl", text)); };
  const std::string conversation =
      R"([{"role": "user", "content": "?"}, {"role": "assistant", "content": "1"}, {"role": "user", "content": "?"},
          {"role": "assistant", "content": "äöü"}])";
  ASSERT_OK_AND_ASSIGN(
      const auto votes,
      read(absl::StrCat(R"({"question_id": "81", "model_a": "b", "model_b": "a", "winner": "model_b", "turn": 2,)",
                        R"("judge": ["gpt-4", "p"], "conversation_a": )",
                        absl::StrReplaceAll(conversation, {{"\n", ""}}), ", \"conversation_b\": 5}\n",
                        R"j({"question_id": 81, "model_a": "a", "model_b": "b", "winner": "tie (inconsistent)",)j",
                        R"("judge": "e", "turn": 2})", "\n",
                        R"j({"question_id": 81, "model_a": "a", "model_b": "b", "winner": "tie (bothbad)",)j",
                        R"("judge": "e", "turn": 1})")));
  ASSERT_THAT(votes, SizeIs(3));
  EXPECT_EQ(votes[0].question_id, 81);
  EXPECT_EQ(votes[0].winner, m2);
  EXPECT_EQ(votes[0].judge, "gpt-4/p");
  EXPECT_EQ(votes[0].length_a, 3);
  EXPECT_EQ(votes[0].length_b, -1);
  EXPECT_EQ(votes[1].winner, tie);
  EXPECT_EQ(votes[2].winner, tie);
  const std::string line =
      R"({"question_id": 81, "model_a": "a", "model_b": "b", "winner": "model_a", "judge": "e", "turn": 1})"
      "\n";
  EXPECT_THAT(*read(line + line), SizeIs(2));
  EXPECT_THAT(read(absl::StrReplaceAll(line, {{"\"model_a\",", "\"A\","}})),
              StatusIs(kInvalid,
                       HasSubstr("must be model_a, model_b, tie, tie (inconsistent) or tie (bothbad), and is \"A\"")));
  EXPECT_THAT(read(absl::StrReplaceAll(line, {{"81", "\"x\""}})), StatusIs(kInvalid, HasSubstr("question_id")));
  EXPECT_THAT(read(absl::StrReplaceAll(line, {{"turn\": 1", "turn\": 0"}})),
              StatusIs(kInvalid, HasSubstr("from 1 on")));
  EXPECT_FALSE(read("").ok());
}

TEST(CheckJudgesTest, RatingsAreComparedAndHaveIntervals) {
  std::vector<SingleJudgment> ratings;
  for (int64_t q = 1; q <= 6; ++q) {
    for (const char* model : {"a", "b"}) {
      SingleJudgment rating;
      rating.question_id = q;
      rating.model = model;
      rating.judge_model = "m";
      rating.score = *model == 'a' ? q : 3;
      if (q == 6) rating.score.reset();
      ratings.push_back(rating);
    }
  }
  const std::vector<PairJudgment> compared = ComparedRatings(ratings);
  ASSERT_THAT(compared, SizeIs(6));
  EXPECT_EQ(compared[0].g1_winner, m2);
  EXPECT_EQ(compared[2].g2_winner, tie);
  EXPECT_EQ(compared[4].g1_winner, m1);
  EXPECT_EQ(compared[5].g1_winner, error);
  JudgeCheckFiles files;
  files.judgments = {base::TestFolder() + "/single.jsonl"};
  ASSERT_OK(WriteSingleJudgments(files.judgments[0], ratings));
  ASSERT_OK_AND_ASSIGN(JudgeCheckInputs inputs, ReadJudgeCheckInputs(files));
  inputs.votes = {Vote(1, m2), Vote(5, m2)};
  ASSERT_OK_AND_ASSIGN(const JudgeCheckReport report, CheckJudges(inputs, 0.95));
  ASSERT_THAT(report.ratings.rows, SizeIs(2));
  EXPECT_EQ(std::get<double>(report.ratings.rows[0][4]), 3);  // of a: (1 + ... + 5) / 5
  EXPECT_EQ(std::get<int64_t>(report.ratings.rows[0][7]), 1);
  EXPECT_EQ(std::get<std::string>(report.measures.rows[0][0]), "agreement with people");
  EXPECT_EQ(std::get<double>(report.measures.rows[0][4]), 0.5);
  EXPECT_THAT(analysis::ToText(report.measures), Not(HasSubstr("first place")));
  for (SingleJudgment& rating : ratings) rating.score = 10;
  ASSERT_OK(WriteSingleJudgments(files.judgments[0], ratings));
  ASSERT_OK_AND_ASSIGN(inputs, ReadJudgeCheckInputs(files));
  ASSERT_OK_AND_ASSIGN(const JudgeCheckReport same, CheckJudges(inputs, 0.95));
  EXPECT_THAT(same.warnings, Contains(HasSubstr("all 12 ratings are 10")));
  const std::string line = R"({"question_id": 1, "model": "a", "judge": ["m", "p"], "score": -2, "turn": 1})";
  EXPECT_THAT(ReadRatings(WriteTestFile("r.jsonl", line)), StatusIs(kInvalid, HasSubstr("-1 is none")));
}

TEST(CheckJudgesTest, ARowAJudgeAndOneOfThePanel) {
  const std::string one = base::TestFolder() + "/one.jsonl", two = base::TestFolder() + "/two.jsonl";
  ASSERT_OK(WritePairJudgments(one, Twenty(m1, m1)));
  std::vector<PairJudgment> other = Twenty(m1, m2);
  other[0].judge_prompt = "q";  // of the same judge
  ASSERT_OK(WritePairJudgments(two, other));
  JudgeCheckFiles files;
  files.judgments = {one, two};
  const std::string vote =
      R"({"question_id": 99, "model_a": "a", "model_b": "b", "winner": "tie", "judge": "e", "turn": 1})"
      "\n";
  files.votes = WriteTestFile("votes.jsonl", vote + vote);
  ASSERT_OK_AND_ASSIGN(const JudgeCheckInputs inputs, ReadJudgeCheckInputs(files));
  EXPECT_THAT(inputs.notes, ElementsAre(HasSubstr("2 of 2 votes are on pairs that no judge has judged"),
                                        HasSubstr("1 of 2 votes are further ones of a person")));
  ASSERT_THAT(inputs.judges, SizeIs(2));
  EXPECT_EQ(inputs.judges[1].name, absl::StrCat("m (", two, ")"));
  ASSERT_OK_AND_ASSIGN(const JudgeCheckReport report, CheckJudges(inputs, 0.9));
  const std::string text = analysis::ToText(report.measures);
  EXPECT_THAT(text, HasSubstr("panel of 2, majority"));
  EXPECT_THAT(text, HasSubstr("Intervals: 90%"));
  EXPECT_THAT(report.agreement.rows, SizeIs(1));
  EXPECT_THAT(report.warnings, Contains(HasSubstr("shown first")));
  ASSERT_OK(WritePairJudgments(one, Twenty(Winner::kError, Winner::kError)));
  ASSERT_OK_AND_ASSIGN(const JudgeCheckInputs silent, ReadJudgeCheckInputs(files));
  ASSERT_OK_AND_ASSIGN(const JudgeCheckReport of_silent, CheckJudges(silent, 0.9));
  EXPECT_THAT(of_silent.warnings, Contains(HasSubstr("40 of 40 verdicts are missing")));
  std::vector<PairJudgment> settings = {Judged(1, m1, m1), Judged(2, m1, m1)};
  settings[0].setting = "positive";
  ASSERT_OK(WritePairJudgments(one, settings));
  EXPECT_THAT(ReadJudgeCheckInputs(files), StatusIs(kInvalid, HasSubstr("choose one by --setting")));
}

}  // namespace
}  // namespace evaluation

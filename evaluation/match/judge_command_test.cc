#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/testing.h"
#include "evaluation/match/judge_summary.h"
#include "evaluation/match/judged_testing.h"
#include "evaluation/match/match_answers.h"
#include "evaluation/match/ratings.h"

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

std::string Questions() {
  return WriteTestFile("q.jsonl",
                       R"({"question_id": 1, "category": "math", "turns": ["1+1?", "+1?"], "reference": ["2", "3"]})"
                       "\n"
                       R"({"question_id": 2, "category": "writing", "turns": ["Write."]})"
                       "\n");
}

// A line a question, with so many turns.
std::string AnswersOf(const std::string& model, const std::vector<int>& turns, const std::string& more = "") {
  std::string text;
  for (size_t q = 0; q < turns.size(); ++q) {
    if (turns[q] == 0) continue;
    std::vector<std::string> texts;
    for (int t = 1; t <= turns[q]; ++t) texts.push_back(absl::StrCat("\"", model, " ", q + 1, ".", t, "\""));
    absl::StrAppend(&text, "{\"question_id\": ", q + 1, ", \"answer_id\": \"x\", \"model_id\": \"", model,
                    "\", \"choices\": [{\"index\": 0, \"turns\": [", absl::StrJoin(texts, ", "), "]}], \"tstamp\": 0",
                    more, "}\n");
  }
  return WriteTestFile(model + ".jsonl", text);
}

std::vector<std::string> Names(const std::vector<Match>& matches) {
  std::vector<std::string> names;
  for (const Match& match : matches) {
    names.push_back(absl::StrCat(match.model_1, "/", match.model_2, " ", match.contest.question_id, ".",
                                 match.contest.turns.size()));
  }
  return names;
}

TEST(MakeMatchesTest, EveryPairOnEveryTurnThatBothAnswered) {
  AnswerFiles files;
  files.questions = Questions();
  files.answers = {AnswersOf("a", {2, 1}), AnswersOf("b", {1, 1}), AnswersOf("c", {2, 1})};
  ASSERT_OK_AND_ASSIGN(const Answers answers, ReadAnswers(files));
  ASSERT_OK_AND_ASSIGN(auto matches, MakeMatches(answers, files, ""));
  EXPECT_THAT(Names(matches), ElementsAre("a/b 1.1", "a/b 2.1", "a/c 1.1", "a/c 2.1", "a/c 1.2", "b/c 1.1", "b/c 2.1"));
  EXPECT_THAT(matches[4].contest.first, ElementsAre("a 1.1", "a 1.2"));
  EXPECT_THAT(matches[4].contest.second, ElementsAre("c 1.1", "c 1.2"));
  EXPECT_THAT(matches[4].contest.turns, ElementsAre("1+1?", "+1?"));
  EXPECT_THAT(matches[4].contest.reference, ElementsAre("2", "3"));
  EXPECT_THAT(matches[0].contest.reference, ElementsAre("2"));
  ASSERT_OK_AND_ASSIGN(matches, MakeMatches(answers, files, "b"));
  EXPECT_THAT(Names(matches), ElementsAre("a/b 1.1", "a/b 2.1", "c/b 1.1", "c/b 2.1"));
  EXPECT_THAT(MakeMatches(answers, files, "x"), StatusIs(kInvalid, HasSubstr("none of the models: a, b, c")));
  ASSERT_OK_AND_ASSIGN(const auto singles, MakeSingles(answers, files));
  EXPECT_THAT(Names(singles),
              ElementsAre("a/ 1.1", "a/ 2.1", "a/ 1.2", "b/ 1.1", "b/ 2.1", "c/ 1.1", "c/ 2.1", "c/ 1.2"));
  files.max_turns = 1;
  EXPECT_THAT(*MakeSingles(answers, files), SizeIs(6));
}

TEST(MakeMatchesTest, ReferenceAnswersTakeTheQuestionsPlace) {
  AnswerFiles files;
  files.questions = Questions();
  files.answers = {AnswersOf("a", {2, 1}), AnswersOf("b", {2, 1})};
  files.references = AnswersOf("gpt-4", {2, 0});
  ASSERT_OK_AND_ASSIGN(const Answers answers, ReadAnswers(files));
  ASSERT_OK_AND_ASSIGN(const auto matches, MakeMatches(answers, files, ""));
  EXPECT_THAT(matches.back().contest.reference, ElementsAre("gpt-4 1.1", "gpt-4 1.2"));
}

TEST(MakeMatchesTest, ConstitutionsAreReadFromTheAnswers) {
  AnswerFiles files;
  files.questions = Questions();
  files.answers = {AnswersOf("a", {1, 1}, R"(, "constitution": "1. Be brief.\n2. Be kind.")"),
                   AnswersOf("b", {1, 1}, R"(, "constitution": "1. Be brief.\n2. Be kind.")"), AnswersOf("c", {1, 1})};
  ASSERT_OK_AND_ASSIGN(const Answers answers, ReadAnswers(files));
  EXPECT_THAT(MakeMatches(answers, files, ""),
              StatusIs(kInvalid, HasSubstr("question 1: a and c were asked to follow")));
  files.answers.pop_back();
  ASSERT_OK_AND_ASSIGN(const Answers two, ReadAnswers(files));
  ASSERT_OK_AND_ASSIGN(const auto matches, MakeMatches(two, files, ""));
  ASSERT_THAT(matches[0].contest.constitution.clauses, SizeIs(2));
  EXPECT_EQ(matches[0].contest.constitution.clauses[1].text, "Be kind.");
}

TEST(ReadAnswersTest, UnansweredQuestionsAreRefusedOrLeftOut) {
  AnswerFiles files;
  files.questions = Questions();
  files.answers = {AnswersOf("a", {1, 1}), AnswersOf("b", {0, 1})};
  EXPECT_THAT(ReadAnswers(files),
              StatusIs(kInvalid, AllOf(HasSubstr("1 of 2 questions"), HasSubstr("question 1 has no answer of b"))));
  files.skip_missing = true;
  ASSERT_OK_AND_ASSIGN(const Answers answers, ReadAnswers(files));
  EXPECT_THAT(answers.questions, SizeIs(1));
  EXPECT_THAT(answers.notes, Contains("question 1 has no answer of b"));
  files.answers = {AnswersOf("a", {1, 1}), AnswersOf("a", {1, 1})};
  EXPECT_THAT(ReadAnswers(files), StatusIs(kInvalid, HasSubstr("another file has answers of a as well")));
}

TEST(ReadAnswersTest, WhatNobodyJudgesIsCounted) {
  AnswerFiles files;
  files.questions = Questions();
  files.answers = {AnswersOf("a", {1, 2, 1, 1}), AnswersOf("b", {2, 1})};
  files.references = AnswersOf("gpt-4", {2, 0, 1});
  ASSERT_OK_AND_ASSIGN(const Answers answers, ReadAnswers(files));
  EXPECT_THAT(answers.notes, ElementsAre("2 answers of a, which are to no question of the file (question 3, 4)",
                                         "1 answers of a have more turns than their question (question 2)",
                                         "1 second turns, which a did not answer (question 1)",
                                         "1 reference answers, which are to no question of the file (question 3)"));
  files.max_turns = 1;
  EXPECT_THAT(ReadAnswers(files)->notes, Contains("turns behind the first 1 of 1 questions (question 1)"));
}

TEST(SuiteAnswerKeysTest, AKeyIsFoundByIdAndText) {
  ASSERT_OK_AND_ASSIGN(const auto suite, embedded::DrawQuestions(embedded::Split::kTest, 640, embedded::kSuiteSeed));
  std::vector<datasets::MtBenchQuestion> questions;
  for (const embedded::Question& question : suite) questions.push_back({question.id, "math", {question.text}, {}});
  ASSERT_OK_AND_ASSIGN(const auto keys, SuiteAnswerKeys(questions));
  EXPECT_THAT(keys, SizeIs(640));
  EXPECT_EQ(keys.at(suite[639].id).facts, suite[639].answer.facts);
  std::swap(questions[5].id, questions[13].id);
  EXPECT_THAT(SuiteAnswerKeys(questions),
              StatusIs(kInvalid, HasSubstr(absl::StrCat("question ", suite[13].id, " has another text"))));
  questions[0].id = 81;
  EXPECT_THAT(SuiteAnswerKeys(questions), StatusIs(kInvalid, HasSubstr("question 81 is none")));
}

TEST(SummaryTest, CountsFlipsMissingAndRepeats) {
  const Winner m1 = Winner::kModel1, m2 = Winner::kModel2, error = Winner::kError;
  const std::vector<PairJudgment> judgments = {Judged(1, m1, m1), Judged(1, m1, m2, 1), Judged(2, m2, error),
                                               Judged(2, m2, m2, 1)};
  ASSERT_OK_AND_ASSIGN(const std::string text, SummarizePairs(judgments));
  EXPECT_THAT(text, HasSubstr("1 of 8 games missing"));
  EXPECT_THAT(text, HasSubstr("The order decided in 1 of 3 judgments"));
  EXPECT_THAT(text, HasSubstr("Repeats of a game: the same in 66.7% of 3 pairs of repeats"));
  EXPECT_THAT(text, HasSubstr("a vs b"));
  EXPECT_THAT(text, Not(HasSubstr("WARNING")));
  const std::string path = base::TestFolder() + "/other.jsonl";
  ASSERT_OK(WritePairJudgments(path, judgments));
  ASSERT_OK_AND_ASSIGN(const std::string agreement, SummarizeAgreement(judgments, path));
  EXPECT_EQ(agreement, "Agreement with m/p: the same in 100.0% of 7 games, kappa 1.000.\n");
}

TEST(SummaryTest, MostVerdictsMissingIsAWarning) {
  ASSERT_OK_AND_ASSIGN(const std::string text, SummarizePairs({Judged(1, Winner::kError, Winner::kError)}));
  EXPECT_THAT(text, HasSubstr("WARNING: 2 of 2 verdicts are missing"));
}

TEST(SummaryTest, RatingsHaveIntervalsOverQuestions) {
  std::vector<SingleJudgment> judgments;
  for (int i = 0; i < 6; ++i) {
    judgments.emplace_back();
    judgments.back().question_id = i / 2;
    judgments.back().model = "a";
    judgments.back().score = i / 2 + 4;  // 4, 5, 6, each twice
    judgments.back().repeat = i % 2;
  }
  // Cluster sums of residuals -2, 0, 2: CR1 = sqrt(8) / 6 sqrt(3 / 2), times t(2) = 4.302653.
  ASSERT_OK_AND_ASSIGN(const analysis::Estimate mean, MeanRating(judgments, "a", 1, 0.95));
  EXPECT_DOUBLE_EQ(mean.value, 5);
  EXPECT_NEAR(mean.high - mean.value, std::sqrt(8.0) / 6 * std::sqrt(1.5) * 4.302653, 1e-5);
  EXPECT_EQ(MeanRating(judgments, "b", 1, 0.95)->n, 0);
  ASSERT_OK_AND_ASSIGN(std::string text, SummarizeSingles(judgments));
  EXPECT_THAT(text, AllOf(HasSubstr("CI low"), Not(HasSubstr("WARNING"))));
  for (SingleJudgment& judgment : judgments) judgment.score = 10;
  ASSERT_OK_AND_ASSIGN(text, SummarizeSingles(judgments));
  EXPECT_THAT(text, HasSubstr("WARNING: all 6 ratings are 10"));
}

TEST(SummaryTest, MissingGamesAreNamedUpToTwenty) {
  EXPECT_THAT(SummarizeMissing({}), IsEmpty());
  EXPECT_EQ(SummarizeMissing({"x: why"}), "1 missing:\n  x: why\n");
  EXPECT_THAT(SummarizeMissing(std::vector<std::string>(25, "x")), HasSubstr("and 5 more"));
}

}  // namespace
}  // namespace evaluation

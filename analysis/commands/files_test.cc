// Data files of the commands: what is read, and what is refused with which message.
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "analysis/commands/attempts.h"
#include "analysis/commands/judgments.h"
#include "analysis/commands/rows.h"
#include "analysis/commands/score_file.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::base::StatusIs;
using ::base::WriteTestFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// "a=1,b=x;" for each row.
absl::StatusOr<std::string> Dump(const std::string& text) {
  std::istringstream in(text);
  std::string dump;
  const absl::Status status = ForEachRow(in, "f", [&](const Row& row) {
    for (const auto& item : row.members().items()) {
      absl::StrAppend(&dump, item.key(), "=",
                      item.value().is_string() ? item.value().get<std::string>() : item.value().dump(), " ");
    }
    absl::StrAppend(&dump, row.where(), ";");
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return dump;
}

TEST(RowsTest, ReadsThreeForms) {
  EXPECT_THAT(Dump("a,b\r\n1,x\r\n\r\n2,\"y, \"\"z\"\"\"\r\n"), base::IsOkAnd("a=1 b=x f:2;a=2 b=y, \"z\" f:4;"));
  EXPECT_THAT(Dump("{\"a\": 1}\n\n{\"a\": 2}"), base::IsOkAnd("a=1 f:1;a=2 f:3;"));
  EXPECT_THAT(Dump("\n [{\"a\": 1},\n {\"a\": 2}]"), base::IsOkAnd("a=1 f:1;a=2 f:2;"));
  EXPECT_THAT(Dump("\xEF\xBB\xBF"
                   "a\n1\n"),
              base::IsOkAnd("a=1 f:2;"));
  EXPECT_THAT(Dump("a,b\n1,\"two\nlines\"\n"), base::IsOkAnd("a=1 b=two\nlines f:2;"));
}

TEST(RowsTest, PythonsNonNumbersAreNullAndText) {
  EXPECT_THAT(Dump("{\"a\": NaN, \"b\": \"NaN \\\" NaN\", \"c\": -Infinity}"),
              base::IsOkAnd("a=null b=NaN \" NaN c=Infinity f:1;"));
  EXPECT_THAT(Dump("[{\"a\": NaN}]"), base::IsOkAnd("a=null f:1;"));
}

TEST(RowsTest, IdsAreTheSameAsNumbersAndText) {
  std::string ids;
  std::istringstream in(R"([{"a": 81}, {"a": "81"}, {"a": 81.0}, {"a": "81.00"}, {"a": "8.10"}, {"a": "v1.0"}])");
  ASSERT_OK(ForEachRow(in, "f", [&](const Row& row) -> absl::Status {
    absl::StrAppend(&ids, *row.Id("a"), " ");
    return absl::OkStatus();
  }));
  EXPECT_EQ(ids, "81 81 81 81 8.10 v1.0 ");
}

TEST(RowsTest, RefusesBrokenFiles) {
  EXPECT_THAT(Dump(""), StatusIs(kInvalid, HasSubstr("f: there are no rows")));
  EXPECT_THAT(Dump("a,b\n"), StatusIs(kInvalid, HasSubstr("no rows")));
  EXPECT_THAT(Dump("[]"), StatusIs(kInvalid, HasSubstr("no rows")));
  EXPECT_THAT(Dump("a,b\n1\n"), StatusIs(kInvalid, HasSubstr("f:2: there are 1 fields, and 2")));
  EXPECT_THAT(Dump("a,a\n1,2\n"), StatusIs(kInvalid, HasSubstr("names \"a\" twice")));
  EXPECT_THAT(Dump("a\n\"open\n"), StatusIs(kInvalid, HasSubstr("not closed")));
  EXPECT_THAT(Dump("a;b\n1;2\n"), StatusIs(kInvalid, HasSubstr("f:1: columns are told apart by commas")));
  EXPECT_THAT(Dump("\xFF\xFE"
                   "a"),
              StatusIs(kInvalid, HasSubstr("UTF-16")));
  EXPECT_THAT(Dump("{\"a\": 1}\n{\"a\": \n"), StatusIs(kInvalid, HasSubstr("f:2: not valid JSON")));
  EXPECT_THAT(ForEachRow("/no/such/file", [](const Row&) { return absl::OkStatus(); }),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("/no/such/file")));
}

constexpr char kHeader[] = "question_id,category,model_a,model_b,verdict,order,judge\n";

absl::StatusOr<std::vector<JudgedPair>> Judgments(const std::string& text) {
  absl::StatusOr<JudgmentFile> file = ReadJudgments(WriteTestFile("judgments", text));
  if (!file.ok()) return file.status();
  return file->pairs;
}

TEST(JudgmentsTest, TurnsPairsAndKeepsJudgesApart) {
  ASSERT_OK_AND_ASSIGN(const std::vector<JudgedPair> pairs, Judgments(absl::StrCat(kHeader,
                                                                                   "q1,math,x,y,1,1,j\n"
                                                                                   "q1,math,y,x,1,2,j\n"
                                                                                   "q2,stem,x,y,tie,1,j\n"
                                                                                   "q2,stem,x,y,,2,j\n"
                                                                                   "q1,math,x,y,y,1,k\n")));
  ASSERT_THAT(pairs, SizeIs(2));
  EXPECT_EQ(pairs[0].model_a, "x");
  ASSERT_THAT(pairs[0].questions, SizeIs(2));
  EXPECT_THAT(pairs[0].questions[0].games, ElementsAre(1, 0));
  EXPECT_THAT(pairs[0].questions[1].games, ElementsAre(0.5, std::nullopt));
  EXPECT_EQ(pairs[1].judge, "k");
  EXPECT_THAT(pairs[1].questions[0].games, ElementsAre(0));
}

TEST(JudgmentsTest, AGameThatIsNotThereIsMissing) {
  ASSERT_OK_AND_ASSIGN(const std::vector<JudgedPair> pairs,
                       Judgments(absl::StrCat(kHeader, "q1,m,x,y,1,1,j\nq1,m,x,y,1,2,j\nq2,m,x,y,1,2,j\n")));
  EXPECT_THAT(pairs[0].questions[1].games, ElementsAre(std::nullopt, 1));
}

TEST(JudgmentsTest, RefusesWhatIsAmbiguous) {
  const auto refused = [](const std::string& rows, const std::string& message) {
    EXPECT_THAT(Judgments(absl::StrCat(kHeader, rows)), StatusIs(kInvalid, HasSubstr(message)));
  };
  refused("q1,m,x,y,1,1,j\nq1,m,x,y,0,1,j\n", ":3: question q1 has this game");
  refused("q1,m,x,y,1,1,j\nq1,n,x,y,0,2,j\n", ":3: question q1 is in category \"n\" here");
  refused("q1,m,x,x,1,1,j\n", "compared with itself");
  refused("q1,m,x,y,2,1,j\n", "must be in [0, 1], not 2");
  refused("q1,m,x,y,nan,1,j\n", "finite number");
  refused("q1,m,x,y,perhaps,1,j\n", "perhaps");
  EXPECT_THAT(Judgments("question_id,model_a,model_b\nq1,x,y\n"),
              StatusIs(kInvalid, HasSubstr("\"verdict\" is missing")));
}

TEST(JudgmentsTest, ReadsFastChatAndAlpacaEval) {
  ASSERT_OK_AND_ASSIGN(
      const std::vector<JudgedPair> fastchat,
      Judgments(
          R"({"question_id": 81, "model_1": "x", "model_2": "y", "g1_winner": "model_1", "g2_winner": "error", "turn": 1})"));
  EXPECT_THAT(fastchat[0].questions[0].games, ElementsAre(1, std::nullopt));
  ASSERT_OK_AND_ASSIGN(const std::vector<JudgedPair> alpaca,
                       Judgments(R"([{"instruction": "i", "generator_1": "base", "generator_2": "new",
                                      "output_1": "abc", "output_2": "abcde", "preference": 1.75}])"));
  EXPECT_EQ(alpaca[0].model_a, "new");
  EXPECT_EQ(alpaca[0].verdicts, Verdicts::kGraded);
  EXPECT_THAT(alpaca[0].questions[0].games, ElementsAre(0.75));
  EXPECT_THAT(alpaca[0].length_differences, ElementsAre(2));
}

// The only filter's.
absl::StatusOr<AttemptFile> Attempts(const std::string& text, const AttemptColumns& columns = {}) {
  absl::StatusOr<AttemptFiles> files = ReadAttempts(WriteTestFile("a", text), columns);
  if (!files.ok()) return files.status();
  EXPECT_THAT(files->filters, SizeIs(1));
  return files->filters[0];
}

TEST(AttemptsTest, ReadsListsAndSingleAttempts) {
  ASSERT_OK_AND_ASSIGN(const AttemptFile lists, Attempts("{\"question_id\": 1, \"correct\": [0, true, 1]}"));
  EXPECT_EQ(lists.questions[0].attempts, 3);
  EXPECT_EQ(lists.questions[0].correct, 2);
  ASSERT_OK_AND_ASSIGN(const AttemptFile singles, Attempts("question_id,attempt,correct\nq,0,1\nr,0,0\nq,1,0\n"));
  EXPECT_EQ(singles.questions[0].attempts, 2);
  EXPECT_EQ(singles.questions[1].attempts, 1);
}

TEST(AttemptsTest, ReadsLmEvalsSamplesOfOneFilter) {
  const std::string text =
      R"({"doc_id": 0, "filter": "strict-match", "metrics": ["exact_match"], "exact_match": 0.0})"
      "\n"
      R"({"doc_id": 0, "filter": "flexible-extract", "metrics": ["exact_match"], "exact_match": 1.0})"
      "\n"
      R"({"doc_id": 1, "filter": "flexible-extract", "metrics": ["exact_match"], "exact_match": 0.0})";
  ASSERT_OK_AND_ASSIGN(const AttemptFile file, Attempts(text, {"", "", "flexible-extract"}));
  ASSERT_EQ(file.questions.size(), 2);
  EXPECT_EQ(file.questions[0].question_id, "0");
  EXPECT_EQ(file.questions[0].correct, 1);
  EXPECT_EQ(file.questions[1].correct, 0);
  ASSERT_OK_AND_ASSIGN(const AttemptFiles both, ReadAttempts(WriteTestFile("a", text)));
  ASSERT_THAT(both.filters, SizeIs(2));
  EXPECT_EQ(both.filters[0].filter, "strict-match");
  EXPECT_THAT(both.filters[0].questions, SizeIs(1));
  EXPECT_THAT(both.filters[1].questions, SizeIs(2));
  EXPECT_THAT(both.says, HasSubstr("a: lm-eval's samples, 3 rows."));
  EXPECT_THAT(Attempts(text, {"", "", "none"}), StatusIs(kInvalid, HasSubstr("but of strict-match, flexible-extract")));
}

TEST(AttemptsTest, OtherToolsColumnsAreKnownOrNamed) {
  ASSERT_OK_AND_ASSIGN(const AttemptFile results,
                       Attempts("{\"task_id\": \"H/0\", \"completion\": \"x\", \"passed\": true}\n"
                                "{\"task_id\": \"H/0\", \"completion\": \"y\", \"passed\": false}\n"));
  EXPECT_EQ(results.questions[0].attempts, 2);
  EXPECT_EQ(results.questions[0].correct, 1);
  // Without "metrics".
  ASSERT_OK_AND_ASSIGN(const AttemptFile samples, Attempts(R"({"doc_id": 0, "filter": "f", "exact_match": 1.0})"));
  EXPECT_EQ(samples.questions[0].correct, 1);
  EXPECT_THAT(Attempts(R"({"doc_id": 0, "filter": "f", "bleu": 1.0, "chrf": 0})"),
              StatusIs(kInvalid, HasSubstr("bleu, chrf")));
  ASSERT_OK_AND_ASSIGN(const AttemptFile named, Attempts("item,ok\n1,True\n1,false\n1.0,1\n", {"item", "ok"}));
  EXPECT_EQ(named.questions[0].attempts, 3);
  EXPECT_EQ(named.questions[0].correct, 2);
  EXPECT_THAT(Attempts("question_id,correct\n1,yes\n"), StatusIs(kInvalid, HasSubstr("a:2: \"correct\"")));
}

TEST(AttemptsTest, RefusesRepeatsAndOddValues) {
  const auto refused = [](const std::string& text, const std::string& message) {
    EXPECT_THAT(Attempts(text), StatusIs(kInvalid, HasSubstr(message)));
  };
  refused("question_id,attempt,correct\nq,0,1\nq,0,1\n", "a:3: attempt 0 at question q occurs twice");
  refused("{\"question_id\": 1, \"correct\": [0]}\n{\"question_id\": 1, \"correct\": [0]}", "occurs twice");
  refused("{\"question_id\": 1, \"correct\": [0]}\n{\"question_id\": 1, \"correct\": 0}", "occurs twice");
  refused("{\"question_id\": 1, \"correct\": [0.5]}", "0 and 1 only");
  refused("question_id,correct\nq,2\n", "must be 0 or 1, not 2");
  refused("question_id,correct\nq,\n", "\"correct\" is missing");
}

absl::StatusOr<PairedScores> Scores(const std::string& a, const std::string& b, ScoreColumns columns = {}) {
  return ReadPairedScores(WriteTestFile("a.csv", a), WriteTestFile("b.csv", b), columns);
}

TEST(ScoreFileTest, MatchesByIdAndCountsTheRest) {
  ASSERT_OK_AND_ASSIGN(const PairedScores scores, Scores("question_id,score\n1,0.5\n2,1\n3,\n4,1\n",
                                                         "question_id,score\n3,1\n2,0\n1,0\n9,1\n8,\n"));
  EXPECT_THAT(scores.a, ElementsAre(0.5, 1));
  EXPECT_THAT(scores.b, ElementsAre(0, 0));
  EXPECT_EQ(scores.only_a, 1);
  EXPECT_EQ(scores.only_b, 2);
  EXPECT_EQ(scores.no_score, 1);
}

TEST(ScoreFileTest, RefusesWhatIsAmbiguous) {
  const std::string good = "question_id,score\n1,0.5\n";
  EXPECT_THAT(Scores("question_id,score\n1,0\n1,0\n", good),
              StatusIs(kInvalid, HasSubstr("a.csv:3: item 1 occurs twice")));
  EXPECT_THAT(Scores(good, "question_id,score\n1,0\n1,0\n"),
              StatusIs(kInvalid, HasSubstr("b.csv:3: item 1 occurs twice")));
  EXPECT_THAT(Scores(good, "question_id,score\n1,nan\n"), StatusIs(kInvalid, HasSubstr("finite number")));
  EXPECT_THAT(Scores(good, "question_id,points\n1,1\n"), StatusIs(kInvalid, HasSubstr("\"score\" is missing")));
  EXPECT_THAT(Scores(good, "question_id,score\n2,1\n"), StatusIs(kInvalid, HasSubstr("no item")));
  ScoreColumns columns;
  columns.cluster = "doc";
  EXPECT_THAT(Scores("question_id,score,doc\n1,1,x\n", "question_id,score,doc\n1,1,y\n", columns),
              StatusIs(kInvalid, HasSubstr("cluster \"y\"")));
}

TEST(ScoreFileTest, RowsOfSeeds) {
  ASSERT_OK_AND_ASSIGN(const std::vector<SeedScore> rows,
                       ReadSeedScores(WriteTestFile("a.csv", "question_id,score,run\n1,0.5,42\n1,,43\n"), {}, "run"));
  ASSERT_EQ(rows.size(), 2);
  EXPECT_EQ(rows[0].seed, "42");
  EXPECT_EQ(rows[0].question, "1");
  EXPECT_EQ(rows[0].score, 0.5);
  EXPECT_TRUE(std::isnan(rows[1].score));
  ASSERT_OK_AND_ASSIGN(const std::vector<SeedScore> asked,
                       ReadSeedScores(WriteTestFile("b.csv", "question_id,score\n1,1\n"), {}, "run"));
  EXPECT_EQ(asked[0].seed, kNoSeed);
  EXPECT_THAT(ReadSeedScores(WriteTestFile("c.csv", "question_id,score,run\n1,1,\n"), {}, "run"),
              StatusIs(kInvalid, HasSubstr("c.csv:2")));
}

}  // namespace
}  // namespace analysis

#include "evaluation/formats/fastchat.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "datasets/sources/testing.h"

namespace evaluation {
namespace {

using ::base::IsOk;
using ::base::IsOkAnd;
using ::base::StatusIs;
using ::base::TestFolder;
using ::base::WriteTestFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

ModelAnswer Answer() {
  ModelAnswer answer;
  answer.question_id = 81;
  answer.model_id = "sami";
  answer.choices = {{{"one", ""}, "stop", 2}, {{"\"two\"\n\xE2\x82\xAC"}, "", -1}};
  answer.category = "writing";
  answer.setting = "positive";
  answer.constitution = "1. Be brief.";
  return answer;
}

PairJudgment Judgment() {
  PairJudgment judgment;
  judgment.question_id = 81;
  judgment.model_1 = "sami";
  judgment.model_2 = "sft";
  judgment.g1_winner = Winner::kModel1;
  judgment.g2_winner = Winner::kTie;
  judgment.judge_model = "rules";
  judgment.judge_prompt = "principle";
  judgment.g1_user_prompt = "p1";
  judgment.g1_judgment = "j1";
  judgment.g2_user_prompt = "p2";
  judgment.g2_judgment = "j2";
  judgment.category = "writing";
  return judgment;
}

TEST(ModelAnswersTest, KeysAreFastChats) {
  ModelAnswer answer = Answer();
  answer.answer_id = "id";
  const std::string path = TestFolder() + "/a.jsonl";
  ASSERT_OK(WriteModelAnswers(path, {answer}));
  EXPECT_THAT(base::ReadFile(path),
              IsOkAnd(std::string(
                  R"({"question_id":81,"answer_id":"id","model_id":"sami","choices":[)"
                  R"({"index":0,"turns":["one",""],"finish_reason":"stop","num_tokens":2},)"
                  R"({"index":1,"turns":["\"two\"\n)"
                  "\xE2\x82\xAC"
                  R"("]}],"category":"writing","setting":"positive","constitution":"1. Be brief.","tstamp":0.0})"
                  "\n")));
}

TEST(ModelAnswersTest, WhatIsWrittenIsReadAgain) {
  ModelAnswer plain;
  plain.question_id = 82;
  plain.model_id = "base";
  plain.choices = {{{"x"}, "", -1}};
  plain.tstamp = 1686286924.844282;
  const std::string path = TestFolder() + "/a.jsonl";
  ASSERT_OK(WriteModelAnswers(path, {Answer(), plain}));
  ASSERT_OK_AND_ASSIGN(const auto read, ReadModelAnswers(path));
  ASSERT_THAT(read, SizeIs(2));
  EXPECT_EQ(read[0].answer_id, AnswerId(Answer()));
  EXPECT_THAT(read[0].choices, SizeIs(2));
  EXPECT_EQ(read[0].choices[1].turns, Answer().choices[1].turns);
  EXPECT_EQ(read[0].choices[0].num_tokens, 2);
  EXPECT_EQ(read[0].constitution, "1. Be brief.");
  EXPECT_EQ(read[1].choices[0].num_tokens, -1);
  EXPECT_EQ(read[1].category, "");
  EXPECT_EQ(read[1].tstamp, plain.tstamp);
  // Written once more, the bytes are the same.
  const std::string again = TestFolder() + "/b.jsonl";
  ASSERT_OK(WriteModelAnswers(again, read));
  EXPECT_EQ(*base::ReadFile(path), *base::ReadFile(again));
}

TEST(ModelAnswersTest, IdsTellAnswersApartButNotTimes) {
  const std::string id = AnswerId(Answer());
  EXPECT_THAT(id, MatchesRegex("[0-9a-f]{22}"));
  ModelAnswer answer = Answer();
  answer.tstamp = 1;
  answer.answer_id = "other";
  EXPECT_EQ(AnswerId(answer), id);
  const auto changed = [](void (*change)(ModelAnswer&)) {
    ModelAnswer answer = Answer();
    change(answer);
    return AnswerId(answer);
  };
  EXPECT_NE(changed([](ModelAnswer& a) { a.question_id = 82; }), id);
  EXPECT_NE(changed([](ModelAnswer& a) { a.model_id = "sft"; }), id);
  EXPECT_NE(changed([](ModelAnswer& a) { a.choices[0].turns = {"one"}; }), id);
  EXPECT_NE(changed([](ModelAnswer& a) { a.setting = "steering"; }), id);
  EXPECT_NE(changed([](ModelAnswer& a) { a.constitution = ""; }), id);
}

TEST(ModelAnswersTest, BytesThatAreNoUtf8DoNotStopAnything) {
  ModelAnswer answer = Answer();
  answer.choices[0].turns = {"\xff"};
  const std::string path = TestFolder() + "/a.jsonl";
  ASSERT_OK(WriteModelAnswers(path, {answer}));
  ASSERT_OK_AND_ASSIGN(const auto read, ReadModelAnswers(path));
  EXPECT_THAT(read[0].choices[0].turns, ElementsAre("\xEF\xBF\xBD"));
  EXPECT_EQ(read[0].answer_id, AnswerId(read[0]));
}

TEST(ModelAnswersTest, IncompleteAnswersAreNotWritten) {
  const std::string path = TestFolder() + "/a.jsonl";
  const auto write = [&](void (*change)(ModelAnswer&)) {
    ModelAnswer second = Answer();
    second.question_id = 82;
    change(second);
    return WriteModelAnswers(path, {Answer(), second});
  };
  EXPECT_THAT(write([](ModelAnswer& a) { a.model_id = ""; }), StatusIs(kInvalid, HasSubstr("a.jsonl:2: \"model_id\"")));
  EXPECT_THAT(write([](ModelAnswer& a) { a.choices.clear(); }),
              StatusIs(kInvalid, HasSubstr("a.jsonl:2: \"choices\"")));
  EXPECT_THAT(write([](ModelAnswer& a) { a.choices[1].turns.clear(); }),
              StatusIs(kInvalid, HasSubstr("choice 1 has no turns")));
  EXPECT_THAT(
      write([](ModelAnswer& a) { a.question_id = 81; }),
      StatusIs(kInvalid, HasSubstr("a.jsonl:2: the answer of sami (positive) to question_id 81 was given before")));
  EXPECT_FALSE(base::FileExists(path));
  EXPECT_THAT(write([](ModelAnswer& a) {
                a.question_id = 81;
                a.setting = "steering";
              }),
              IsOk());
}

TEST(ModelAnswersTest, BadLinesAreRefused) {
  const std::string good = R"({"question_id": 1, "answer_id": "i", "model_id": "m", )"
                           R"("choices": [{"index": 0, "turns": ["a"]}], "tstamp": 0})";
  const auto read = [&](absl::string_view from, absl::string_view to) {
    return ReadModelAnswers(WriteTestFile("a.jsonl", absl::StrReplaceAll(good, {{from, to}})));
  };
  EXPECT_THAT(read("", ""), IsOkAnd(SizeIs(1)));
  EXPECT_THAT(read("\"index\": 0", "\"index\": 1"),
              StatusIs(kInvalid, HasSubstr("a.jsonl:1: choices[0]: \"index\" must be 0, and is 1")));
  EXPECT_THAT(read("[\"a\"]", "[]"), StatusIs(kInvalid, HasSubstr("a.jsonl:1: choice 0 has no turns")));
  EXPECT_THAT(read("[\"a\"]", "\"a\""), StatusIs(kInvalid, HasSubstr("\"turns\" must be a list of strings")));
  EXPECT_THAT(read("[{\"index\": 0, \"turns\": [\"a\"]}]", "{}"),
              StatusIs(kInvalid, HasSubstr("\"choices\" must be a list")));
  EXPECT_THAT(read("[{\"index\": 0, \"turns\": [\"a\"]}]", "[1]"),
              StatusIs(kInvalid, HasSubstr("a choice must be an object")));
  EXPECT_THAT(read("\"tstamp\": 0", "\"tstamp\": \"0\""), StatusIs(kInvalid, HasSubstr("\"tstamp\" must be a number")));
  EXPECT_THAT(read("\"m\"", "1"), StatusIs(kInvalid, HasSubstr("\"model_id\" must be a string")));
  EXPECT_THAT(read("}", ""), StatusIs(kInvalid, HasSubstr("a.jsonl:1: not valid JSON")));
}

TEST(ModelAnswersTest, FastChatsOwnFileSurvivesARoundTrip) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "mt_bench/gpt-4.jsonl");
  ASSERT_OK_AND_ASSIGN(const auto answers, ReadModelAnswers(path));
  ASSERT_THAT(answers, SizeIs(30));
  const std::string copy = TestFolder() + "/copy.jsonl";
  ASSERT_OK(WriteModelAnswers(copy, answers));
  ASSERT_OK_AND_ASSIGN(const auto theirs, base::ReadJsonLines(path));
  ASSERT_OK_AND_ASSIGN(const auto ours, base::ReadJsonLines(copy));
  ASSERT_THAT(ours, SizeIs(30));
  for (size_t i = 0; i < theirs.size(); ++i) EXPECT_EQ(ours[i].value, theirs[i].value) << theirs[i].where;
}

TEST(PairJudgmentsTest, KeysAreFastChats) {
  const std::string path = TestFolder() + "/j.jsonl";
  ASSERT_OK(WritePairJudgments(path, {Judgment()}));
  EXPECT_THAT(base::ReadFile(path),
              IsOkAnd(std::string(
                  R"({"question_id":81,"model_1":"sami","model_2":"sft","g1_winner":"model_1","g2_winner":"tie",)"
                  R"("judge":["rules","principle"],"g1_user_prompt":"p1","g1_judgment":"j1","g2_user_prompt":"p2",)"
                  R"("g2_judgment":"j2","turn":1,"category":"writing","tstamp":0.0})"
                  "\n")));
}

TEST(PairJudgmentsTest, WhatIsWrittenIsReadAgain) {
  PairJudgment other = Judgment();
  other.turn = 2;
  other.g1_winner = Winner::kModel2;
  other.g2_winner = Winner::kError;
  other.setting = "steering";
  const std::string path = TestFolder() + "/j.jsonl";
  ASSERT_OK(WritePairJudgments(path, {Judgment(), other}));
  ASSERT_OK_AND_ASSIGN(const auto read, ReadPairJudgments(path));
  ASSERT_THAT(read, SizeIs(2));
  EXPECT_EQ(read[0].g2_winner, Winner::kTie);
  EXPECT_EQ(read[1].g1_winner, Winner::kModel2);
  EXPECT_EQ(read[1].g2_winner, Winner::kError);
  EXPECT_EQ(read[1].judge_prompt, "principle");
  const std::string again = TestFolder() + "/k.jsonl";
  ASSERT_OK(WritePairJudgments(again, read));
  EXPECT_EQ(*base::ReadFile(path), *base::ReadFile(again));
}

TEST(PairJudgmentsTest, BothGames) {
  const Winner m1 = Winner::kModel1, m2 = Winner::kModel2, tie = Winner::kTie, error = Winner::kError;
  const struct {
    Winner g1, g2, both;
  } kCases[] = {{m1, m1, m1},   {m2, m2, m2},   {tie, tie, tie},    {m1, m2, tie},      {m2, m1, tie},
                {m1, tie, tie}, {tie, m2, tie}, {error, m1, error}, {m2, error, error}, {error, error, error}};
  for (const auto& c : kCases) {
    PairJudgment judgment = Judgment();
    judgment.g1_winner = c.g1;
    judgment.g2_winner = c.g2;
    EXPECT_EQ(BothGames(judgment), c.both) << static_cast<int>(c.g1) << ' ' << static_cast<int>(c.g2);
  }
}

TEST(PairJudgmentsTest, BadJudgmentsAreRefused) {
  const std::string path = TestFolder() + "/j.jsonl";
  ASSERT_OK(WritePairJudgments(path, {Judgment()}));
  const std::string good = *base::ReadFile(path);
  const auto read = [&](absl::string_view from, absl::string_view to) {
    return ReadPairJudgments(WriteTestFile("j.jsonl", absl::StrReplaceAll(good, {{from, to}})));
  };
  EXPECT_THAT(
      read("\"tie\"", "\"A\""),
      StatusIs(kInvalid, HasSubstr("j.jsonl:1: \"g2_winner\" must be model_1, model_2, tie or error, and is \"A\"")));
  EXPECT_THAT(read("\"sft\"", "\"sami\""),
              StatusIs(kInvalid, HasSubstr("j.jsonl:1: \"model_1\" and \"model_2\" must name")));
  EXPECT_THAT(read("\"turn\":1", "\"turn\":0"), StatusIs(kInvalid, HasSubstr("\"turn\" counts from 1 on, and is 0")));
  EXPECT_THAT(read("[\"rules\",\"principle\"]", "[\"rules\"]"), StatusIs(kInvalid, HasSubstr("\"judge\" must be")));
  EXPECT_THAT(read("[\"rules\",\"principle\"]", "\"rules\""), StatusIs(kInvalid, HasSubstr("a list of strings")));
  EXPECT_THAT(read("\"g1_judgment\"", "\"g1\""), StatusIs(kInvalid, HasSubstr("the key \"g1_judgment\" is missing")));
  EXPECT_THAT(ReadPairJudgments(WriteTestFile("j.jsonl", good + good)),
              StatusIs(kInvalid, HasSubstr("at turn 1 of question_id 81 was given before")));
  EXPECT_THAT(WritePairJudgments(TestFolder() + "/k.jsonl", {Judgment(), Judgment()}),
              StatusIs(kInvalid, HasSubstr("k.jsonl:2: the judgment of rules, principle on sami and sft at turn 1")));
  EXPECT_FALSE(base::FileExists(TestFolder() + "/k.jsonl"));
}

}  // namespace
}  // namespace evaluation

#include "datasets/mt_bench/questions.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/sources/testing.h"

namespace datasets {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::base::WriteTestFile;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr char kGood[] =
    "{\"question_id\": 3, \"category\": \"math\", \"turns\": [\"1+1?\", \"And 2+2?\"], "
    "\"reference\": [\"2\", \"4\"]}\n";

// What reading `line` after one good line says.
absl::Status SecondLine(const std::string& line) {
  return ReadMtBenchQuestions(WriteTestFile("q.jsonl", absl::StrCat(kGood, line, "\n"))).status();
}

TEST(QuestionsTest, AreReadInOrder) {
  const std::string path = WriteTestFile(
      "q.jsonl",
      absl::StrCat(kGood, "\n{\"turns\": [\"\xC3\xA9?\"], \"category\": \"new\", \"question_id\": -1, \"x\": 1}"));
  ASSERT_OK_AND_ASSIGN(const auto questions, ReadMtBenchQuestions(path));
  ASSERT_THAT(questions, SizeIs(2));
  EXPECT_EQ(questions[0].id, 3);
  EXPECT_EQ(questions[0].category, "math");
  EXPECT_THAT(questions[0].turns, ElementsAre("1+1?", "And 2+2?"));
  EXPECT_THAT(questions[0].reference, ElementsAre("2", "4"));
  EXPECT_EQ(questions[1].id, -1);
  EXPECT_THAT(questions[1].turns, ElementsAre("\xC3\xA9?"));
  EXPECT_THAT(questions[1].reference, IsEmpty());
}

TEST(QuestionsTest, AQuestionWithoutTurnsIsRefused) {
  EXPECT_THAT(SecondLine(R"({"question_id": 4, "category": "math", "turns": []})"),
              StatusIs(kInvalid, HasSubstr("q.jsonl:2: \"turns\" must have at least one entry")));
  EXPECT_THAT(SecondLine(R"({"question_id": 4, "category": "math"})"),
              StatusIs(kInvalid, HasSubstr("q.jsonl:2: the key \"turns\" is missing")));
  EXPECT_THAT(SecondLine(R"({"question_id": 4, "category": "math", "turns": ["a", " "]})"),
              StatusIs(kInvalid, HasSubstr("q.jsonl:2: entry 1 of \"turns\" must not be empty")));
}

TEST(QuestionsTest, ARepeatedIdIsRefused) {
  EXPECT_THAT(SecondLine(kGood), StatusIs(kInvalid, AllOf(HasSubstr("q.jsonl:2: question_id 3 was given before"),
                                                          HasSubstr("q.jsonl:1"))));
}

TEST(QuestionsTest, MalformedLinesAreRefused) {
  EXPECT_THAT(SecondLine(R"({"question_id": 4, "category")"),
              StatusIs(kInvalid, HasSubstr("q.jsonl:2: not valid JSON")));
  EXPECT_THAT(SecondLine("[]"), StatusIs(kInvalid, HasSubstr("q.jsonl:2: a line must be a JSON object")));
}

TEST(QuestionsTest, OtherTypesAreRefused) {
  EXPECT_THAT(SecondLine(R"({"question_id": "q4", "category": "math", "turns": ["a"]})"),
              StatusIs(kInvalid, HasSubstr("q.jsonl:2: \"question_id\" must be an integer, and is a string")));
  EXPECT_THAT(SecondLine(R"({"question_id": 4.5, "category": "math", "turns": ["a"]})"),
              StatusIs(kInvalid, HasSubstr("must be an integer")));
  EXPECT_THAT(SecondLine(R"({"question_id": 4, "category": null, "turns": ["a"]})"),
              StatusIs(kInvalid, HasSubstr("\"category\" must be a string")));
  EXPECT_THAT(SecondLine(R"({"question_id": 4, "category": "math", "turns": ["a", 1]})"),
              StatusIs(kInvalid, HasSubstr("\"turns\" must be a list of strings")));
  EXPECT_THAT(SecondLine(R"({"question_id": 4, "category": "math", "turns": ["a"], "reference": null})"),
              StatusIs(kInvalid, HasSubstr("\"reference\" must be a list of strings")));
}

TEST(QuestionsTest, MoreReferencesThanTurnsAreRefused) {
  EXPECT_THAT(SecondLine(R"({"question_id": 4, "category": "math", "turns": ["a"], "reference": ["b", "c"]})"),
              StatusIs(kInvalid, HasSubstr("q.jsonl:2: question 4 has 2 references for 1 turns")));
}

TEST(QuestionsTest, FilesWithoutQuestionsAreRefused) {
  EXPECT_THAT(ReadMtBenchQuestions(WriteTestFile("q.jsonl", "")), StatusIs(kInvalid, HasSubstr("the file is empty")));
  EXPECT_THAT(ReadMtBenchQuestions("/no/such/file"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("/no/such/file")));
}

TEST(ReferenceAnswersTest, AreReadAndChecked) {
  const auto read = [](const std::string& lines) {
    return ReadMtBenchReferenceAnswers(WriteTestFile("r.jsonl", lines));
  };
  const std::string good = R"({"question_id": 3, "model_id": "m", "choices": [{"index": 0, "turns": ["a", "b"]}]})";
  ASSERT_OK_AND_ASSIGN(const auto answers, read(good));
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_EQ(answers[0].question_id, 3);
  EXPECT_EQ(answers[0].model, "m");
  EXPECT_THAT(answers[0].turns, ElementsAre("a", "b"));
  EXPECT_THAT(read(good + "\n" + good), StatusIs(kInvalid, HasSubstr("r.jsonl:2: question_id 3 was given before")));
  EXPECT_THAT(read(R"({"question_id": 3, "model_id": "m", "choices": []})"),
              StatusIs(kInvalid, HasSubstr("r.jsonl:1: \"choices\" must be a list of one answer")));
  EXPECT_THAT(read(R"({"question_id": 3, "model_id": "m", "choices": [{"turns": []}]})"),
              StatusIs(kInvalid, HasSubstr("r.jsonl:1: choices[0]: \"turns\" must have at least one entry")));
  EXPECT_THAT(read(R"({"question_id": 3, "model_id": "m", "choices": ["a"]})"), StatusIs(kInvalid, HasSubstr("turns")));
}

TEST(PinnedQuestionsTest, AreEightyInEightCategories) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "mt_bench/question.jsonl");
  ASSERT_OK_AND_ASSIGN(const auto questions, ReadMtBenchQuestions(path));
  ASSERT_THAT(questions, SizeIs(80));
  constexpr const char* kCategories[] = {"writing", "roleplay",   "reasoning", "math",
                                         "coding",  "extraction", "stem",      "humanities"};
  for (size_t i = 0; i < questions.size(); ++i) {
    EXPECT_EQ(questions[i].id, 81 + i);
    EXPECT_EQ(questions[i].category, kCategories[i / 10]);
    EXPECT_THAT(questions[i].turns, SizeIs(2));
  }
}

TEST(PinnedReferenceAnswersTest, CoverReasoningMathAndCoding) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "mt_bench/gpt-4.jsonl");
  ASSERT_OK_AND_ASSIGN(const auto answers, ReadMtBenchReferenceAnswers(path));
  ASSERT_THAT(answers, SizeIs(30));
  for (size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(answers[i].question_id, 101 + i);
    EXPECT_THAT(answers[i].turns, SizeIs(2));
  }
}

}  // namespace
}  // namespace datasets

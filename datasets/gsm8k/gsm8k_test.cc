#include "datasets/gsm8k/gsm8k.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "base/testing.h"
#include "datasets/gsm8k/testing/solutions.h"
#include "datasets/sources/testing.h"

namespace datasets {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::base::WriteTestFile;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

TEST(Gsm8kGoldTest, IsTheNumberOfTheLastLine) {
  EXPECT_THAT(Gsm8kGold("2 + 2 = <<2+2=4>>4\n#### 4"), IsOkAnd(std::string("4")));
  EXPECT_THAT(Gsm8kGold("#### 1,450,000 \n"), IsOkAnd(std::string("1450000")));
  EXPECT_THAT(Gsm8kGold("below zero\n#### -10"), IsOkAnd(std::string("-10")));
  EXPECT_THAT(Gsm8kGold("half\n#### 0.5"), IsOkAnd(std::string("0.5")));
  EXPECT_THAT(Gsm8kGold("#### 1\n#### 2"), IsOkAnd(std::string("2")));
}

TEST(Gsm8kGoldTest, AnythingElseIsRefused) {
  for (const char* answer : {"", "4", "#### ", "####4", "#### four", "#### 4 apples", "#### --4", "#### -", "#### .5",
                             "#### 5.", "#### 1.2.3", "#### $4", "#### 4\nSo it is 4.", "It is #### 4", "#### ,"}) {
    EXPECT_THAT(Gsm8kGold(answer), StatusIs(kInvalid, HasSubstr("must be \"#### \" and a number"))) << answer;
  }
}

TEST(Gsm8kTest, ProblemsAreReadInOrder) {
  ASSERT_OK_AND_ASSIGN(const auto problems,
                       ReadGsm8k(WriteTestFile("p.jsonl", R"({"question": "q1", "answer": "because\n#### 1,000"}
{"question": "q2", "answer": "#### 2"})")));
  ASSERT_THAT(problems, SizeIs(2));
  EXPECT_EQ(problems[0].question, "q1");
  EXPECT_EQ(problems[0].answer, "because\n#### 1,000");
  EXPECT_EQ(problems[0].gold, "1000");
  EXPECT_EQ(problems[1].gold, "2");
}

TEST(Gsm8kTest, BadLinesAreRefused) {
  const auto read = [](const std::string& line) { return ReadGsm8k(WriteTestFile("p.jsonl", "\n" + line)); };
  EXPECT_THAT(read(R"({"question": "q", "answer": "4"})"), StatusIs(kInvalid, HasSubstr("p.jsonl:2: the last line")));
  EXPECT_THAT(read(R"({"question": "q"})"), StatusIs(kInvalid, HasSubstr("p.jsonl:2: the key \"answer\" is missing")));
  EXPECT_THAT(read(R"({"question": "", "answer": "#### 4"})"),
              StatusIs(kInvalid, HasSubstr("p.jsonl:2: \"question\"")));
  EXPECT_THAT(read(R"({"question": "q", "answer": 4})"), StatusIs(kInvalid, HasSubstr("must be a string")));
  EXPECT_THAT(read("{"), StatusIs(kInvalid, HasSubstr("p.jsonl:2: not valid JSON")));
  EXPECT_THAT(read(""), StatusIs(kInvalid, HasSubstr("the file is empty")));
}

int64_t Negatives(const std::vector<Gsm8kProblem>& problems) {
  return std::count_if(problems.begin(), problems.end(), [](const Gsm8kProblem& p) { return p.gold[0] == '-'; });
}

void ExpectWholeNumbers(const std::vector<Gsm8kProblem>& problems) {
  for (const Gsm8kProblem& problem : problems) {
    int64_t number;
    EXPECT_TRUE(absl::SimpleAtoi(problem.gold, &number)) << problem.gold;
  }
}

TEST(PinnedGsm8kTest, TestSplit) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "gsm8k/test.jsonl");
  ASSERT_OK_AND_ASSIGN(const auto problems, ReadGsm8k(path));
  EXPECT_THAT(problems, SizeIs(1319));
  EXPECT_EQ(Negatives(problems), 2);
  ExpectWholeNumbers(problems);
}

TEST(Gsm8kSolutionsTest, BadLinesAreRefused) {
  const auto read = [](const std::string& lines) { return ReadGsm8kSolutions(WriteTestFile("s.jsonl", lines)); };
  const std::string good =
      R"({"question": "q", "ground_truth": "A: 1", "m": {"is_correct": true, "solution": "A: 1"}})";
  ASSERT_OK_AND_ASSIGN(const auto solved, read(good));
  EXPECT_TRUE(solved[0].solutions.at("m").is_correct);
  EXPECT_EQ(solved[0].solutions.at("m").text, "A: 1");
  EXPECT_THAT(read(R"({"question": "q"})"), StatusIs(kInvalid, HasSubstr("s.jsonl:1: there is no model's solution")));
  EXPECT_THAT(read(R"({"question": "q", "m": {"is_correct": 1, "solution": ""}})"),
              StatusIs(kInvalid, HasSubstr("\"m\" must have")));
  EXPECT_THAT(read(good + R"(
{"question": "q", "n": {"is_correct": true, "solution": "A: 1"}})"),
              StatusIs(kInvalid, HasSubstr("s.jsonl:2: its models differ")));
  EXPECT_THAT(read(""), StatusIs(kInvalid, HasSubstr("empty")));
}

TEST(PinnedGsm8kTest, Solutions) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "gsm8k/example_model_solutions.jsonl");
  ASSERT_OK_AND_ASSIGN(const auto solved, ReadGsm8kSolutions(path));
  EXPECT_THAT(solved, SizeIs(1319));
  EXPECT_THAT(solved[0].solutions, SizeIs(4));
}

TEST(PinnedGsm8kTest, TrainSplit) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "gsm8k/train.jsonl");
  ASSERT_OK_AND_ASSIGN(const auto problems, ReadGsm8k(path));
  EXPECT_THAT(problems, SizeIs(7473));
  EXPECT_EQ(Negatives(problems), 3);
  ExpectWholeNumbers(problems);
}

}  // namespace
}  // namespace datasets

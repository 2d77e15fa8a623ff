#include "datasets/gsm8k/gsm8k.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "base/testing.h"
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

TEST(PinnedGsm8kTest, TrainSplit) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "gsm8k/train.jsonl");
  ASSERT_OK_AND_ASSIGN(const auto problems, ReadGsm8k(path));
  EXPECT_THAT(problems, SizeIs(7473));
  EXPECT_EQ(Negatives(problems), 3);
  ExpectWholeNumbers(problems);
}

}  // namespace
}  // namespace datasets

#include "evaluation/math/math_score.h"

#include "base/testing.h"

namespace evaluation {
namespace {

using ::base::StatusIs;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

absl::StatusOr<std::vector<datasets::Gsm8kProblem>> Read(const std::string& lines) {
  return ReadMathProblems(base::WriteTestFile("math.jsonl", lines));
}

TEST(MathScoreTest, FormsOfProblems) {
  ASSERT_OK_AND_ASSIGN(const auto problems,
                       Read(R"x({"problem": "p", "solution": "so $\\boxed{\\frac12}$", "level": "1"}
{"problem": "p", "solution": "long", "answer": "(1,2)"}
{"question": "q", "answer": "3 + 4 = 7\n#### 7"}
{"question": "q", "answer": "x^2"})x"));
  EXPECT_EQ(problems[0].gold, "\\frac12");
  EXPECT_EQ(problems[1].gold, "(1,2)");
  EXPECT_EQ(problems[2].gold, "7");
  EXPECT_EQ(problems[3].gold, "x^2");
  EXPECT_THAT(Read(R"({"problem": "p", "solution": "no box"})"),
              StatusIs(kInvalid, HasSubstr("math.jsonl:1: its \"sol")));
  EXPECT_THAT(Read(R"({"problem": "p"})"), StatusIs(kInvalid, HasSubstr("\"solution\"")));
  EXPECT_THAT(Read(""), StatusIs(kInvalid, HasSubstr("empty")));
}

// Of five responses two are right: 1/2 by value, x^2 as text.
TEST(MathScoreTest, CountsEachWayToBeComparedApart) {
  ScoredResponses scored;
  scored.problems = {{"a", "", "\\frac12"}, {"b", "", "x^2"}};
  scored.responses = {{"\\boxed{0.5}", "\\boxed{0.6}", "half"}, {"\\boxed{x^2}", "\\boxed{y}"}};
  scored.questions = {0, 1};
  ASSERT_OK_AND_ASSIGN(const analysis::Table table, MathTable(scored));
  const std::vector<analysis::Cell>& row = table.rows[0];
  EXPECT_DOUBLE_EQ(std::get<double>(row[2]), (1.0 / 3 + 1.0 / 2) / 2);
  for (size_t column = 5; column < 10; ++column) EXPECT_EQ(std::get<int64_t>(row[column]), 1) << column;
  EXPECT_THAT(table.notes, SizeIs(1));
  EXPECT_THAT(MathMismatches(scored, -1).rows, SizeIs(4));
  EXPECT_THAT(MathMismatches(scored, 1).rows, SizeIs(1));
  EXPECT_THAT(MathMismatches(scored, 1).caption, HasSubstr("4 responses"));
}

}  // namespace
}  // namespace evaluation

#include "evaluation/extraction/rule_tables.h"

#include "base/testing.h"

namespace evaluation {
namespace {

using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
constexpr AnswerRule kOpenai = AnswerRule::kOpenAi, kDefault = AnswerRule::kDefault;

ScoredResponses Scored(const std::vector<std::vector<std::string>>& responses) {
  ScoredResponses scored;
  for (size_t q = 0; q < responses.size(); ++q) scored.problems.push_back({"q", "#### 2", "2"});
  scored.responses = responses;
  for (size_t q = 0; q < responses.size(); ++q) scored.questions.push_back(q);
  return scored;
}

std::vector<std::string> Titles(const analysis::Table& table) {
  std::vector<std::string> titles;
  for (const auto& column : table.columns) titles.push_back(column.title);
  return titles;
}

TEST(RuleTablesTest, AShareOfRightResponsesIsAQuestionsScore) {
  // By openai's rule the questions score 1/2 and 0; by ours 1 and 1/2.
  const ScoredResponses scored = Scored({{"#### 2", "The answer is 2."}, {"The answer is 2.", "#### 3"}});
  ASSERT_OK_AND_ASSIGN(const analysis::Table table, RuleTable(scored, {kOpenai, kDefault}));
  ASSERT_THAT(table.rows, SizeIs(2));
  EXPECT_EQ(std::get<int64_t>(table.rows[0][1]), 2);
  EXPECT_DOUBLE_EQ(std::get<double>(table.rows[0][2]), 0.25);
  EXPECT_DOUBLE_EQ(std::get<double>(table.rows[1][2]), 0.75);
  EXPECT_EQ(Titles(table)[5], "any of 2 %");
  EXPECT_DOUBLE_EQ(std::get<double>(table.rows[0][5]), 0.5);
  EXPECT_DOUBLE_EQ(std::get<double>(table.rows[1][5]), 1);
  EXPECT_EQ(std::get<int64_t>(table.rows[0].back()), 2);  // responses without ####
  EXPECT_THAT(table.notes[0], HasSubstr("25.0% to 75.0%"));
}

TEST(RuleTablesTest, UnequalNumbersOfResponsesHaveNoMajority) {
  ASSERT_OK_AND_ASSIGN(const analysis::Table table, RuleTable(Scored({{"#### 2", "#### 2"}, {"#### 3"}}), {kOpenai}));
  EXPECT_THAT(Titles(table), SizeIs(6));
  EXPECT_DOUBLE_EQ(std::get<double>(table.rows[0][2]), 0.5);
}

TEST(RuleTablesTest, ResponsesOnWhichRulesDisagreeAreShownUpToALimit) {
  const ScoredResponses scored = Scored({{"A: 2"}, {"#### 2"}, {"A: 2"}, {"none"}});
  EXPECT_THAT(DisagreementTable(scored, {kOpenai, kDefault}, -1).rows, SizeIs(2));
  const analysis::Table one = DisagreementTable(scored, {kOpenai, kDefault}, 1);
  EXPECT_THAT(one.rows, SizeIs(1));
  EXPECT_THAT(one.caption, HasSubstr("disagree on 2 of 4 responses; the first 1"));
  EXPECT_THAT(std::get<std::string>(one.rows[0].back()), HasSubstr("\u2713"));
}

TEST(RuleTablesTest, PairsOfRulesThatDisagree) {
  const ScoredResponses scored = Scored({{"A: 2"}, {"#### 2"}, {"A: 2"}, {"none"}});
  const analysis::Table table = PairTable(scored, {kOpenai, kDefault});
  EXPECT_EQ(std::get<int64_t>(table.rows[0][1]), 0);
  EXPECT_EQ(std::get<int64_t>(table.rows[0][2]), 2);
  EXPECT_EQ(std::get<int64_t>(table.rows[1][1]), 2);
}

TEST(ChooseQuestionsTest, UnansweredOnesAreRefusedWrongOrLeftOut) {
  const auto choose = [](const std::string& missing, ScoredResponses* scored, std::string* note) {
    *scored = Scored({{}, {"#### 2"}});
    scored->questions.clear();
    note->clear();
    return ChooseQuestions(missing, scored, note);
  };
  ScoredResponses scored;
  std::string note;
  EXPECT_THAT(choose("refuse", &scored, &note), StatusIs(kInvalid, HasSubstr("1 of 2 questions have no answer")));
  EXPECT_THAT(choose("perhaps", &scored, &note), StatusIs(kInvalid, HasSubstr("not \"perhaps\"")));
  ASSERT_OK(choose("skip", &scored, &note));
  EXPECT_THAT(scored.questions, ElementsAre(1));
  EXPECT_THAT(note, HasSubstr("left out"));
  ASSERT_OK(choose("wrong", &scored, &note));
  EXPECT_THAT(scored.questions, ElementsAre(0, 1));
  EXPECT_THAT(note, HasSubstr("count as wrong"));
  scored = Scored({{"#### 2"}});
  scored.questions.clear();
  note.clear();
  ASSERT_OK(ChooseQuestions("refuse", &scored, &note));
  EXPECT_THAT(note, IsEmpty());
}

}  // namespace
}  // namespace evaluation

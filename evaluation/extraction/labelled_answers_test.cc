#include "evaluation/extraction/labelled_answers.h"

#include "base/program.h"
#include "base/testing.h"

namespace evaluation {
namespace {

using ::base::StatusIs;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
const std::vector<AnswerRule> kAll(kAnswerRules.begin(), kAnswerRules.end());

absl::StatusOr<std::vector<LabelledAnswer>> Read(const std::string& lines) {
  return ReadLabelledAnswers(base::WriteTestFile("labels.jsonl", lines));
}

TEST(LabelledAnswersTest, BadLinesAreRefused) {
  EXPECT_THAT(Read(""), StatusIs(kInvalid, HasSubstr("empty")));
  EXPECT_THAT(Read(R"({"text": "4"})"), StatusIs(kInvalid, HasSubstr("labels.jsonl:1: it has no \"answer\"")));
  EXPECT_THAT(Read(R"({"text": "4", "answer": "four"})"), StatusIs(kInvalid, HasSubstr("is \"four\"")));
  EXPECT_THAT(Read(R"({"text": "4", "answer": 4})"), StatusIs(kInvalid, HasSubstr("\"answer\"")));
  EXPECT_THAT(Read(R"({"answer": null})"), StatusIs(kInvalid, HasSubstr("\"text\"")));
}

TEST(LabelledAnswersTest, EveryCellOfTheConfusion) {
  ASSERT_OK_AND_ASSIGN(const auto answers, Read(R"({"text": "#### 4", "answer": "4"}
{"text": "#### 5 ", "answer": "4"}
{"text": "It is 4.", "answer": "4"}
{"text": "#### 4", "answer": null}
{"text": "4 of what?", "answer": null}
{"text": "", "answer": null, "kind": "blank"})"));
  const Confusion confusion = Confuse(AnswerRule::kOpenAi, answers);
  EXPECT_EQ(confusion.right, 1);
  EXPECT_EQ(confusion.wrong_number, 1);
  EXPECT_EQ(confusion.none_for_number, 1);
  EXPECT_EQ(confusion.number_for_none, 1);
  EXPECT_EQ(confusion.none, 2);
  const analysis::Table table = ConfusionTable(answers, {AnswerRule::kOpenAi});
  EXPECT_DOUBLE_EQ(std::get<double>(table.rows[0][1]), 0.5);
  EXPECT_THAT(MisreadTable(answers, {AnswerRule::kOpenAi}, -1).rows, SizeIs(3));
  EXPECT_THAT(MisreadTable(answers, {AnswerRule::kOpenAi}, 1).rows, SizeIs(1));
}

// The labels were written before the rule; those that it misreads stay.
TEST(LabelledAnswersTest, DefaultAgreesWithTheLabelsAndNoPublishedRuleMore) {
  ASSERT_OK_AND_ASSIGN(const auto answers,
                       ReadLabelledAnswers(base::Runfile("evaluation/extraction/labelled_answers.jsonl")));
  ASSERT_GE(answers.size(), 300u);
  const auto agreed = [&](AnswerRule rule) {
    const Confusion confusion = Confuse(rule, answers);
    return confusion.right + confusion.none;
  };
  const int64_t ours = agreed(AnswerRule::kDefault);
  EXPECT_GE(ours, 0.97 * answers.size()) << analysis::ToText(MisreadTable(answers, {AnswerRule::kDefault}, -1));
  for (const AnswerRule rule : kAll) EXPECT_LE(agreed(rule), ours) << AnswerRuleName(rule);
}

}  // namespace
}  // namespace evaluation

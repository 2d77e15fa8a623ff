#include "evaluation/extraction/rules.h"

#include "base/testing.h"

namespace evaluation {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::HasSubstr;

std::string Extracted(AnswerRule rule, absl::string_view text) { return ExtractAnswer(rule, text).value_or(kNoAnswer); }

std::string Default(absl::string_view text) { return Extracted(AnswerRule::kDefault, text); }

TEST(AnswerRulesTest, NamesGoBothWays) {
  for (const AnswerRule rule : kAnswerRules) EXPECT_THAT(AnswerRuleFromName(AnswerRuleName(rule)), IsOkAnd(rule));
  EXPECT_THAT(AnswerRuleFromName("strict"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("openai, lm-eval-strict, lm-eval-flexible")));
}

// One text on which all five differ, worked out by hand.
TEST(AnswerRulesTest, EachReadsItsOwnWay) {
  const std::string text = "It costs 2 * 600 = $1,200.50.\n#### 1,200.5\n\nQ: What is 7 = 3 + x, x < 40.\n";
  EXPECT_EQ(Extracted(AnswerRule::kOpenAi, text), "1200.5");
  EXPECT_EQ(Extracted(AnswerRule::kLmEvalStrict, text), "1,200.5");
  EXPECT_EQ(Extracted(AnswerRule::kLmEvalFlexible, text), "40.");
  EXPECT_EQ(Extracted(AnswerRule::kSamiExt, text), "40");
  EXPECT_EQ(Default(text), "1200.5");
}

TEST(AnswerRulesTest, PublishedQuirks) {
  EXPECT_EQ(Extracted(AnswerRule::kOpenAi, "####7 #### x #### 8"), "8");
  EXPECT_EQ(Extracted(AnswerRule::kOpenAi, "#### -"), kNoAnswer);
  EXPECT_EQ(Extracted(AnswerRule::kLmEvalFlexible, "-$3 then --4"), "-4");
  EXPECT_EQ(Extracted(AnswerRule::kLmEvalFlexible, "- $"), kNoAnswer);
  EXPECT_EQ(Extracted(AnswerRule::kSamiExt, "so -1,234.50"), "50");
  EXPECT_EQ(Extracted(AnswerRule::kSamiExt, "12 = none"), kNoAnswer);
  EXPECT_EQ(Extracted(AnswerRule::kSamiExt, "\u0664\u0662"), "42");
  EXPECT_EQ(Extracted(AnswerRule::kSamiExt, "007"), "7");
  EXPECT_EQ(Extracted(AnswerRule::kSamiExt, "0"), "0");
  EXPECT_EQ(Extracted(AnswerRule::kSamiExt, "9\xFF\xF0\x9F"), "9");  // broken UTF-8
  EXPECT_TRUE(IsRightAnswer(AnswerRule::kSamiExt, "10", "x\n#### -10"));
  EXPECT_FALSE(IsRightAnswer(AnswerRule::kLmEvalFlexible, "18.0", "x\n#### 18"));
  EXPECT_TRUE(IsRightAnswer(AnswerRule::kLmEvalFlexible, "$1000.", "x\n#### 1,000"));
}

TEST(AnswerRulesTest, DefaultTakesTheFirstFinalAnswer) {
  const std::pair<const char*, const char*> kCases[] = {
      {"#### 18", "18"},
      {"####18", "18"},
      {"#### -5", "-5"},
      {"#### $1,000.50", "1000.5"},
      {"#### 10 apples", "10"},
      {"#### 3/4", "0.75"},
      {"#### 10\n#### 11", "10"},
      {"#### Step 1: add\n#### Step 2: stop\n5 + 6 = 11", "11"},
      {"#### 12 + 3 = 15", "15"},
      {"The answer is 42. There are 7 dogs.", "42"},
      {"the final Answer is: $x = 5$.", "5"},
      {"Answer:\n\n42\n", "42"},
      {"**Answer:** 42", "42"},
      {"so \\boxed{64}, 3 times", "64"},
      {"\\boxed{x}, that is 7", "7"},
      {"4 + 3 = 7\nA: 7\nB: 9", "7"},
      {"A: First 3, then 4.", "4"},  // no mark in the first line
      {"10\n\nQ: next 99", "10"},
      {"10\n**Question:** next 99", "10"},
      {"12</s> 13", "12"},
      {"12 <|im_end|> 13", "12"},
      {"Q: 3?\nA: 4", "4"},  // nothing before the question: not run-on
      {"She pays $20.", "20"},
      {"The answer is unclear. Perhaps 6.", "6"},
      {"6 * 7 = 42 and that is all", "42"},
      {"", kNoAnswer},
      {"no number here", kNoAnswer},
      {"#### ", kNoAnswer},
  };
  for (const auto& [text, answer] : kCases) EXPECT_EQ(Default(text), answer) << text;
}

TEST(AnswerRulesTest, DefaultComparesValues) {
  EXPECT_TRUE(IsRightAnswer(AnswerRule::kDefault, "The answer is $1,000.00.", "x\n#### 1000"));
  EXPECT_TRUE(IsRightAnswer(AnswerRule::kDefault, "1/2", "x\n#### 0.5"));
  EXPECT_FALSE(IsRightAnswer(AnswerRule::kDefault, "10", "x\n#### -10"));
  EXPECT_FALSE(IsRightAnswer(AnswerRule::kDefault, "", "x\n#### 0"));
}

// As Python's re reads "The answer is (\-?[0-9\.\,]+).".
TEST(AnswerRulesTest, TheCotTasksStrictMatchIsAnother) {
  constexpr std::pair<const char*, const char*> kCases[] = {{"The answer is 18.", "18"},
                                                            {"The answer is 18", "1"},
                                                            {"The answer is 5", kNoAnswer},
                                                            {"The answer is 5\n", kNoAnswer},
                                                            {"The answer is -1,200 dollars.", "-1,200"},
                                                            {"The answer is $18.", kNoAnswer},
                                                            {"The answer is $1. The answer is 2.5.", "2.5"},
                                                            {"#### 18", kNoAnswer}};
  for (const auto& [text, answer] : kCases) {
    EXPECT_EQ(Extracted(AnswerRule::kLmEvalCotStrict, text), answer) << text;
  }
  EXPECT_TRUE(IsRightAnswer(AnswerRule::kLmEvalCotStrict, "The answer is 1,200.", "x\n#### 1200"));
  EXPECT_FALSE(IsRightAnswer(AnswerRule::kLmEvalStrict, "The answer is 1,200.", "x\n#### 1200"));
  EXPECT_THAT(AnswerRuleFromName("lm-eval-cot-strict"), IsOkAnd(AnswerRule::kLmEvalCotStrict));
}

}  // namespace
}  // namespace evaluation

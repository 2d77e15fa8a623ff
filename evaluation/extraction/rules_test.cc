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

TEST(AnswerRulesTest, DefaultTakesTheLastOfTheHighestCues) {
  const std::pair<const char*, const char*> kCases[] = {
      {"#### 18", "18"},
      {"####18", "18"},
      {"#### -5", "-5"},
      {"#### $1,000.50", "1000.5"},
      {"#### 10 apples", "10"},
      {"#### 3/4", "0.75"},
      {"#### 10\n#### 11", "11"},
      {"#### 1. Add\n4 + 5\n#### 2. Stop\n9", "9"},
      {"#### Final Answer\n\n18", "18"},
      {"\\boxed{9}, then \\boxed{18}", "18"},
      {"#### 18\nThe answer is 19. \\boxed{20}", "18"},
      {"The final answer is 18. The answer is 5 for half.", "18"},
      {"\\boxed{18", "18"},
      {"\\boxed{x = 18}. It took 3 steps.", "18"},
      {"To find the answer: first take 3 from 16. Then 13 + 5 = 18.", "18"},
      {"Answer: first take 3 from 16. Then 13 + 5 = 18.", "18"},
      {"Answer:\n\n5 + 4 = 9. So 9 * 2 = 18.\n", "18"},
      {"Answer: 18\n\nFor 9 * 2 = 18 and 3 * 7 = 21.", "18"},
      {"Answer = 18 (for 9 eggs)", "18"},
      {"Question: 3 + 4?\nAnswer: 7\n\nQuestion: 5 + 6?\nAnswer: 11", "7"},
      {"<answer>18</answer> of 20", "18"},
      {"{\"answer\": 18, \"steps\": 3}", "18"},
      {"Die Antwort ist 18, nicht 3.", "18"},
      {"\u7B54\u6848\u662F\uFF11\uFF18\u3002", "18"},
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

TEST(AnswerRulesTest, DefaultReadsTheStatement) {
  const std::pair<const char*, const char*> kCases[] = {
      {"So she makes 18 dollars from 9 eggs at 2 dollars.", "18"},
      {"After 5 weeks she has 18 dollars.", "18"},
      {"It takes 2 hours (120 minutes).", "2"},
      {"The answer is 18 (9 eggs).", "18"},
      {"The answer is not 12, it is 18.", "18"},
      {"The answer is 18, not 12.", "18"},
      {"The answer is 5 dozen eggs, i.e. 60 eggs.", "60"},
      {"The answer is 18, because 3 of 21 left.", "18"},
      {"9 * 2 = 18 dollars for 9 eggs and 2 customers", "18"},
      {"Two hens laid 18 eggs, 5 more than last week.", "18"},
      {"It takes 15 hours to clean 45 rooms.", "15"},
      {"She has to clean 45 rooms.", "45"},
      {"The father is 30, and Tim is **15** years old.", "15"},
      {"Tim is **15** years old, and his father is 30.", "15"},
      {"The answer is eighteen of 20.", "18"},
      {"One of them has 18.", "18"},
      {"She has 18 eggs. Note that this assumes 7 days.", "18"},
      {"She has 18 eggs. Let me know if you have 1 more question!", "18"},
  };
  for (const auto& [text, answer] : kCases) EXPECT_EQ(Default(text), answer) << text;
}

TEST(AnswerRulesTest, DefaultFollowsCorrections) {
  EXPECT_EQ(Default("The answer is 12. Wait, I counted wrong. It is 18."), "18");
  EXPECT_EQ(Default("#### 12\n\nCorrection: 9 * 2 = 18."), "18");
  EXPECT_EQ(Default("The answer is 12, no, 18."), "18");
  EXPECT_EQ(Default("The answer is ~~12~~ 18."), "18");
  EXPECT_EQ(Default("The answer is 18. Wait, that is right."), "18");  // no number behind
  EXPECT_EQ(Default("She waits 5 minutes and cannot wait 3 more. The answer is 8."), "8");
}

TEST(AnswerRulesTest, DefaultPassesOverThinking) {
  EXPECT_EQ(Default("<think>the answer is 12</think>The answer is 18."), "18");
  EXPECT_EQ(Default("<think>The answer is 12? Let me see"), kNoAnswer);
}

// No answer is something else than a wrong one.
TEST(AnswerRulesTest, DefaultFindsNoAnswer) {
  for (const char* text :
       {"I'm sorry, but I can't help with problem 12.", "It cannot be determined, since the price of 3 is missing.",
        "There is not enough information about the 20 eggs.", "I do not know; it gives 2 prices.", "The answer is",
        "First 12 + 30 is 42. Then multiply 42 by", "16 - 7 =", "\\boxed{}", "The answer is unknown."}) {
    EXPECT_EQ(Default(text), kNoAnswer) << text;
  }
  EXPECT_EQ(Default("I can't say how many of the 20 left. With 12 at home, 20 - 12 = 8 left."), "8");
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

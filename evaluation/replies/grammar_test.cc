#include "evaluation/replies/grammar.h"

#include <cmath>

#include "base/testing.h"

namespace evaluation {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

TEST(GrammarTest, IsFoundByItsNameAndByWhatPromptsCallIt) {
  for (const std::string& name : GrammarNames()) {
    ASSERT_NE(FindGrammar(name), nullptr) << name;
    EXPECT_EQ(FindGrammar(name)->name, name);
  }
  EXPECT_THAT(GrammarNames(), SizeIs(7));
  for (const auto& [format, name] :
       {std::pair("[[A]]", "fastchat-pair"), std::pair("[[rating]]", "fastchat-single"),
        std::pair("[[rating_a,rating_b]]", "fastchat-two-ratings"), std::pair("[[A>>B]]", "arena-hard"),
        std::pair("Final Response: A", "final-response")}) {
    ASSERT_NE(FindGrammar(format), nullptr) << format;
    EXPECT_EQ(FindGrammar(format)->name, name);
  }
  EXPECT_EQ(FindGrammar("[[B]]"), nullptr);
  EXPECT_TRUE(FindGrammar("fastchat-single")->GivesRatings());
  EXPECT_FALSE(FindGrammar("fastchat-two-ratings")->GivesRatings());
}

TEST(GrammarTest, AUsersWordsMustTellTheVerdictsApart) {
  EXPECT_THAT(JsonGrammar("a", {{"x"}, {"x"}, {}}), StatusIs(kInvalid, HasSubstr("\"x\" stands for two verdicts")));
  EXPECT_THAT(JsonGrammar("a", {{"x"}, {}, {}}), StatusIs(kInvalid, HasSubstr("`first` and `second` both")));
  EXPECT_THAT(JsonGrammar("a", {{"x"}, {" "}, {}}), StatusIs(kInvalid, HasSubstr("must not be empty")));
  EXPECT_THAT(JsonGrammar("a..b", {}), StatusIs(kInvalid, HasSubstr("`key` must be")));
  EXPECT_THAT(JsonGrammar("a", {{}, {}, {}, 5, 5}), StatusIs(kInvalid, HasSubstr("lowest must be below")));
  EXPECT_THAT(PatternGrammar("(", {}), StatusIs(kInvalid, HasSubstr("has an error at byte")));
  EXPECT_THAT(PatternGrammar("", {}), StatusIs(kInvalid, HasSubstr("must not be empty")));
  EXPECT_TRUE(JsonGrammar("a.b", {})->GivesRatings());
  EXPECT_FALSE(PatternGrammar("x", {{"1"}, {"2"}, {}})->GivesRatings());
}

TEST(GrammarTest, AllRepliesOfFewWords) {
  EXPECT_THAT(AllReplies(*FindGrammar("[[A]]")), IsOkAnd(ElementsAre("[[A]]", "[[B]]", "[[C]]")));
  EXPECT_THAT(AllReplies(*FindGrammar("alpaca-token")), IsOkAnd(ElementsAre("m", "M")));
  EXPECT_THAT(AllReplies(*FindGrammar("[[rating]]")), IsOkAnd(SizeIs(10)));
  EXPECT_THAT((*AllReplies(*FindGrammar("final-response")))[1], "Final Response: B");
  EXPECT_THAT(AllReplies(*FindGrammar("alpaca-ranking")), StatusIs(kInvalid, HasSubstr("has no end of replies")));
}

TEST(GrammarTest, APreferenceIsTheFirstTokensProbabilityAmongTheGrammarsWords) {
  const Grammar& token = *FindGrammar("alpaca-token");
  // AlpacaEval's own example: M at -0.017597131, m at -4.048847.
  EXPECT_NEAR(*TokenPreference(token, {{"M", -0.017597131}, {"m", -4.048847}, {"Both", -14.908222}}),
              1 / (1 + std::exp(4.048847 - 0.017597131)), 1e-12);
  EXPECT_EQ(TokenPreference(token, {{"m", -2000}}), 1.0);  // M is not among the likeliest
  EXPECT_EQ(TokenPreference(token, {{"M", -0.5}, {"m", -0.5}}), 0.5);
  EXPECT_EQ(TokenPreference(token, {{"m", -3}, {"M", -1000}, {"m", -1000}}), 0.5);  // named twice: the last
  EXPECT_EQ(TokenPreference(token, {{" m", -0.1}, {"The", -0.2}}), std::nullopt);
  EXPECT_EQ(TokenPreference(*FindGrammar("fastchat-pair"), {{"[[A]]", -0.1}}), std::nullopt);
}

}  // namespace
}  // namespace evaluation

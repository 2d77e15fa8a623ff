#include "evaluation/judges/prompts.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/program.h"
#include "base/testing.h"
#include "datasets/sources/testing.h"
#include "evaluation/judges/parsers.h"
#include "evaluation/judges/testing.h"

namespace evaluation {
namespace {

using ::base::IsOk;
using ::base::IsOkAnd;
using ::base::StatusIs;
using ::datasets::JudgePrompt;
using ::testing::HasSubstr;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

TEST(FillTemplateTest, IsPythonsFormat) {
  EXPECT_THAT(FillTemplate("a {x}{y} {{z}} }}", {{"x", "1"}, {"y", ""}}), IsOkAnd(std::string("a 1 {z} }")));
  // What is put in is not looked at again.
  EXPECT_THAT(FillTemplate("{x}", {{"x", "{y} }"}}), IsOkAnd(std::string("{y} }")));
  EXPECT_THAT(FillTemplate("", {}), IsOkAnd(std::string()));
  EXPECT_THAT(FillTemplate("{x", {{"x", ""}}), StatusIs(kInvalid, HasSubstr("lone brace")));
  EXPECT_THAT(FillTemplate("x}", {}), StatusIs(kInvalid, HasSubstr("lone brace")));
  EXPECT_THAT(FillTemplate("{z}", {{"x", ""}, {"y", ""}}), StatusIs(kInvalid, HasSubstr("{z}")));
}

Contest MathContest() {
  Contest contest = MakeContest(111, "first", "second");
  contest.category = "math";
  contest.reference = {"right"};
  return contest;
}

Contest TwoTurns(Contest contest) {
  contest.turns.push_back("and then?");
  contest.first.push_back("first again");
  contest.second.push_back("second again");
  if (!contest.reference.empty()) contest.reference.push_back("right again");
  return contest;
}

class PromptSetTest : public ::testing::Test {
 protected:
  const std::vector<JudgePrompt> prompts_ = {
      MakePrompt("g", "{question}|{answer_a}|{answer_b}"), MakePrompt("r", "{ref_answer_1}|{question}"),
      MakePrompt("2", "{question_2}|{answer_b_2}"),        MakePrompt("2r", "{ref_answer_2}|{answer_a_1}"),
      MakePrompt("c", "{constitution}|{question}"),        MakePrompt("f", "{question}", "Final Response: A"),
      MakePrompt("s", "{question}|{answer}", "[[rating]]")};

  absl::StatusOr<PromptSet> Make(const PromptNames& names) const {
    return PromptSet::Make(prompts_, names, JudgePrompt::Type::kPairwise);
  }

  static std::string Shown(const PromptSet& set, const Contest& contest) {
    const auto prompt = set.Choose(contest);
    return prompt.ok() ? set.Fill(**prompt, contest) : std::string(prompt.status().message());
  }
};

TEST_F(PromptSetTest, ThePromptFitsTheQuestion) {
  ASSERT_OK_AND_ASSIGN(const PromptSet set, Make({"g", "r", "2", "2r"}));
  Contest writing = MakeContest(81, "one", "two");
  EXPECT_EQ(Shown(set, writing), "question 81|one|two");
  EXPECT_EQ(Shown(set, MathContest()), "right|question 111");
  EXPECT_EQ(Shown(set, TwoTurns(writing)), "and then?|second again");
  EXPECT_EQ(Shown(set, TwoTurns(MathContest())), "right again|first");
  // A right answer to a question of taste is not shown.
  writing.reference = {"right"};
  EXPECT_EQ(Shown(set, writing), "question 81|one|two");
}

TEST_F(PromptSetTest, WithoutARightAnswerTheGeneralPromptServesAndItIsSaid) {
  ASSERT_OK_AND_ASSIGN(const PromptSet set, Make({"g", "r", "2", "2r"}));
  Contest contest = MathContest();
  contest.reference.clear();
  EXPECT_EQ(Shown(set, contest), "question 111|first|second");
  EXPECT_TRUE(set.LacksReference(contest));
  EXPECT_FALSE(set.LacksReference(MathContest()));
  Contest half = TwoTurns(MathContest());
  half.reference.pop_back();
  EXPECT_EQ(Shown(set, half), "and then?|second again");
  ASSERT_OK_AND_ASSIGN(const PromptSet general, Make({"g", "", "", ""}));
  EXPECT_EQ(Shown(general, MathContest()), "question 111|first|second");
  EXPECT_FALSE(general.LacksReference(contest));
}

TEST_F(PromptSetTest, WhatNoPromptFitsIsNamed) {
  ASSERT_OK_AND_ASSIGN(const PromptSet set, Make({"g", "", "", ""}));
  EXPECT_THAT(Shown(set, TwoTurns(MathContest())), HasSubstr("no prompt for second turns, as question 111 has"));
  EXPECT_THAT(Shown(set, TwoTurns(TwoTurns(MathContest()))), HasSubstr("has 3 turns"));
  ASSERT_OK_AND_ASSIGN(const PromptSet principles, Make({"c", "", "", ""}));
  Contest contest = MakeContest(81, "", "");
  EXPECT_THAT(Shown(principles, contest), HasSubstr("of question 81 no constitution is known"));
  contest.constitution.clauses = {{"a", true, "Be brief."}, {"b", false, "Be rude."}};
  EXPECT_EQ(Shown(principles, contest), "1. Be brief.\n2. Be rude.|question 81");
}

TEST_F(PromptSetTest, SetsThatDoNotFitTogetherAreRefused) {
  EXPECT_THAT(Make({"x", "", "", ""}),
              StatusIs(kInvalid, HasSubstr("no pairwise prompt \"x\"; there are g, r, 2, 2r, c, f")));
  EXPECT_THAT(Make({"s", "", "", ""}), StatusIs(kInvalid, HasSubstr("no pairwise prompt \"s\"")));
  EXPECT_THAT(Make({"g", "f", "", ""}), StatusIs(kInvalid, HasSubstr("different output formats")));
  // A prompt for two turns shows what one turn does not have; one for references what there may be none of.
  EXPECT_THAT(Make({"2", "", "", ""}),
              StatusIs(kInvalid, HasSubstr("prompt \"2\": the template has a place {question_2}")));
  EXPECT_THAT(Make({"r", "", "", ""}), StatusIs(kInvalid, HasSubstr("{ref_answer_1}")));
}

TEST(OwnPromptsTest, AllAreReadAndFitTheStrictParser) {
  ASSERT_OK_AND_ASSIGN(const auto prompts,
                       datasets::ReadJudgePrompts(base::Runfile("evaluation/judges/prompts.jsonl")));
  for (const auto type : {JudgePrompt::Type::kPairwise, JudgePrompt::Type::kSingle}) {
    for (const bool principles : {false, true}) {
      ASSERT_OK_AND_ASSIGN(const PromptSet set, PromptSet::Make(prompts, OwnPrompts(type, principles), type));
      EXPECT_THAT(GrammarOfFormat(set.output_format()), IsOk());
      Contest contest = TwoTurns(MathContest());
      contest.constitution.clauses = {{"a", true, "Be brief."}};
      ASSERT_OK_AND_ASSIGN(const JudgePrompt* prompt, set.Choose(contest));
      EXPECT_EQ(prompt->type, type);
      // The second answers are shown, and what they are judged by.
      const std::string shown = set.Fill(*prompt, contest);
      EXPECT_THAT(shown, HasSubstr("first again"));
      EXPECT_EQ(absl::StrContains(shown, "second again"), type == JudgePrompt::Type::kPairwise);
      EXPECT_EQ(absl::StrContains(shown, "1. Be brief."), principles);
      EXPECT_EQ(absl::StrContains(shown, "right again"), !principles);
    }
  }
}

TEST(FastChatPromptsTest, ThePinnedFileHasAll) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "mt_bench/judge_prompts.jsonl");
  ASSERT_OK_AND_ASSIGN(const auto prompts, datasets::ReadJudgePrompts(path));
  for (const auto type : {JudgePrompt::Type::kPairwise, JudgePrompt::Type::kSingle}) {
    ASSERT_OK_AND_ASSIGN(const PromptSet set, PromptSet::Make(prompts, FastChatPrompts(type), type));
    EXPECT_THAT(CheckGrammar(Parser::kFastChat, *GrammarOfFormat(set.output_format())), IsOk());
    EXPECT_THAT(GrammarOfFormat(set.output_format()), IsOk());
    const Contest contest = TwoTurns(MathContest());
    ASSERT_OK_AND_ASSIGN(const JudgePrompt* prompt, set.Choose(contest));
    EXPECT_THAT(set.Fill(*prompt, contest), HasSubstr("right again"));
  }
}

}  // namespace
}  // namespace evaluation

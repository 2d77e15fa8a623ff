#include "evaluation/principles/suite.h"

#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/program.h"
#include "base/random.h"
#include "base/testing.h"
#include "evaluation/principles/answer.h"
#include "evaluation/principles/cases_testing.h"
#include "evaluation/principles/row.h"
#include "evaluation/principles/suite_tables.h"

namespace principles {

void PrintTo(Side side, std::ostream* out) {
  *out << (side == Side::kPrinciple ? "principle" : side == Side::kAntithesis ? "antithesis" : "neither");
}

namespace {

std::vector<Cases> AllCases() {
  std::vector<Cases> all = LearnedFormCases();
  for (const auto& more : {LearnedWordCases(), HeldOutFormCases(), HeldOutWordCases()}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

std::vector<std::string> AllTexts() {
  std::vector<std::string> texts;
  for (const Cases& cases : AllCases()) {
    for (const auto& side : {cases.principle, cases.antithesis, cases.neither}) {
      texts.insert(texts.end(), side.begin(), side.end());
    }
  }
  return texts;
}

TEST(SuiteTest, EveryCheckerTellsItsSidesApart) {
  std::set<std::string> seen;
  for (const Cases& cases : AllCases()) {
    seen.insert(cases.id);
    EXPECT_FALSE(cases.principle.empty() || cases.antithesis.empty()) << cases.id;
    EXPECT_GE(cases.principle.size() + cases.antithesis.size() + cases.neither.size(), 6) << cases.id;
    for (const auto& [texts, side] :
         {std::pair(cases.principle, Side::kPrinciple), std::pair(cases.antithesis, Side::kAntithesis),
          std::pair(cases.neither, Side::kNeither)}) {
      for (const std::string& text : texts) EXPECT_EQ(Follows(cases.id, text), side) << cases.id << ": " << text;
    }
  }
  for (const SuitePrinciple& row : Suite()) EXPECT_EQ(seen.count(row.principle.id), 1) << row.principle.id;
  EXPECT_EQ(seen.size(), Suite().size());
}

TEST(SuiteTest, HasFortyPrinciplesOrMoreAndKnowsNoOthers) {
  EXPECT_GE(Suite().size(), 40);
  EXPECT_EQ(Follows("brave", "Rome."), absl::nullopt);
  EXPECT_EQ(FindPrinciple(""), nullptr);
}

TEST(SuiteTest, EveryWordingIsDistinct) {
  std::set<std::string> wordings;
  std::set<std::string> ids;
  for (const SuitePrinciple& row : Suite()) {
    EXPECT_TRUE(ids.insert(row.principle.id).second) << row.principle.id;
    EXPECT_EQ(row.principle.paraphrases.size(), 2);
    EXPECT_EQ(row.principle.antitheses.size(), 3);
    EXPECT_TRUE(row.principle.relevant_for.empty());
    std::vector<std::string> texts = row.principle.antitheses;
    texts.insert(texts.end(), row.principle.paraphrases.begin(), row.principle.paraphrases.end());
    texts.push_back(row.principle.text);
    for (const std::string& text : texts) EXPECT_TRUE(wordings.insert(text).second) << text;
    for (const std::string& text : texts)
      EXPECT_EQ(IsWording(row.principle, text),
                std::count(row.principle.antitheses.begin(), row.principle.antitheses.end(), text) == 0);
  }
}

TEST(SuiteTest, TheHalvesAreEqualInSizeAndLengthEffectsAndApartInKind) {
  std::map<LengthEffect, int> balance;  // learned minus held out
  std::map<std::string, bool> kinds;
  for (const SuitePrinciple& row : Suite()) {
    balance[row.length_effect] += row.held_out ? -1 : 1;
    EXPECT_EQ(kinds.emplace(row.kind, row.held_out).first->second, row.held_out) << row.kind;
  }
  for (const auto& [effect, difference] : balance) EXPECT_EQ(difference, 0) << LengthEffectName(effect);
  EXPECT_EQ(balance.size(), 3);
}

TEST(SuiteTest, WhatSaysNothingFollowsNothing) {
  for (const char* text : {"", " \r\n\t", "...", "\u2014 \U0001f600", "```\n!\n```", "\xff\xfe", "-\n-\n"}) {
    EXPECT_FALSE(SaysSomething(text));
    for (const Side side : Sides(text)) EXPECT_EQ(side, Side::kNeither) << text;
  }
}

TEST(SuiteTest, SidesAreThoseOfEachPrinciple) {
  for (const std::string& text : AllTexts()) {
    const std::vector<Side> sides = Sides(text);
    ASSERT_EQ(sides.size(), Suite().size());
    for (size_t i = 0; i < sides.size(); ++i) EXPECT_EQ(Follows(Suite()[i].principle.id, text), sides[i]);
  }
}

TEST(SuiteTest, WhiteSpaceAtTheEndAndFormsOfLineEndsChangeNothing) {
  for (const std::string& text : AllTexts()) {
    const std::vector<Side> sides = Sides(text);
    for (const char* space : {" ", "\n", "\r\n\r\n", "\t \n\n ", "\n\n\n\n\n"}) {
      EXPECT_EQ(Sides(absl::StrCat(text, space)), sides) << text;
    }
    const std::string unix_ends = absl::StrReplaceAll(text, {{"\r\n", "\n"}});
    EXPECT_EQ(Sides(absl::StrReplaceAll(unix_ends, {{"\n", "\r\n"}})), Sides(unix_ends)) << text;
  }
}

// Bytes in any order: nothing crashes, and an answer in two halves says the same each time it is read.
TEST(SuiteTest, AnyBytesAreRead) {
  base::RandomStream random(7, "any bytes");
  const std::string pieces[] = {"\"",   "```\n", "\n\n",   "$",     "**",       "(",    "]",
                                "<<",   ">>",    "1. ",    "- ",    "\xe2\x80", "\xff", "e.g. ",
                                "I'm ", "?",     "\u5b57", "|---|", "A",        "\r",   std::string(1, '\0')};
  for (int k = 0; k < 2000; ++k) {
    std::string text;
    const int length = static_cast<int>(random.Below(30));
    for (int i = 0; i < length; ++i) text += pieces[random.Below(std::size(pieces))];
    EXPECT_EQ(Sides(text), Sides(text));
    EXPECT_EQ(Sides(absl::StrCat(text, " ")), Sides(text)) << text;
  }
}

// `text` is a sentence and then one piece over and over, in all at least `length` bytes. What a checker does is read
// characters, which Answer counts: 100 times each for all checkers is far above what these texts take (at most 41 were
// seen) and far below their length.
void ExpectLinearTime(const std::string& piece, size_t length) {
  constexpr size_t kReadsPerCharacter = 100;
  std::string text = "It is. ";
  while (text.size() < length) text += piece;
  const Answer answer(text);
  for (const auto& rows : {LearnedFormRows(), LearnedWordRows(), HeldOutFormRows(), HeldOutWordRows()}) {
    for (const Row& row : rows) row.check(answer);
  }
  EXPECT_LT(answer.reads(), kReadsPerCharacter * text.size()) << piece;
}

TEST(SuiteTest, TimeIsLinearInTheLength) {
  for (const char* piece :
       {".",     "[",   "*",      "_",      "<",       ">",    "`",   "```\n",  "~",      "-",
        "- a\n", "1. ", "1. a\n", "#",      "|",       "|-\n", "a.",  "a. ",    "I ",     "e.g. ",
        "'",     "?",   "? ",     "**a",    "$a",      "<<a",  "\\(", "\u5b57", "\u00e9", "\xff",
        "{",     "[1,", "P.S. ",  "\nP.S.", "\"a\n\n", "a\n",  "A",   "...",    "\u201c", "p.s. "}) {
    ExpectLinearTime(piece, 1 << 18);
  }
  for (const char* megabyte_of : {"a", " ", "\n", "(", "\"", "$", "letter "}) ExpectLinearTime(megabyte_of, 1 << 20);
}

TEST(SuiteTest, TheFileIsTheSuites) {
  EXPECT_THAT(base::ReadFile(base::Runfile("evaluation/principles/suite.json")), base::IsOkAnd(SuiteJson()))
      << "bazel run //evaluation:principle_suite -- --out=evaluation/principles/suite.json writes it anew";
}

TEST(SuiteTest, ThePageHasTheSuitesTable) {
  const auto page = base::ReadFile(base::Runfile("docs/principles.md"));
  ASSERT_OK(page);
  analysis::Table table = SuiteTable();
  EXPECT_TRUE(absl::StrContains(*page, analysis::ToMarkdown(table)))
      << "bazel run //evaluation:principle_suite -- --format=markdown prints it anew";
}

TEST(SuiteTest, RatesAreSharesOfTheAnswersThatSaySomething) {
  const analysis::Table table = RatesTable({"Is it?", "It is.", "It is. Is it? It is.", " "});
  for (const auto& row : table.rows) {
    if (std::get<std::string>(row[0]) != "end_question") continue;
    for (int column = 3; column < 6; ++column) EXPECT_DOUBLE_EQ(std::get<double>(row[column]), 1.0 / 3);
  }
  EXPECT_EQ(table.rows.size(), Suite().size());
  EXPECT_THAT(table.notes, ::testing::ElementsAre(::testing::HasSubstr("1 answers")));
}

}  // namespace
}  // namespace principles

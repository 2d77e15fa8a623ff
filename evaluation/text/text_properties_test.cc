#include "base/testing.h"
#include "evaluation/text/characters.h"
#include "evaluation/text/layout.h"
#include "evaluation/text/markup.h"
#include "evaluation/text/quotations.h"
#include "evaluation/text/sentences.h"
#include "evaluation/text/words.h"

namespace principles {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> SentencesOf(absl::string_view text) {
  const Characters characters(text);
  std::vector<std::string> lower;
  for (const Sentence& sentence : Sentences(characters, Lines(characters))) {
    lower.push_back(characters.Lower(sentence.span));
  }
  return lower;
}

std::vector<std::string> WordsOf(absl::string_view text) {
  std::vector<std::string> lower;
  for (const Word& word : Words(Characters(text))) lower.push_back(word.lower);
  return lower;
}

TEST(CharactersTest, BrokenBytesAndLineEnds) {
  const Characters text("a\r\nb\rc\xff\xe2\x80");
  EXPECT_EQ(text.size(), 8);
  EXPECT_EQ(text.At(1), U'\n');
  EXPECT_EQ(text.At(3), U'\n');
  for (size_t i = 5; i < 8; ++i) EXPECT_EQ(text.At(i), 0xFFFD);
  EXPECT_EQ(text.At(8), 0);
  EXPECT_EQ(text.At(static_cast<size_t>(-1)), 0);
}

TEST(CharactersTest, CountsLettersOfAllScripts) {
  const LetterCounts counts = CountLetters(Characters("A\u00e9\u00c9 5\u0663 \u5317!"));
  EXPECT_EQ(counts.letters, 4);
  EXPECT_EQ(counts.upper, 2);
  EXPECT_EQ(counts.lower, 1);
  EXPECT_EQ(counts.digits, 2);
  EXPECT_EQ(counts.beyond_ascii, 4);
}

TEST(WordsTest, WhatJoinsAndWhatDivides) {
  EXPECT_THAT(WordsOf("Don\u2019t, state-of-the-art; 1,000.5 e.g. U.S. it."),
              ElementsAre("don't", "state", "of", "the", "art", "1,000.5", "e.g", "u.s", "it"));
  EXPECT_THAT(WordsOf("'quoted' dogs' \u5317\u4eac city, a.b.c end.Next"),
              ElementsAre("quoted", "dogs", "\u5317", "\u4eac", "city", "a.b.c", "end", "next"));
  EXPECT_THAT(WordsOf("-- ... \U0001f600"), IsEmpty());
  EXPECT_TRUE(HasPhrase(Words(Characters("Let me\n**know**")), "let me know"));
  EXPECT_FALSE(HasPhrase(Words(Characters("let me")), "let me know"));
}

TEST(SentencesTest, WhereTheyEnd) {
  EXPECT_THAT(SentencesOf("It is 3.14. See Mr. A. Hill, e.g. today."),
              ElementsAre("it is 3.14.", "see mr. a. hill, e.g. today."));
  EXPECT_THAT(SentencesOf("He said \"Go.\" (We went.) So?!"), ElementsAre("he said \"go.\"", "(we went.)", "so?!"));
  EXPECT_THAT(SentencesOf("Take:\n- eggs\n  and ham\n- milk. Then\n\ncook"),
              ElementsAre("take:", "eggs\n  and ham", "milk.", "then", "cook"));
  EXPECT_THAT(SentencesOf("# Rome\nIt is\nold."), ElementsAre("rome", "it is\nold."));
  EXPECT_THAT(SentencesOf("small. letters."), ElementsAre("small.", "letters."));
  EXPECT_THAT(SentencesOf("Wait... what? he asked."), ElementsAre("wait... what? he asked."));
  EXPECT_THAT(SentencesOf(" \n...\n"), IsEmpty());
}

TEST(LayoutTest, CodeIsLeftOut) {
  const Prose prose = WithoutCode(Characters("a\n```py\nx\n``\n````\nb\n~~~\n~~~\n```c```\n"));
  EXPECT_EQ(prose.text.Lower(prose.text.all()), "a\n\nb\n\n```c```\n\n");
  EXPECT_EQ(prose.code_blocks, 1);
}

TEST(LayoutTest, BlocksAreWhatBlankLinesDivide) {
  const Characters text("a\nb\n \n\n---\n\nc\n");
  const std::vector<Line> lines = Lines(text);
  EXPECT_EQ(Blocks(text, lines).size(), 2);  // a rule says nothing
  EXPECT_EQ(CountLines(lines, LineKind::kRule), 1);
  EXPECT_EQ(CountLines(lines, LineKind::kBlank), 4);
}

TEST(QuotationsTest, SpansAndNesting) {
  const Characters text("a \"b\" \u201cc \u00abd\u00bb\u201d 6\" e");
  std::vector<std::string> found;
  for (const Span& span : Quotations(text)) found.push_back(text.Lower(span));
  EXPECT_THAT(found, ElementsAre("\"b\"", "\u00abd\u00bb", "\u201cc \u00abd\u00bb\u201d"));
}

TEST(QuotationsTest, BracketsInOneAnother) {
  const Characters text("((a) ()) ) (");
  const BracketCounts counts = CountBrackets(text, '(', ')', std::vector<bool>(text.size(), false));
  EXPECT_EQ(counts.filled, 2);
  EXPECT_EQ(counts.all, 8);
}

TEST(MarkupTest, JsonIsOneDocumentAndNothingElse) {
  EXPECT_EQ(Json("{\"a\": [1, {}]}"), Presence::kPresent);
  EXPECT_EQ(Json("[1] [2]"), Presence::kTraces);
  EXPECT_EQ(Json("17"), Presence::kAbsent);
  EXPECT_EQ(Json(std::string(100000, '[') + std::string(100000, ']')), Presence::kPresent);
}

}  // namespace
}  // namespace principles

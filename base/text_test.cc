#include "base/text.h"

#include "base/testing.h"

namespace base {
namespace {

TEST(TextTest, CountsCharactersOfUtf8) {
  EXPECT_EQ(CountCharacters(""), 0);
  EXPECT_EQ(CountCharacters("a\u00E4\u20AC\U0001F600"), 4);
  EXPECT_EQ(FirstCharacters("a\u00E4b", 2), "a\u00E4");
  EXPECT_EQ(FirstCharacters("ab", 5), "ab");
  EXPECT_EQ(FirstCharacters("ab", 0), "");
}

TEST(TextTest, ExcerptsAreOfOneLine) {
  EXPECT_EQ(Excerpt("", 4), "\"\"");
  EXPECT_EQ(Excerpt(" a\n\x1b b ", 4), "\"a b\"");
  EXPECT_EQ(Excerpt("a\u00E4bc", 2), "\"a\u00E4...\"");
  EXPECT_EQ(Excerpt("abcd", 4), "\"abcd\"");
}

TEST(TextTest, EditDistancesAreLevenshteins) {
  EXPECT_EQ(EditDistance("", ""), 0);
  EXPECT_EQ(EditDistance("", "abc"), 3);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3);
  EXPECT_EQ(EditDistance("flaw", "lawn"), 2);
  EXPECT_EQ(EditDistance("\u00E4bc", "abc"), 1);  // one character, two bytes
}

TEST(TextTest, BlankIsWhatHasNoCharacterToSee) {
  EXPECT_TRUE(IsBlank(""));
  EXPECT_TRUE(IsBlank(" \t\r\n\v\f"));
  EXPECT_FALSE(IsBlank(" . "));
  EXPECT_FALSE(IsBlank("\u00A0"));  // ASCII's white space alone
}

TEST(TextTest, OneLineHasNeitherBreaksNorControlCharacters) {
  EXPECT_EQ(OneLine("  a\r\n\tb \x1b[31mred\x7f "), "a b [31mred");
  EXPECT_EQ(OneLine("\n\n"), "");
  EXPECT_EQ(OneLine("a\u00E4"), "a\u00E4");
  // U+009B begins a command as ESC [ does; U+2028 ends a line; U+202E turns the direction of writing.
  EXPECT_EQ(OneLine("a\u009b31mb\u2028c\u202ed"), "a 31mb c d");
  EXPECT_EQ(OneLine("\x9b"
                    "2J\u4e9b"),
            "2J\u4e9b");  // a byte alone, and the same within a character
}

TEST(TextTest, PrintableShowsWhatATerminalObeys) {
  EXPECT_EQ(Printable("a\x1b[2J\n\tb\x7f"), "a\\x1b[2J\n\\x09b\\x7f");
  EXPECT_EQ(Printable("\u009b\u202e\u2066\u2028"), "\\u009b\\u202e\\u2066\\u2028");
  EXPECT_EQ(Printable("\x9b"
                      "2J"),
            "\\x9b2J");
  EXPECT_EQ(Printable("\u4e9b\U0001F49B \u00e9\u200d"), "\u4e9b\U0001F49B \u00e9\u200d");
}

TEST(TextTest, PrintableShowsControlCharactersByTheirCode) {
  EXPECT_EQ(Printable("a\x1b]0;x\x07\r\nb\u00E4"), "a\\x1b]0;x\\x07\\x0d\nb\u00E4");
}

TEST(TextTest, QuotedIsOneLineThatNamesAllCharacters) {
  EXPECT_EQ(Quoted("a\"b\\\n\x7f\x1b\u00e9"), "\"a\\\"b\\\\\\n\\177\\033\u00e9\"");
  EXPECT_EQ(Quoted(std::string(300, 'x')).size(), 202);
}

}  // namespace
}  // namespace base

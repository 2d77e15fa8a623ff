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
}

TEST(TextTest, PrintableShowsControlCharactersByTheirCode) {
  EXPECT_EQ(Printable("a\x1b]0;x\x07\r\nb\u00E4"), "a\\x1b]0;x\\x07\\x0d\nb\u00E4");
}

}  // namespace
}  // namespace base

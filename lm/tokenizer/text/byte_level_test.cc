#include "lm/tokenizer/text/byte_level.h"

#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

TEST(ByteLevel, PrintableLatin1StandsForItselfAndOthersAreNumberedFrom0x100) {
  EXPECT_EQ(ByteSymbol('A'), "A");
  EXPECT_EQ(ByteSymbol('~'), "~");
  EXPECT_EQ(ByteSymbol(0xE9), "\u00E9");
  EXPECT_EQ(ByteSymbol(0x00), "\u0100");
  EXPECT_EQ(ByteSymbol('\n'), "\u010A");
  EXPECT_EQ(ByteSymbol(' '), "\u0120");   // 32 control characters before it: 0x100 + 32
  EXPECT_EQ(ByteSymbol(0x7F), "\u0121");  // the next that is not printable
  EXPECT_EQ(ByteSymbol(0xA0), "\u0142");  // 33 of 0x7F..0x9F after the space: 0x120 + 34
  EXPECT_EQ(ByteSymbol(0xAD), "\u0143");  // the last: 0x100 + 67
}

TEST(ByteLevel, EveryByteHasItsOwnCharacterAndComesBack) {
  std::set<std::string> symbols;
  for (int byte = 0; byte < 256; ++byte) {
    symbols.insert(ByteSymbol(byte));
    EXPECT_EQ(SymbolsToBytes(ByteSymbol(byte)), std::string(1, static_cast<char>(byte)));
  }
  EXPECT_EQ(symbols.size(), 256);
}

TEST(ByteLevel, OtherCharactersAreNotBytes) {
  EXPECT_EQ(SymbolsToBytes("a b"), std::nullopt);     // a plain space is written U+0120
  EXPECT_EQ(SymbolsToBytes("\u0144"), std::nullopt);  // one after the last
  EXPECT_EQ(SymbolsToBytes("\u65E5"), std::nullopt);  // three bytes of UTF-8
  EXPECT_EQ(SymbolsToBytes("\xC4"), std::nullopt);    // cut off
  EXPECT_EQ(SymbolsToBytes("\xC4z"), std::nullopt);
  EXPECT_EQ(SymbolsToBytes(""), "");
}

TEST(Utf8, TakesWellFormedCharactersOnly) {
  EXPECT_EQ(LeadingCharacterSize(""), 0);
  EXPECT_EQ(LeadingCharacterSize(absl::string_view("\0", 1)), 1);
  EXPECT_EQ(LeadingCharacterSize("\u00E9x"), 2);
  EXPECT_EQ(LeadingCharacterSize("\u65E5"), 3);
  EXPECT_EQ(LeadingCharacterSize("\U0001F389"), 4);
  EXPECT_EQ(LeadingCharacterSize("\x80"), 0);              // continuation
  EXPECT_EQ(LeadingCharacterSize("\xC1\x81"), 0);          // overlong
  EXPECT_EQ(LeadingCharacterSize("\xE0\x9F\xBF"), 0);      // overlong
  EXPECT_EQ(LeadingCharacterSize("\xED\xA0\x80"), 0);      // surrogate
  EXPECT_EQ(LeadingCharacterSize("\xF0\x8F\xBF\xBF"), 0);  // overlong
  EXPECT_EQ(LeadingCharacterSize("\xF4\x90\x80\x80"), 0);  // above U+10FFFF
  EXPECT_EQ(LeadingCharacterSize("\xF5\x80\x80\x80"), 0);
  EXPECT_EQ(LeadingCharacterSize("\xE6\x97"), 0);  // cut off
  EXPECT_EQ(LeadingCharacterSize("\xE6\x97z"), 0);
  EXPECT_EQ(WellFormedPrefixSize("ab\u65E5\xFFz"), 5);
}

}  // namespace
}  // namespace lm

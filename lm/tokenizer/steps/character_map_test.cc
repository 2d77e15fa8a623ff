#include "lm/tokenizer/steps/character_map.h"

#include <cstdint>
#include <string>
#include <vector>

#include "base/testing.h"

namespace lm {
namespace {

std::string Bytes(const std::vector<uint32_t>& units, absl::string_view texts) {
  std::string bytes;
  const auto put = [&](uint32_t unit) {
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(unit >> shift);
  };
  put(4 * units.size());
  for (const uint32_t unit : units) put(unit);
  bytes.append(texts.data(), texts.size());
  return bytes;
}

// A Darts double array with the keys "a" (first text), "e\u0301" (second) and "\x07" (third, empty): the root has the
// offset 0, so that a first byte's unit is at its own place; bits 10 and up are the offset to the unit's children, bit
// 8 says that the child 0 is a value.
CharacterMap Map() {
  std::vector<uint32_t> units(0x400);
  const auto unit = [](uint8_t label, uint32_t offset, bool has_value) {
    return label | (has_value ? 1u << 8 : 0) | offset << 10;
  };
  const auto value = [](uint32_t place) { return 1u << 31 | place; };
  units['a'] = unit('a', 'a' ^ 0x101, true);
  units[0x101] = value(0);
  units[0x07] = unit(0x07, 0x07 ^ 0x102, true);
  units[0x102] = value(6);
  units['e'] = unit('e', 'e' ^ 0x200, false);
  units[0x200 ^ 0xCC] = unit(0xCC, 0x200 ^ 0xCC ^ 0x300, false);
  units[0x300 ^ 0x81] = unit(0x81, 0x300 ^ 0x81 ^ 0x103, true);
  units[0x103] = value(3);
  return CharacterMap::Parse(Bytes(units, absl::string_view("bb\0\u00E9\0\0", 7))).value();
}

TEST(CharacterMap, MapsCharactersAndGraphemes) {
  const CharacterMap map = Map();
  EXPECT_EQ(map.Apply({""}).text, "");
  EXPECT_EQ(map.Apply({"xa e\u0301\x07y"}).text, "xbb \u00E9y");
  EXPECT_EQ(map.Apply({"e\xFF\u0301"
                       "a\xCC"})
                .text,
            "e\xFF\u0301"
            "bb\xCC")
      << "bytes that are no UTF-8 stay";
}

TEST(CharacterMap, WhatBecomesOfACharacterComesFromIt) {
  const std::string text = "xae\u0301";
  const std::vector<TextSpan> spans = OwnSpans(text);
  const AlignedText mapped = Map().Apply({text, spans.data()});
  ASSERT_EQ(mapped.text, "xbb\u00E9");
  const AlignedView view = mapped.view();
  EXPECT_EQ(view.Source(2, 3).begin, 1) << "the second b";
  EXPECT_EQ(view.Source(2, 3).end, 2);
  EXPECT_EQ(view.Source(3, 5).begin, 2);
  EXPECT_EQ(view.Source(3, 5).end, 5);
}

TEST(CharacterMap, RefusesWhatIsNone) {
  for (const std::string& bytes : {std::string(), std::string("abc"), std::string(8, '\0'), Bytes({}, "a"),
                                   Bytes({1}, ""), Bytes({1}, "a"), Bytes({1, 2}, "").substr(0, 8)}) {
    EXPECT_THAT(CharacterMap::Parse(bytes), base::StatusIs(absl::StatusCode::kInvalidArgument, ::testing::_))
        << bytes.size();
  }
}

}  // namespace
}  // namespace lm

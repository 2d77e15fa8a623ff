#include "lm/tokenizer/text/utf8.h"

#include <algorithm>
#include <cstdint>

namespace lm {
namespace {

struct Character {
  size_t size;   // bytes that the lead byte asks for; 0: no lead byte
  size_t valid;  // how many of them are there and right
};

Character Examine(absl::string_view text) {
  const uint8_t lead = text[0];
  if (lead < 0x80) return {1, 1};
  if (lead < 0xC2 || lead > 0xF4) return {0, 0};
  const size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // The second byte's range excludes overlong forms (E0, F0), surrogates (ED) and what lies above U+10FFFF (F4).
  const uint8_t lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const uint8_t highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  size_t valid = 1;
  const size_t end = std::min(size, text.size());
  if (end > 1 && static_cast<uint8_t>(text[1]) >= lowest && static_cast<uint8_t>(text[1]) <= highest) {
    ++valid;
    while (valid < end && (static_cast<uint8_t>(text[valid]) & 0xC0) == 0x80) ++valid;
  }
  return {size, valid};
}

}  // namespace

size_t LeadingCharacterSize(absl::string_view text) {
  if (text.empty()) return 0;
  const Character character = Examine(text);
  return character.valid == character.size ? character.size : 0;
}

size_t WellFormedPrefixSize(absl::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    if (static_cast<uint8_t>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const size_t size = LeadingCharacterSize(text.substr(at));
    if (size == 0) break;
    at += size;
  }
  return at;
}

size_t BrokenPrefixSize(absl::string_view text) {
  size_t broken = 0;
  while (broken < text.size() && LeadingCharacterSize(text.substr(broken)) == 0) ++broken;
  return broken;
}

char32_t CodePoint(const char* character, size_t size) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(character[i]); };
  if (size == 1) return byte(0);
  char32_t code_point = byte(0) & (0x7F >> size);
  for (size_t i = 1; i < size; ++i) code_point = code_point << 6 | (byte(i) & 0x3F);
  return code_point;
}

void AppendUtf8(char32_t code_point, std::string& text) {
  const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
  if (code_point < 0x80) return put(code_point);
  const int trailing = code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;
  put((0xF0 << (3 - trailing) & 0xFF) | code_point >> 6 * trailing);
  for (int i = trailing - 1; i >= 0; --i) put(0x80 | (code_point >> 6 * i & 0x3F));
}

std::string ReplaceBrokenUtf8(absl::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const size_t good = WellFormedPrefixSize(text);
    result.append(text.data(), good);
    text.remove_prefix(good);
    if (text.empty()) break;
    result += kReplacementCharacter;
    text.remove_prefix(std::max<size_t>(1, Examine(text).valid));
  }
  return result;
}

}  // namespace lm

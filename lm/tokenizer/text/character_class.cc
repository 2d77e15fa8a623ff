#include "lm/tokenizer/text/character_class.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>

#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

bool IsWord(char32_t c) {
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC:
      return true;
    default:
      break;
  }
  // Join_Control, and the symbols that are Alphabetic: circled, squared and negative letters.
  return c == 0x200C || c == 0x200D || (c >= 0x24B6 && c <= 0x24E9) || (c >= 0x1F130 && c <= 0x1F149) ||
         (c >= 0x1F150 && c <= 0x1F169) || (c >= 0x1F170 && c <= 0x1F189);
}

bool IsSpace(char32_t c) {
  if ((c >= '\t' && c <= '\r') || c == 0x85) return true;
  const utf8proc_category_t category = utf8proc_category(c);
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

// Bytes of the last character; 0 when there is no well-formed one.
size_t TrailingCharacterSize(absl::string_view text) {
  for (size_t size = 1; size <= std::min<size_t>(4, text.size()); ++size) {
    const absl::string_view tail = text.substr(text.size() - size);
    if ((static_cast<uint8_t>(tail[0]) & 0xC0) != 0x80) return LeadingCharacterSize(tail) == size ? size : 0;
  }
  return 0;
}

}  // namespace

bool StartsWithWord(absl::string_view text) {
  const size_t size = LeadingCharacterSize(text);
  return size > 0 && IsWord(CodePoint(text.data(), size));
}

bool EndsWithWord(absl::string_view text) {
  const size_t size = TrailingCharacterSize(text);
  return size > 0 && IsWord(CodePoint(text.data() + text.size() - size, size));
}

size_t LeadingSpaceSize(absl::string_view text) {
  const size_t size = LeadingCharacterSize(text);
  return size > 0 && IsSpace(CodePoint(text.data(), size)) ? size : 0;
}

size_t TrailingSpaceSize(absl::string_view text) {
  const size_t size = TrailingCharacterSize(text);
  return size > 0 && IsSpace(CodePoint(text.data() + text.size() - size, size)) ? size : 0;
}

}  // namespace lm

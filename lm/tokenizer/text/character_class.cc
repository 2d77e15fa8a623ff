#include "lm/tokenizer/text/character_class.h"

#include <algorithm>
#include <cstdint>

#include "lm/tokenizer/text/unicode.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

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
  return size > 0 && IsWordCharacter(CodePoint(text.data(), size));
}

bool EndsWithWord(absl::string_view text) {
  const size_t size = TrailingCharacterSize(text);
  return size > 0 && IsWordCharacter(CodePoint(text.data() + text.size() - size, size));
}

size_t LeadingSpaceSize(absl::string_view text) {
  const size_t size = LeadingCharacterSize(text);
  return size > 0 && IsSpaceCharacter(CodePoint(text.data(), size)) ? size : 0;
}

size_t TrailingSpaceSize(absl::string_view text) {
  const size_t size = TrailingCharacterSize(text);
  return size > 0 && IsSpaceCharacter(CodePoint(text.data() + text.size() - size, size)) ? size : 0;
}

}  // namespace lm

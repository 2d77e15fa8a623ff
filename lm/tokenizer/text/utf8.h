// UTF-8 decoding and repair, for text that may hold anything.
#ifndef LM_TOKENIZER_TEXT_UTF8_H_
#define LM_TOKENIZER_TEXT_UTF8_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace lm {

// Bytes of the character that `text` starts with; 0 when it is empty or starts with no well-formed one (Unicode 15,
// table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
size_t LeadingCharacterSize(absl::string_view text);

// Bytes of the longest well-formed start of `text`. O(n).
size_t WellFormedPrefixSize(absl::string_view text);

// The number of bytes before the first well-formed character: what a broken place takes. O(n).
size_t BrokenPrefixSize(absl::string_view text);

// The code point of a well-formed character of `size` bytes.
char32_t CodePoint(const char* character, size_t size);

void AppendUtf8(char32_t code_point, std::string& text);

// U+FFFD for every maximal part of a broken character, as Rust's from_utf8_lossy and web browsers do (Unicode 15,
// section 3.9). O(n).
std::string ReplaceBrokenUtf8(absl::string_view text);

constexpr char kReplacementCharacter[] = "\uFFFD";

}  // namespace lm

#endif  // LM_TOKENIZER_TEXT_UTF8_H_

// Unicode decimal digits of every script, as Python's \d and int() take them.
#ifndef EVALUATION_NUMBERS_UNICODE_DIGITS_H_
#define EVALUATION_NUMBERS_UNICODE_DIGITS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace evaluation {

// The code point of two to four bytes of UTF-8 at the beginning of `text` and its length in bytes; length 0 where there
// is none.
uint32_t DecodeCharacter(absl::string_view text, size_t* length);

// 0 to 9 where the code point is a digit of Unicode's category Nd beyond ASCII, else -1.
int DigitOf(uint32_t code);

// Every character of Unicode's category Nd becomes its ASCII digit; the rest stays. `text` is UTF-8; bytes that are
// none stay too. O(length).
std::string WithAsciiDigits(absl::string_view text);

}  // namespace evaluation

#endif  // EVALUATION_NUMBERS_UNICODE_DIGITS_H_

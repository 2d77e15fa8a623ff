// Unicode decimal digits of every script, as Python's \d and int() take them. For the rule that was written with them.
#ifndef EVALUATION_EXTRACTION_UNICODE_DIGITS_H_
#define EVALUATION_EXTRACTION_UNICODE_DIGITS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace evaluation {

// Every character of Unicode's category Nd becomes its ASCII digit; the rest stays. `text` is UTF-8; bytes that are
// none stay too. O(length).
std::string WithAsciiDigits(absl::string_view text);

}  // namespace evaluation

#endif  // EVALUATION_EXTRACTION_UNICODE_DIGITS_H_

// Well-formed UTF-8, for text that may hold anything.
#ifndef LM_UTF8_H_
#define LM_UTF8_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace lm {

// Bytes of the character that `text` starts with; 0 when it is empty or starts with no well-formed one (Unicode 15,
// table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
size_t LeadingCharacterSize(absl::string_view text);

// Bytes of the longest well-formed start of `text`. O(n).
size_t WellFormedPrefixSize(absl::string_view text);

}  // namespace lm

#endif  // LM_UTF8_H_

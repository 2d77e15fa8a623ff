// NFC, Unicode's normalization form C: what can be one character is one.
#ifndef LM_TOKENIZER_TEXT_NFC_H_
#define LM_TOKENIZER_TEXT_NFC_H_

#include <string>

#include "absl/strings/string_view.h"

namespace lm {

// Bytes that are not UTF-8 stay as they are; what stands before them and after is normalized apart.
//
// O(n log m) for m combining marks in a row: utf8proc and ICU alike sort marks by insertion, which a text of marks
// alone makes quadratic. Source: Unicode Standard Annex #15; data of utf8proc 2.8 (Unicode 15).
std::string ToNfc(absl::string_view text);

}  // namespace lm

#endif  // LM_TOKENIZER_TEXT_NFC_H_

// Numbers in digits, as answers write them, and the spaces of LaTeX. Use latex.h.
#ifndef EVALUATION_MATH_LATEX_NUMERALS_H_
#define EVALUATION_MATH_LATEX_NUMERALS_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace evaluation {

// The bytes of the space, in any form, that stands at a place; 0: none does.
size_t SpaceAt(absl::string_view text, size_t at);

struct Numeral {
  std::string text;  // digits, perhaps a point and decimals; no thousands
  size_t end = 0;
};

// The number whose digit or decimal point is at a place. Groups of three digits belong to a first one of one to three
// that is not "0", each behind the same kind of mark: "{,}" or ",\!"; a comma at once before the digits, not in
// brackets, where it stands between two numbers; thin spaces; plain spaces, unless in brackets, behind a number or
// before a "/": "1 100/200" may be a mixed number.
Numeral ReadNumeral(absl::string_view text, size_t at, bool in_brackets, bool follows_number);

}  // namespace evaluation

#endif  // EVALUATION_MATH_LATEX_NUMERALS_H_

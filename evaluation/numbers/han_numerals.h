// Numbers in Chinese numerals, also as Japanese writes them.
#ifndef EVALUATION_NUMBERS_HAN_NUMERALS_H_
#define EVALUATION_NUMBERS_HAN_NUMERALS_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace evaluation {

// Reads a numeral at the beginning of `text`: whole numbers below 10^12 in tens, hundreds, thousands, ten thousands and
// hundred millions, each below the one before and with a zero where one is left out; decimals; percents; fractions;
// three digits or more, or two with a zero, one for one. Gives how many bytes the run of numerals takes, 0 where there
// is none. `is_number` says whether it is one: not a run without such order, not one in which a unit is left unsaid
// (3000 and 5 or 3500), and a single numeral only behind a word or mark of equality at the end of `before` and with
// nothing behind it that makes it part of a word. O(length of the run).
size_t ReadHanNumeral(absl::string_view before, absl::string_view text, double* value, bool* is_number);

// Behind digits: ten thousand or a hundred million in Chinese, Japanese or Korean, and what is left below it in digits.
// `value` is the number before. Gives how many bytes they take, 0 where there are none.
size_t ReadEastAsianScale(absl::string_view text, double* value);

}  // namespace evaluation

#endif  // EVALUATION_NUMBERS_HAN_NUMERALS_H_

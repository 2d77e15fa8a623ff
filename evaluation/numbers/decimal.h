// Decimal numbers in all habits of separating thousands and decimals. Use number.h.
#ifndef EVALUATION_NUMBERS_DECIMAL_H_
#define EVALUATION_NUMBERS_DECIMAL_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "evaluation/numbers/number_reader.h"

namespace evaluation {

size_t CountDigits(absl::string_view text);
bool StartsWithDigit(absl::string_view text);
void SkipSpaces(absl::string_view* text);
// Of digits with an optional point and exponent; 0 where there is none.
double ToDouble(absl::string_view digits);

// Whether a word is a currency that writes thousands with a point or has no smaller unit: 1.200 of it are not 1.2.
bool IsPointCurrency(absl::string_view word);

// Reads digits with separators and decimals, without an exponent, at the beginning of `*text` and moves it behind them;
// false where there are none. `digits` gets them without separators and with a point; `has_point` says whether it has
// one.
bool ReadDecimal(absl::string_view* text, const NumberContext& context, std::string* digits, bool* has_point);

}  // namespace evaluation

#endif  // EVALUATION_NUMBERS_DECIMAL_H_

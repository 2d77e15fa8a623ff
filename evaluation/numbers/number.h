// Numbers as people and models write them.
#ifndef EVALUATION_NUMBERS_NUMBER_H_
#define EVALUATION_NUMBERS_NUMBER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace evaluation {

// A number in a text and where it stands.
struct FoundNumber {
  double value = 0;
  size_t begin = 0;  // of its first character, be it a sign, a currency or a word
  size_t end = 0;
  bool in_words = false;    // "eighteen"
  bool is_money = false;    // a currency sign stands before it
  bool is_ordinal = false;  // "3rd"
};

// All numbers of a plain text (plain_text.h), in order, read as follows:
//   - thousands in groups of three digits, "1,234", "1 234" (also no-break and thin spaces), "1'234", "1_234", and
//   India's,
//     "12,34,567"; "1.234.567"; "1.234" only beside a currency that is not the dollar ("kr 1.234", "12.000 VND"), else
//     it is a decimal;
//   - decimals "3.5" and ".5"; also "3,5", "1.234,50" and "0,125", but "(3,4)" is two numbers; a point without a digit
//     behind it ends a sentence: "5." is 5;
//   - fractions "3/4", "3 / 4", "\frac{3}{4}", "\frac34" and mixed numbers "1 3/4"; not dates ("1/2/2020"), nor a zero
//     below the line;
//   - powers and exponents "1e5", "2 * 10^3", "2^5"; a factor behind the number: "3 million", "5 thousand", "3 lakh",
//     "18k", pi; "3 and a half";
//   - words from "zero" to "nine hundred ninety-nine million", "one half", "three quarters"; not ordinals ("third");
//   - Chinese numerals (han_numerals.h), also behind digits, and Korea's ten thousand;
//   - an amount and its hundredths: "18 dollars and 50 cents", "$18 and 50 cents";
//   - a minus sign directly before the number or its currency, or between the two, unless it stands behind a letter,
//     digit or closing bracket, where it subtracts or joins: "-5", "-$5", "$-5", but 3 in "2-3". With a space between
//     ("- 5"), or as "minus" or "negative", only behind "=", ":", "#" or a word such as "is". Accounts' "($5)" there,
//     too.
// Units, percent signs and currencies are passed over: "7%" is 7. Digits behind a letter are part of a name ("x1",
// "m2"), unless it is a currency's ("USD5"); those behind "^" are an exponent. O(length).
std::vector<FoundNumber> FindNumbers(absl::string_view plain);

// As few digits as tell the value from others: "18", "-0.5", "1e+300".
std::string NumberText(double value);

// Equal up to rounding: 1e-9 of the larger one.
bool SameNumber(double a, double b);

}  // namespace evaluation

#endif  // EVALUATION_NUMBERS_NUMBER_H_

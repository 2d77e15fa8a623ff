// Number parsing: numbers as people and models write them.
#ifndef EVALUATION_EXTRACTION_NUMBER_H_
#define EVALUATION_EXTRACTION_NUMBER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace evaluation {

// A number in a text and where it stands.
struct FoundNumber {
  double value = 0;
  size_t begin = 0;  // of its first digit or "\frac", behind sign and currency
  size_t end = 0;
};

// All numbers, in order, read as follows:
//   - thousands separators between groups of three digits: "1,234", "1{,}234", and a no-break or thin space;
//   - decimals "3.5" and ".5"; a point without a digit behind it ends a sentence: "5." is 5;
//   - fractions "3/4", "\frac{3}{4}" and mixed numbers "1 3/4"; not dates ("1/2/2020"), nor a zero below the line;
//   - exponents "1e5";
//   - a minus sign (ASCII or U+2212) directly before the number or its currency, or between the two, unless it stands
//     behind a letter, digit or closing bracket, where it subtracts or joins: "-5", "-$5", "$-5", but 3 in "2-3".
// Currency, units, percent signs and Markdown are passed over: "7%" is 7. Number words ("two", "million") are none.
// O(length).
std::vector<FoundNumber> FindNumbers(absl::string_view text);

// As few digits as tell the value from others: "18", "-0.5", "1e+300".
std::string NumberText(double value);

// Equal up to rounding: 1e-9 of the larger one.
bool SameNumber(double a, double b);

}  // namespace evaluation

#endif  // EVALUATION_EXTRACTION_NUMBER_H_

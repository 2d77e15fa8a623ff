#include "evaluation/numbers/number_reader.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "evaluation/numbers/decimal.h"
#include "evaluation/numbers/han_numerals.h"
#include "evaluation/numbers/number_words.h"
#include "evaluation/numbers/plain_text.h"

namespace evaluation {
namespace {

constexpr double kPi = 3.14159265358979323846;

// Each of these reads at the beginning of `*text` and moves it behind what it read; where they return false, not.

// "{36}", "{-4.5 kg}", "{\text{3}}" or a single digit.
bool ReadArgument(absl::string_view* text, double* value) {
  absl::string_view rest = *text;
  SkipSpaces(&rest);
  if (!absl::ConsumePrefix(&rest, "{")) {
    if (!StartsWithDigit(rest)) return false;
    *value = rest[0] - '0';
    *text = rest.substr(1);
    return true;
  }
  const bool inner = absl::ConsumePrefix(&rest, "{");
  SkipSpaces(&rest);
  absl::ConsumePrefix(&rest, "$");
  const bool negative = absl::ConsumePrefix(&rest, "-");
  std::string digits;
  bool has_point;
  absl::ConsumePrefix(&rest, "$");
  if (!ReadDecimal(&rest, NumberContext(), &digits, &has_point)) return false;
  // A unit may follow; another number or an operation may not.
  int open = inner ? 2 : 1;
  for (int steps = 0; steps < 24 && open > 0; ++steps) {
    if (rest.empty() || !(absl::ascii_isalpha(rest[0]) || absl::StrContains(" {}$%", rest.substr(0, 1)))) return false;
    open += rest[0] == '{' ? 1 : rest[0] == '}' ? -1 : 0;
    rest.remove_prefix(1);
  }
  if (open > 0) return false;
  *value = negative ? -ToDouble(digits) : ToDouble(digits);
  *text = rest;
  return true;
}

bool ReadLatexFraction(absl::string_view* text, double* value) {
  absl::string_view rest = *text;
  double above, below;
  if (!absl::ConsumePrefix(&rest, absl::string_view(&kFractionMark, 1)) || !ReadArgument(&rest, &above) ||
      !ReadArgument(&rest, &below) || below == 0) {
    return false;
  }
  *value = above / below;
  *text = rest;
  return true;
}

// Behind "a": "/b" or " / b", of which no date is made.
bool ReadDenominator(absl::string_view* text, double* value) {
  absl::string_view rest = *text;
  const bool spaced = absl::ConsumePrefix(&rest, " ");
  if (!absl::ConsumePrefix(&rest, "/")) {
    if (!spaced || !absl::ConsumePrefix(&rest, " / ")) return false;  // a spaced sign of division
  } else if (spaced) {
    SkipSpaces(&rest);
  }
  std::string digits;
  const size_t whole = CountDigits(rest);
  if (whole == 0 || whole > 15) return false;
  digits.assign(rest.data(), whole);
  rest.remove_prefix(whole);
  if (rest.size() >= 2 && rest[0] == '.' && absl::ascii_isdigit(rest[1])) {
    const size_t decimals = CountDigits(rest.substr(1));
    absl::StrAppend(&digits, rest.substr(0, 1 + decimals));
    rest.remove_prefix(1 + decimals);
  }
  const double below = ToDouble(digits);
  if (below == 0 || absl::StartsWith(rest, "/")) return false;
  *value = below;
  *text = rest;
  return true;
}

// Behind a whole number: " 3/4" or "\frac{3}{4}", less than 1.
bool ReadMixedPart(absl::string_view* text, double* value) {
  absl::string_view rest = *text;
  if (rest.empty() || !absl::StrContains(" \v-\x02", rest.substr(0, 1))) return false;
  SkipSpaces(&rest);
  if (ReadLatexFraction(&rest, value) && *value < 1 && *value > 0) {
    *text = rest;
    return true;
  }
  rest = *text;
  if (!absl::ConsumePrefix(&rest, " ") && !absl::ConsumePrefix(&rest, "\v") && !absl::ConsumePrefix(&rest, "-"))
    return false;
  const size_t digits = CountDigits(rest);
  if (digits == 0 || digits > 3) return false;
  const double above = ToDouble(rest.substr(0, digits));
  double below;
  rest.remove_prefix(digits);
  if (!absl::StartsWith(rest, "/") || !ReadDenominator(&rest, &below) || above >= below) return false;
  *value = above / below;
  *text = rest;
  return true;
}

// Behind digits: "e5", "e-3".
void ReadExponent(absl::string_view* text, std::string* digits) {
  absl::string_view rest = *text;
  if (!absl::ConsumePrefix(&rest, "e")) return;
  const bool negative = absl::ConsumePrefix(&rest, "-");
  if (!negative) absl::ConsumePrefix(&rest, "+");
  const size_t count = CountDigits(rest);
  if (count == 0 || count > 3 || (rest.size() > count && absl::ascii_isalpha(rest[count]))) return;
  absl::StrAppend(digits, "e", negative ? "-" : "", rest.substr(0, count));
  *text = rest.substr(count);
}

// "^3", "^{-3}".
bool ReadPower(absl::string_view* text, int* power) {
  absl::string_view rest = *text;
  if (!absl::ConsumePrefix(&rest, "^")) return false;
  const bool braced = absl::ConsumePrefix(&rest, "{");
  const bool negative = absl::ConsumePrefix(&rest, "-");
  const size_t count = CountDigits(rest);
  if (count == 0 || count > 3) return false;
  *power = static_cast<int>(ToDouble(rest.substr(0, count))) * (negative ? -1 : 1);
  rest.remove_prefix(count);
  if (braced && !absl::ConsumePrefix(&rest, "}")) return false;
  *text = rest;
  return true;
}

// "* 10^3".
bool ReadTimesPowerOfTen(absl::string_view* text, double* factor) {
  absl::string_view rest = *text;
  SkipSpaces(&rest);
  if (!absl::ConsumePrefix(&rest, "*")) return false;
  SkipSpaces(&rest);
  int power;
  if (!absl::ConsumePrefix(&rest, "10") || !ReadPower(&rest, &power)) return false;
  *factor = std::pow(10.0, power);
  *text = rest;
  return true;
}

// What multiplies or lengthens the number behind it: a power of ten, "million", "k", pi, "and a half".
void ReadBehind(absl::string_view* text, double* value) {
  if (text->empty() || !absl::StrContains(" \v*-k\xCF\xE4\xE5\xE8\xEB\xEC", text->substr(0, 1))) return;
  text->remove_prefix(ReadEastAsianScale(*text, value));
  double factor;
  if (ReadTimesPowerOfTen(text, &factor)) *value *= factor;
  if (const size_t length = ReadScaleWord(*text, &factor); length > 0) {
    *value *= factor;
    text->remove_prefix(length);
  } else if (absl::StartsWith(*text, "k") && (text->size() == 1 || !absl::ascii_isalnum((*text)[1]))) {
    *value *= 1000;
    text->remove_prefix(1);
  }
  absl::string_view rest = *text;
  SkipSpaces(&rest);
  if (absl::ConsumePrefix(&rest, "\xCF\x80")) {
    *value *= kPi;
    *text = rest;
  }
  if (const size_t length = ReadAndFraction(*text, &factor); length > 0) {
    *value += factor;
    text->remove_prefix(length);
  }
}

}  // namespace

size_t ReadUnsignedNumber(absl::string_view text, const NumberContext& context, double* value) {
  absl::string_view rest = text;
  std::string digits;
  bool has_point;
  double part;
  int power;
  if (ReadLatexFraction(&rest, value)) return text.size() - rest.size();
  if (!ReadDecimal(&rest, context, &digits, &has_point)) return 0;
  if (ReadPower(&rest, &power)) {
    *value = std::pow(ToDouble(digits), power);
  } else if (!has_point && !context.behind_slash && ReadDenominator(&rest, &part)) {
    *value = ToDouble(digits) / part;
  } else if (!has_point && ReadMixedPart(&rest, &part)) {
    *value = ToDouble(digits) + part;
  } else {
    ReadExponent(&rest, &digits);
    *value = ToDouble(digits);
    if (has_point && !context.behind_slash && ReadDenominator(&rest, &part)) *value /= part;
  }
  ReadBehind(&rest, value);
  if (!std::isfinite(*value)) *value = std::copysign(HUGE_VAL, *value);
  return text.size() - rest.size();
}

}  // namespace evaluation

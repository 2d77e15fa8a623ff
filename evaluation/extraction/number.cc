#include "evaluation/extraction/number.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace evaluation {
namespace {

// Between groups of three digits; the spaces are U+00A0, U+2009 and U+202F.
constexpr absl::string_view kSeparators[] = {",", "{,}", "\\,", "\xC2\xA0", "\xE2\x80\x89", "\xE2\x80\xAF"};
constexpr absl::string_view kMinusSigns[] = {"-", "\xE2\x88\x92"};
// $, \$, and the signs of euro, pound and yen.
constexpr absl::string_view kCurrencies[] = {"\\$", "$", "\xE2\x82\xAC", "\xC2\xA3", "\xC2\xA5"};
constexpr absl::string_view kFractions[] = {"\\frac{", "\\dfrac{", "\\tfrac{"};

size_t CountDigits(absl::string_view text) {
  return std::find_if_not(text.begin(), text.end(), absl::ascii_isdigit) - text.begin();
}

bool StartsWithDigit(absl::string_view text) { return !text.empty() && absl::ascii_isdigit(text[0]); }

// Removes the first of the texts that `text` begins (or ends) with.
template <typename Texts>
bool ConsumeAnyPrefix(absl::string_view* text, const Texts& prefixes) {
  return std::any_of(std::begin(prefixes), std::end(prefixes),
                     [&](absl::string_view prefix) { return absl::ConsumePrefix(text, prefix); });
}
template <typename Texts>
bool ConsumeAnySuffix(absl::string_view* text, const Texts& suffixes) {
  return std::any_of(std::begin(suffixes), std::end(suffixes),
                     [&](absl::string_view suffix) { return absl::ConsumeSuffix(text, suffix); });
}

double ToDouble(absl::string_view digits) {
  double value = 0;
  return absl::SimpleAtod(digits, &value) ? value : 0;
}

// Each of these reads at the beginning of `*text` and moves it behind what it read; where they return false, not.

// Digits with separators.
bool ReadWhole(absl::string_view* text, std::string* digits) {
  const size_t first = CountDigits(*text);
  if (first == 0) return false;
  *digits = std::string(text->substr(0, first));
  text->remove_prefix(first);
  while (first <= 3) {
    absl::string_view group = *text;
    if (!ConsumeAnyPrefix(&group, kSeparators) || CountDigits(group) != 3) break;
    absl::StrAppend(digits, group.substr(0, 3));
    *text = group.substr(3);
  }
  return true;
}

// Behind "a": "/b", of which no date is made.
bool ReadDenominator(absl::string_view* text, double* value) {
  absl::string_view rest = *text;
  if (!absl::ConsumePrefix(&rest, "/")) return false;
  const size_t digits = CountDigits(rest);
  const double below = ToDouble(rest.substr(0, digits));
  rest.remove_prefix(digits);
  if (digits == 0 || below == 0 || absl::StartsWith(rest, "/")) return false;
  *value = below;
  *text = rest;
  return true;
}

// "\frac{a}{b}".
bool ReadLatexFraction(absl::string_view* text, double* value) {
  absl::string_view rest = *text;
  std::string above, below;
  if (!ConsumeAnyPrefix(&rest, kFractions) || !ReadWhole(&rest, &above) || !absl::ConsumePrefix(&rest, "}{") ||
      !ReadWhole(&rest, &below) || !absl::ConsumePrefix(&rest, "}") || ToDouble(below) == 0) {
    return false;
  }
  *value = ToDouble(above) / ToDouble(below);
  *text = rest;
  return true;
}

// Behind a whole number: " 3/4" or "\frac{3}{4}", less than 1.
bool ReadMixedPart(absl::string_view* text, double* value) {
  absl::string_view rest = *text;
  if (ReadLatexFraction(&rest, value) && *value < 1) {
    *text = rest;
    return true;
  }
  rest = *text;
  if (!absl::ConsumePrefix(&rest, " ")) return false;
  const size_t digits = CountDigits(rest);
  const double above = ToDouble(rest.substr(0, digits));
  double below;
  rest.remove_prefix(digits);
  if (digits == 0 || !ReadDenominator(&rest, &below) || above >= below) return false;
  *value = above / below;
  *text = rest;
  return true;
}

// Behind digits: "e5", "E-3".
void ReadExponent(absl::string_view* text, std::string* digits) {
  absl::string_view rest = *text;
  if (!absl::ConsumePrefix(&rest, "e") && !absl::ConsumePrefix(&rest, "E")) return;
  const bool negative = absl::ConsumePrefix(&rest, "-");
  if (!negative) absl::ConsumePrefix(&rest, "+");
  const size_t count = CountDigits(rest);
  if (count == 0 || count > 3 || (rest.size() > count && absl::ascii_isalpha(rest[count]))) return;
  absl::StrAppend(digits, "e", negative ? "-" : "", rest.substr(0, count));
  *text = rest.substr(count);
}

// A number without its sign; behind a slash, without a denominator.
bool ReadUnsigned(absl::string_view* text, bool behind_slash, double* value) {
  if (ReadLatexFraction(text, value)) return true;
  std::string digits;
  const bool has_whole = ReadWhole(text, &digits);
  if (text->size() >= 2 && (*text)[0] == '.' && StartsWithDigit(text->substr(1))) {
    const size_t decimals = CountDigits(text->substr(1));
    absl::StrAppend(&digits, has_whole ? "." : "0.", text->substr(1, decimals));
    text->remove_prefix(1 + decimals);
    ReadExponent(text, &digits);
    *value = ToDouble(digits);
    return true;
  }
  if (!has_whole) return false;
  double part;
  if (!behind_slash && ReadDenominator(text, &part)) {
    *value = ToDouble(digits) / part;
  } else if (ReadMixedPart(text, &part)) {
    *value = ToDouble(digits) + part;
  } else {
    ReadExponent(text, &digits);
    *value = ToDouble(digits);
  }
  return true;
}

// Whether a number behind `before` is negative.
bool EndsWithMinus(absl::string_view before) {
  const bool has_minus = ConsumeAnySuffix(&before, kMinusSigns);
  const bool has_currency = ConsumeAnySuffix(&before, kCurrencies);
  if (!has_minus && !(has_currency && ConsumeAnySuffix(&before, kMinusSigns))) return false;
  return before.empty() ||
         (!absl::ascii_isalnum(before.back()) && !absl::StrContains(")]}%", before.substr(before.size() - 1)));
}

}  // namespace

std::vector<FoundNumber> FindNumbers(absl::string_view text) {
  std::vector<FoundNumber> numbers;
  for (size_t at = 0; at < text.size();) {
    absl::string_view rest = text.substr(at);
    FoundNumber number;
    const bool may_start = StartsWithDigit(rest) || rest[0] == '.' || rest[0] == '\\';
    if (!may_start || !ReadUnsigned(&rest, at > 0 && text[at - 1] == '/', &number.value)) {
      ++at;
      continue;
    }
    if (EndsWithMinus(text.substr(0, at))) number.value = -number.value;
    number.begin = at;
    number.end = at = text.size() - rest.size();
    numbers.push_back(number);
  }
  return numbers;
}

std::string NumberText(double value) {
  if (std::abs(value) < 1e15 && value == std::floor(value)) return absl::StrFormat("%.0f", value == 0 ? 0.0 : value);
  for (const int digits : {6, 15}) {
    std::string text = absl::StrFormat("%.*g", digits, value);
    if (ToDouble(text) == value) return text;
  }
  return absl::StrFormat("%.17g", value);
}

bool SameNumber(double a, double b) { return a == b || std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)); }

}  // namespace evaluation

#include "evaluation/math/units.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace evaluation {
namespace {

using ::absl::string_view;

constexpr std::pair<string_view, int64_t> kScales[] = {{"dozen", 12},           {"hundred", 100},
                                                       {"thousand", 1000},      {"million", 1000000},
                                                       {"billion", 1000000000}, {"trillion", 1000000000000}};

// Singular where the plural has an "s" more.
constexpr string_view kNoUnits[] = {
    // numbers
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty",
    "fourty", "fifty", "sixty", "seventy", "eighty", "ninety", "quadrillion", "quintillion", "lakh", "crore", "bn",
    "mn", "mil", "half", "halve", "third", "fourth", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "twentieth", "hundredth", "thousandth", "millionth", "billionth", "single", "pair", "couple",
    "double", "triple", "quadruple", "twice", "thrice", "gross", "score", "am", "pm", "myriad", "googol", "fold",
    "percentile", "permille", "ppm",
    // constants, functions and operations
    "pi", "infinity", "infinite", "infinitely", "tau", "phi", "euler", "sin", "cos", "tan", "cot", "csc", "arcsin",
    "arccos", "arctan", "log", "ln", "exp", "sqrt", "root", "mod", "modulo", "remainder", "base", "max", "gcd", "lcm",
    "gcf", "det", "factorial", "squared", "cubed", "choose", "power", "plus", "minus", "time", "divided", "multiplied",
    "over", "negative", "positive", "imaginary", "radical", "repeating", "recurring", "binary", "octal", "hex",
    "hexadecimal",
    // what turns the meaning
    "or", "and", "not", "no", "none", "never", "nor", "except", "without", "more", "less", "fewer", "greater", "least",
    "most", "than", "between", "through", "until", "till", "to", "from", "above", "below", "before", "after", "if",
    "when", "unless", "where", "undefined", "impossible", "wrong", "false", "incorrect", "but", "about",
    "approximately", "approx", "roughly", "almost", "nearly", "around"};

// Words and abbreviations of usual units, and the one that stands for all.
constexpr std::pair<string_view, string_view> kUnits[] = {{"cm", "centimeter"},
                                                          {"centimetre", "centimeter"},
                                                          {"mm", "millimeter"},
                                                          {"millimetre", "millimeter"},
                                                          {"km", "kilometer"},
                                                          {"kilometre", "kilometer"},
                                                          {"m", "meter"},
                                                          {"metre", "meter"},
                                                          {"in", "inch"},
                                                          {"inche", "inch"},
                                                          {"ft", "foot"},
                                                          {"feet", "foot"},
                                                          {"yd", "yard"},
                                                          {"mi", "mile"},
                                                          {"mph", "mile per hour"},
                                                          {"kph", "kilometer per hour"},
                                                          {"kmh", "kilometer per hour"},
                                                          {"kg", "kilogram"},
                                                          {"kilo", "kilogram"},
                                                          {"g", "gram"},
                                                          {"gm", "gram"},
                                                          {"mg", "milligram"},
                                                          {"lb", "pound"},
                                                          {"oz", "ounce"},
                                                          {"l", "liter"},
                                                          {"litre", "liter"},
                                                          {"ml", "milliliter"},
                                                          {"millilitre", "milliliter"},
                                                          {"s", "second"},
                                                          {"sec", "second"},
                                                          {"min", "minute"},
                                                          {"h", "hour"},
                                                          {"hr", "hour"},
                                                          {"yr", "year"},
                                                          {"usd", "dollar"},
                                                          {"percent", "percent"},
                                                          {"deg", "degree"},
                                                          {"sq", "square"},
                                                          {"cu", "cubic"},
                                                          {"hz", "hertz"},
                                                          {"c", "celsius"},
                                                          {"f", "fahrenheit"},
                                                          {"n", "newton"},
                                                          {"j", "joule"},
                                                          {"w", "watt"},
                                                          {"v", "volt"},
                                                          {"rad", "radian"},
                                                          {"men", "man"},
                                                          {"women", "woman"},
                                                          {"people", "person"},
                                                          {"children", "child"},
                                                          {"centimeter", "centimeter"},
                                                          {"millimeter", "millimeter"},
                                                          {"kilometer", "kilometer"},
                                                          {"meter", "meter"},
                                                          {"inch", "inch"},
                                                          {"foot", "foot"},
                                                          {"yard", "yard"},
                                                          {"mile", "mile"},
                                                          {"kilogram", "kilogram"},
                                                          {"gram", "gram"},
                                                          {"pound", "pound"},
                                                          {"ounce", "ounce"},
                                                          {"ton", "ton"},
                                                          {"liter", "liter"},
                                                          {"gallon", "gallon"},
                                                          {"second", "second"},
                                                          {"minute", "minute"},
                                                          {"hour", "hour"},
                                                          {"day", "day"},
                                                          {"week", "week"},
                                                          {"month", "month"},
                                                          {"year", "year"},
                                                          {"dollar", "dollar"},
                                                          {"cent", "cent"},
                                                          {"euro", "euro"},
                                                          {"degree", "degree"},
                                                          {"square", "square"},
                                                          {"cubic", "cubic"},
                                                          {"celsiu", "celsius"},
                                                          {"fahrenheit", "fahrenheit"},
                                                          {"radian", "radian"},
                                                          {"unit", ""}};

// Between the words of units.
constexpr string_view kBetween[] = {"unit", "of", "the", "each", "total", "a", "an", "every", "all", "long"};

template <size_t kSize>
const std::pair<string_view, string_view>* Find(const std::pair<string_view, string_view> (&pairs)[kSize],
                                                string_view word) {
  const auto found = std::find_if(pairs, pairs + kSize, [&](const auto& pair) { return pair.first == word; });
  return found == pairs + kSize ? nullptr : found;
}

// In lower case, without the plural's "s".
std::string Singular(string_view word) {
  std::string singular = absl::AsciiStrToLower(word);
  if (singular.size() > 2 && absl::EndsWith(singular, "s") && !absl::EndsWith(singular, "ss")) singular.pop_back();
  return singular;
}

}  // namespace

absl::optional<int64_t> ScaleOf(string_view word) {
  const std::string singular = Singular(word);
  for (const auto& [scale, value] : kScales) {
    if (singular == scale) return value;
  }
  return absl::nullopt;
}

bool MayBeUnit(string_view word) {
  const std::string singular = Singular(word);
  const auto is = [&](string_view other) { return other == singular || absl::EqualsIgnoreCase(other, word); };
  if (std::any_of(std::begin(kNoUnits), std::end(kNoUnits), is)) return false;
  return word.size() > 1 ? !ScaleOf(word).has_value() : IsKnownUnit(word);
}

bool IsKnownUnit(string_view word) {
  // "5k" and "5M" are no kelvin and meters.
  if (word.size() == 1) return absl::StrContains("mgshlLNJWCFV", word);
  return Find(kUnits, Singular(word)) != nullptr;
}

void AddUnit(string_view word, std::set<std::string>* units) {
  const std::string singular = Singular(word);
  const auto* const known = Find(kUnits, singular);
  const string_view names = known == nullptr ? string_view(singular) : known->second;
  for (const string_view name : absl::StrSplit(names, ' ', absl::SkipEmpty())) {
    const bool tells = std::find(std::begin(kBetween), std::end(kBetween), name) == std::end(kBetween);
    if (tells) units->emplace(name);
  }
}

bool UnitsAgree(const std::set<std::string>& a, const std::set<std::string>& b) {
  if (a.empty() || b.empty()) return true;
  // "m/s" is no "m".
  if (a.count("per") != b.count("per")) return false;
  return std::includes(a.begin(), a.end(), b.begin(), b.end()) || std::includes(b.begin(), b.end(), a.begin(), a.end());
}

}  // namespace evaluation

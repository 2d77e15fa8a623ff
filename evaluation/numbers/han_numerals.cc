#include "evaluation/numbers/han_numerals.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "evaluation/numbers/decimal.h"
#include "evaluation/numbers/unicode_digits.h"

namespace evaluation {
namespace {

using ::absl::string_view;

// A numeral: a digit, or a power of ten. Ascending by code.
struct Numeral {
  uint32_t code;
  int digit;     // -1: none
  double power;  // 0: none
};
constexpr Numeral kNumerals[] = {{0x3007, 0, 0}, {0x4E00, 1, 0},    {0x4E03, 7, 0},    {0x4E07, -1, 1e4},
                                 {0x4E09, 3, 0}, {0x4E24, 2, 0},    {0x4E5D, 9, 0},    {0x4E8C, 2, 0},
                                 {0x4E94, 5, 0}, {0x4EBF, -1, 1e8}, {0x5104, -1, 1e8}, {0x5169, 2, 0},
                                 {0x516B, 8, 0}, {0x516D, 6, 0},    {0x5341, -1, 10},  {0x5343, -1, 1e3},
                                 {0x56DB, 4, 0}, {0x767E, -1, 100}, {0x842C, -1, 1e4}, {0x96F6, 0, 0}};
constexpr uint32_t kTwos[] = {0x4E24, 0x5169};  // that stand for a number and not for a digit
constexpr string_view kPoints[] = {"\u70B9", "\u9EDE"};
constexpr string_view kParts = "\u5206\u4E4B";          // between the lower and the upper part of a fraction
constexpr string_view kPercent = "\u767E\u5206\u4E4B";  // before a percentage
// A single numeral is a number behind one of these.
constexpr string_view kBeforeOne[] = {"\u662F", "\u4E3A", "\u70BA", "\u306F", ":", "=", "\u5F97"};
constexpr size_t kBytes = 3;            // of each of these characters
constexpr size_t kMostCharacters = 40;  // that one number may have

const Numeral* NumeralAt(string_view text) {
  if (text.size() < kBytes || static_cast<unsigned char>(text[0]) < 0xE3) return nullptr;
  size_t length;
  const uint32_t code = DecodeCharacter(text, &length);
  const Numeral* found =
      std::lower_bound(std::begin(kNumerals), std::end(kNumerals), code,
                       [](const Numeral& numeral, uint32_t wanted) { return numeral.code < wanted; });
  return length == kBytes && found != std::end(kNumerals) && found->code == code ? found : nullptr;
}

template <size_t n>
bool StartsWithAny(string_view text, const string_view (&words)[n]) {
  for (const string_view word : words) {
    if (absl::StartsWith(text, word)) return true;
  }
  return false;
}

using Run = absl::InlinedVector<const Numeral*, 16>;

Run TakeRun(string_view* text) {
  Run run;
  while (const Numeral* numeral = NumeralAt(*text)) {
    run.push_back(numeral);
    text->remove_prefix(kBytes);
  }
  return run;
}

// Digits one for one.
bool ReadDigits(const Run& run, double* value) {
  std::string digits;
  bool has_zero = false;
  for (const Numeral* numeral : run) {
    if (numeral->digit < 0 || numeral->code == kTwos[0] || numeral->code == kTwos[1]) return false;
    has_zero = has_zero || numeral->digit == 0;
    digits.push_back(static_cast<char>('0' + numeral->digit));
  }
  if (digits.size() > 15 || digits.size() < (has_zero ? 2 : 3)) return false;
  *value = ToDouble(digits);
  return true;
}

// Digits and powers of ten, each power below the one before in its group; ten thousands and hundred millions close
// groups.
bool ReadPowers(const Run& run, double* value) {
  double total = 0, group = 0, last_power = 1e4, last_group = 1e12;
  int digit = -1;
  bool zero = false, first = true;
  for (const Numeral* numeral : run) {
    if (numeral->digit == 0) {
      if (digit >= 0 || zero || first) return run.size() == 1 && (*value = 0, true);
      zero = true;
    } else if (numeral->digit > 0) {
      if (digit >= 0) return false;
      digit = numeral->digit;
    } else if (numeral->power < 1e4) {
      if (numeral->power >= last_power) return false;
      // Ten may do without its one; a hundred and a thousand too, in Japanese, at the beginning.
      if (digit < 0 && numeral->power > 10 && !first) return false;
      group += (digit < 0 ? 1 : digit) * numeral->power;
      last_power = numeral->power;
      digit = -1;
      zero = false;
    } else {
      if (zero && digit < 0) return false;
      if (digit > 0 && last_power > 10 && last_power < 1e4 && !zero) return false;
      group += digit > 0 ? digit : 0;
      if (group == 0 || numeral->power >= last_group) return false;
      total += group * numeral->power;
      last_group = numeral->power;
      group = 0;
      last_power = 1e4;
      digit = -1;
      zero = false;
    }
    first = false;
  }
  if (zero && digit < 0) return false;
  // "3000 5" would be 3005 in Japanese and 3500 in Chinese.
  const bool behind_power = group > 0 ? last_power > 10 : total > 0;
  if (digit > 0 && behind_power && !zero) return false;
  *value = total + group + (digit > 0 ? digit : 0);
  return true;
}

bool ReadWhole(const Run& run, double* value) {
  if (run.empty() || run.size() > kMostCharacters) return false;
  // A hundred and a thousand without a one before a digit alone: else they are words.
  if (run[0]->power >= 100 && (run[0]->power > 1e3 || run.size() < 2 || run[1]->digit < 1)) return false;
  return ReadPowers(run, value) || ReadDigits(run, value);
}

// Behind the point.
bool ReadDecimals(const Run& run, double* value) {
  double unit = 1;
  if (run.empty() || run.size() > 15) return false;
  for (const Numeral* numeral : run) {
    if (numeral->digit < 0) return false;
    unit /= 10;
    *value += numeral->digit * unit;
  }
  return true;
}

}  // namespace

size_t ReadHanNumeral(string_view before, string_view text, double* value, bool* is_number) {
  *is_number = false;
  if (NumeralAt(text) == nullptr) return 0;
  string_view rest = text;
  const bool percent = absl::ConsumePrefix(&rest, kPercent);
  const Run run = TakeRun(&rest);
  if (percent && run.empty()) return kPercent.size();
  if (!ReadWhole(run, value)) return text.size() - rest.size();
  *is_number = true;
  size_t characters = run.size() + (percent ? 2 : 0);
  string_view more = rest;
  if (absl::ConsumePrefix(&more, kParts)) {
    double above;
    if (ReadWhole(TakeRun(&more), &above) && *value > 0) {
      *value = above / *value;
      rest = more;
      characters += 2;
    }
  } else if (StartsWithAny(more, kPoints)) {
    more.remove_prefix(kBytes);
    const Run decimals = TakeRun(&more);
    if (ReadDecimals(decimals, value)) {
      rest = more;
      characters += 2;
    }
  }
  if (characters == 1) {
    while (!before.empty() && before.back() == ' ') before.remove_suffix(1);
    bool may_be = false;
    for (const string_view word : kBeforeOne) may_be = may_be || absl::EndsWith(before, word);
    const bool is_one = run[0]->digit == 1;
    // "it is one of": only a one that ends its clause is a number.
    const bool ends = rest.empty() || absl::ascii_isspace(rest[0]) || absl::ascii_ispunct(rest[0]);
    *is_number = may_be && (is_one ? ends : !absl::StartsWith(rest, "\u5206"));
  } else if (absl::EndsWith(before, "\u7B2C")) {
    *is_number = false;  // "the 32nd"
  }
  return text.size() - rest.size();
}

size_t ReadEastAsianScale(string_view text, double* value) {
  constexpr struct {
    string_view word;
    double scale;
  } kScales[] = {{"\u4E07", 1e4}, {"\u842C", 1e4}, {"\uB9CC", 1e4}, {"\u4EBF", 1e8}, {"\u5104", 1e8}, {"\uC5B5", 1e8}};
  for (const auto& [word, scale] : kScales) {
    string_view rest = text;
    if (!absl::ConsumePrefix(&rest, word)) continue;
    *value *= scale;
    if (scale > 1e4) return text.size() - rest.size();
    string_view more = rest;
    absl::ConsumePrefix(&more, " ");
    const size_t digits = CountDigits(more);
    if (digits == 0 || digits > 4 || absl::StartsWith(more.substr(digits), ".")) return text.size() - rest.size();
    double below = ToDouble(more.substr(0, digits));
    more.remove_prefix(digits);
    if (absl::ConsumePrefix(&more, "\u5343") || absl::ConsumePrefix(&more, "\uCC9C")) {
      below *= 1000;
    } else if (rest[0] == ' ') {
      return text.size() - rest.size();
    }
    if (below < scale) {
      *value += below;
      rest = more;
    }
    return text.size() - rest.size();
  }
  return 0;
}

}  // namespace evaluation

#include "evaluation/numbers/decimal.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "evaluation/numbers/plain_text.h"
#include "evaluation/numbers/word_set.h"

namespace evaluation {
namespace {

constexpr int kMaxGroups = 12;  // of digits that one number may have
constexpr char kSeparators[] = {',', ' ', kNarrowSpace, '\'', '_'};
// Currencies that write thousands with a point, or that have no smaller unit.
constexpr auto kPointCurrencies = MakeWordSet({"eur",
                                               "euro",
                                               "euros",
                                               "kr",
                                               "krone",
                                               "kroner",
                                               "kronor",
                                               "krona",
                                               "real",
                                               "reais",
                                               "peso",
                                               "pesos",
                                               "rupiah",
                                               "lira",
                                               "liras",
                                               "lire",
                                               "chf",
                                               "vnd",
                                               "dong",
                                               "idr",
                                               "rp",
                                               "krw",
                                               "won",
                                               "jpy",
                                               "yen",
                                               "clp",
                                               "cop",
                                               "ars",
                                               "brl",
                                               "pyg",
                                               "uyu",
                                               "dkk",
                                               "nok",
                                               "sek",
                                               "isk",
                                               "czk",
                                               "huf",
                                               "pln",
                                               "zloty",
                                               "\u0111",
                                               "\u0111\u1ED3ng",
                                               "tl",
                                               "forint",
                                               "guaranies"});
// Before the name of a currency.
constexpr auto kNations =
    MakeWordSet({"vietnamese", "indonesian", "korean", "japanese", "chilean", "colombian", "argentine", "brazilian",
                 "swedish", "norwegian", "danish", "icelandic", "turkish", "hungarian", "swiss", "czech", "polish"});
// The same where no space ends a word.
constexpr absl::string_view kPointCurrencySigns[] = {"\x06", "\u5186", "\uC6D0"};

// The word at the beginning, as far as it may be a currency.
absl::string_view WordOf(absl::string_view text) {
  size_t end = 0;
  while (end < text.size() && end < 16 &&
         (absl::ascii_isalpha(text[end]) || static_cast<unsigned char>(text[end]) >= 0x80)) {
    ++end;
  }
  return text.substr(0, end);
}

bool IsPointCurrencyBehind(absl::string_view text) {
  if (const absl::string_view word = WordOf(text); kNations.Has(word)) {
    text.remove_prefix(word.size());
    SkipSpaces(&text);
  }
  return IsPointCurrency(WordOf(text)) ||
         std::any_of(std::begin(kPointCurrencySigns), std::end(kPointCurrencySigns),
                     [&](absl::string_view sign) { return absl::StartsWith(text, sign); });
}

// Each of these reads at the beginning of `*text` and moves it behind what it read; where they return false, not.

// Groups of `size` digits, each behind the separator; at least `least`. Their digits go to `digits`.
bool ReadGroups(absl::string_view* text, char separator, size_t size, int least, std::string* digits) {
  absl::string_view rest = *text;
  std::string read;
  int groups = 0;
  while (groups < kMaxGroups && rest.size() > size && rest[0] == separator &&
         CountDigits(rest.substr(1, size + 1)) == size) {
    absl::StrAppend(&read, rest.substr(1, size));
    rest.remove_prefix(1 + size);
    ++groups;
  }
  if (groups < least) return false;
  absl::StrAppend(digits, read);
  *text = rest;
  return true;
}

// "1,00,000": groups of two and a last one of three.
bool ReadIndianGroups(absl::string_view* text, std::string* digits) {
  absl::string_view rest = *text;
  std::string read;
  if (!ReadGroups(&rest, ',', 2, 1, &read) || !ReadGroups(&rest, ',', 3, 1, &read)) return false;
  absl::StrAppend(digits, read);
  *text = rest;
  return true;
}

// Behind the first digits: ".234.567", ".234,50", or ".234" of a currency that is written so.
bool ReadPointGroups(absl::string_view* text, const NumberContext& context, std::string* digits) {
  absl::string_view rest = *text;
  std::string read;
  if (!ReadGroups(&rest, '.', 3, 1, &read)) return false;
  absl::string_view behind = rest;
  const bool has_comma = absl::ConsumePrefix(&behind, ",") && StartsWithDigit(behind) && CountDigits(behind) != 3;
  SkipSpaces(&behind);
  const bool by_currency = context.money || (!context.dollars && IsPointCurrencyBehind(behind));
  if (read.size() < 6 && !has_comma && !by_currency) return false;
  absl::StrAppend(digits, read);
  if (has_comma) {
    rest.remove_prefix(1);
    const size_t decimals = CountDigits(rest);
    absl::StrAppend(digits, ".", rest.substr(0, decimals));
    rest.remove_prefix(decimals);
  }
  *text = rest;
  return true;
}

// ",5" or ",50", where no list goes on; ",125" behind a zero.
bool ReadDecimalComma(absl::string_view* text, const NumberContext& context, std::string* digits) {
  absl::string_view rest = *text;
  if (context.in_list || !absl::ConsumePrefix(&rest, ",")) return false;
  const size_t decimals = CountDigits(rest);
  const absl::string_view behind = rest.substr(decimals);
  const bool is_short = decimals == 1 || decimals == 2 || (decimals > 0 && *digits == "0");
  if (!is_short || (behind.size() > 1 && behind[0] == ',' && absl::ascii_isdigit(behind[1]))) return false;
  absl::StrAppend(digits, ".", rest.substr(0, decimals));
  *text = behind;
  return true;
}

}  // namespace

bool IsPointCurrency(absl::string_view word) { return kPointCurrencies.Has(word); }

size_t CountDigits(absl::string_view text) {
  return std::find_if_not(text.begin(), text.end(), absl::ascii_isdigit) - text.begin();
}

double ToDouble(absl::string_view digits) {
  double value = 0;
  if (digits.size() <= 15 && CountDigits(digits) == digits.size()) {
    for (const char digit : digits) value = 10 * value + (digit - '0');
    return value;
  }
  return absl::SimpleAtod(digits, &value) ? value : 0;
}

void SkipSpaces(absl::string_view* text) {
  while (absl::ConsumePrefix(text, " ") || absl::ConsumePrefix(text, "\v")) {
  }
}

bool StartsWithDigit(absl::string_view text) { return !text.empty() && absl::ascii_isdigit(text[0]); }

bool ReadDecimal(absl::string_view* text, const NumberContext& context, std::string* digits, bool* has_point) {
  const size_t first = CountDigits(*text);
  digits->assign(text->data(), first);
  text->remove_prefix(first);
  *has_point = false;
  bool commas = false;
  if (first > 0 && first <= 3 && text->size() > 2 && !absl::ascii_isalpha((*text)[0])) {
    if (ReadPointGroups(text, context, digits)) {
      *has_point = absl::StrContains(*digits, '.');
      return true;
    }
    commas = first <= 2 && ReadIndianGroups(text, digits);
    if (!commas) {
      for (const char separator : kSeparators) {
        if ((*digits)[0] == '0' || !ReadGroups(text, separator, 3, 1, digits)) continue;
        commas = separator == ',';
        break;
      }
    }
  }
  if (text->size() >= 2 && (*text)[0] == '.' && absl::ascii_isdigit((*text)[1])) {
    const size_t decimals = CountDigits(text->substr(1));
    absl::StrAppend(digits, first > 0 ? "." : "0.", text->substr(1, decimals));
    text->remove_prefix(1 + decimals);
    *has_point = true;
    return true;
  }
  if (first > 0 && !commas) *has_point = ReadDecimalComma(text, context, digits);
  return first > 0;
}

}  // namespace evaluation

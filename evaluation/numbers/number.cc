#include "evaluation/numbers/number.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "evaluation/numbers/decimal.h"
#include "evaluation/numbers/han_numerals.h"
#include "evaluation/numbers/number_reader.h"
#include "evaluation/numbers/number_words.h"
#include "evaluation/numbers/plain_text.h"
#include "evaluation/numbers/word_set.h"

namespace evaluation {
namespace {

// Letters of currencies that stand directly before digits.
constexpr auto kCurrencyLetters =
    MakeWordSet({"usd", "eur", "gbp", "inr", "jpy", "cny", "aud", "cad", "chf", "rs",  "us",  "rmb", "php",
                 "ngn", "zar", "sgd", "hkd", "kr",  "rp",  "vnd", "idr", "krw", "dkk", "nok", "sek", "brl"});
// Behind an amount, its unit, and behind that the hundredths of it.
constexpr auto kUnits = MakeWordSet(
    {"dollar", "dollars", "buck", "bucks", "euro", "euros", "pound", "pounds", "usd", "eur", "rupee", "rupees"});
constexpr auto kHundredths = MakeWordSet({"cent", "cents", "pence", "penny", "pennies", "paise"});
// Words behind which a sign may stand apart from its number.
constexpr auto kBeforeSign = MakeWordSet({"is",  "of",    "be",    "was",     "are",    "were",   "equals", "equal",
                                          "to",  "at",    "by",    "about",   "around", "ist",    "es",     "est",
                                          "get", "gives", "makes", "exactly", "now",    "profit", "loss",   "balance"});

bool IsCurrency(char c) { return c == '$' || c == kMoneyMark; }
bool IsSpace(char c) { return c == ' ' || c == kNarrowSpace; }

absl::string_view WithoutSpacesBehind(absl::string_view text) {
  for (int spaces = 0; spaces < 4 && !text.empty() && IsSpace(text.back()); ++spaces) text.remove_suffix(1);
  return text;
}

// The letters that end `text`, at most 12.
absl::string_view LastLetters(absl::string_view text) {
  size_t begin = text.size();
  while (begin > 0 && text.size() - begin < 12 && absl::ascii_isalpha(text[begin - 1])) --begin;
  return text.substr(begin);
}

// Whether a sign that stands apart from its number can follow `before`.
bool MayBeSigned(absl::string_view before) {
  before = WithoutSpacesBehind(before);
  while (!before.empty() && (before.back() == '{' || before.back() == '"')) before.remove_suffix(1);
  if (before.empty()) return false;
  const char last = before.back();
  return absl::StrContains("=:#>", absl::string_view(&last, 1)) || last == kBoxMark ||
         kBeforeSign.Has(LastLetters(before));
}

// What stands before a number's first digit or letter.
struct Front {
  size_t begin = 0;
  bool negative = false, money = false, accounts = false;
};

Front FrontOf(absl::string_view text, size_t at, bool in_words) {
  Front front;
  absl::string_view before = text.substr(0, at);
  const absl::string_view letters = LastLetters(before);
  if (in_words && absl::ConsumeSuffix(&before, "\u8D1F")) {  // Chinese for minus
    front.negative = true;
    front.begin = before.size();
    return front;
  }
  if (!in_words && !letters.empty() && kCurrencyLetters.Has(letters)) {
    before.remove_suffix(letters.size());
    front.money = true;
  }
  bool closed = true;  // no space between sign and number
  if (!before.empty() && IsCurrency(before.back())) {
    before.remove_suffix(1);
    front.money = true;
  } else if (absl::EndsWith(before, " ") && before.size() >= 2 && IsCurrency(before[before.size() - 2]) &&
             before.size() >= 3 && !absl::ascii_isalnum(before[before.size() - 3])) {
    before.remove_suffix(2);  // "$ 5"
    front.money = true;
  }
  front.begin = before.size();
  if (!before.empty() && before.back() == '{') before.remove_suffix(1);
  if (const absl::string_view near = WithoutSpacesBehind(before); near.size() < before.size()) {
    closed = false;
    before = near;
  }
  if (absl::ConsumeSuffix(&before, "-")) {
    size_t signs_begin = before.size();
    if (!front.money && !before.empty() && IsCurrency(before.back())) {  // "$-5"
      before.remove_suffix(1);
      front.money = true;
      signs_begin = before.size();
    }
    const char last = before.empty() ? ' ' : before.back();
    const bool joins = absl::ascii_isalnum(last) || absl::StrContains(")]}%-_", absl::string_view(&last, 1)) ||
                       static_cast<unsigned char>(last) >= 0x80;
    front.negative = closed ? !joins : MayBeSigned(before);
    if (front.negative) front.begin = signs_begin;
  } else if (const absl::string_view word = LastLetters(before);
             !closed && (word == "minus" || word == "negative") &&
             (word == "negative" || MayBeSigned(before.substr(0, before.size() - word.size())))) {
    front.negative = true;
    front.begin = before.size() - word.size();
  } else if (closed && absl::ConsumeSuffix(&before, "(")) {
    const bool outside = !before.empty() && IsCurrency(before.back());
    if (outside) before.remove_suffix(1);
    front.accounts = (front.money || outside) && MayBeSigned(before);
  }
  return front;
}

// Whether digits may begin a number behind `before`: not inside a name or an exponent.
bool MayBegin(absl::string_view before) {
  if (before.empty()) return true;
  const char last = before.back();
  if (last == '_' || last == '^' || absl::EndsWith(before, "^{") || absl::EndsWith(before, "^-") ||
      absl::EndsWith(before, "^{-")) {
    return false;
  }
  if (!absl::ascii_isalpha(last)) return true;
  const absl::string_view letters = LastLetters(before);
  return letters == "is" || kCurrencyLetters.Has(letters);
}

// What stands before the number, for its separators.
NumberContext ContextOf(absl::string_view before) {
  NumberContext context;
  context.behind_slash = absl::EndsWith(before, "/");
  context.in_list = absl::EndsWith(before, "(") || absl::EndsWith(before, ",");
  context.dollars = absl::EndsWith(before, "$");
  const absl::string_view near = WithoutSpacesBehind(before);
  // Brazil's sign.
  const bool reais = absl::EndsWith(near, "r$") && LastLetters(near.substr(0, near.size() - 1)) == "r";
  context.dollars = context.dollars && !reais;
  const absl::string_view word = LastLetters(absl::StripSuffix(near, "."));
  context.money = reais || absl::EndsWith(before, "\x06") || absl::EndsWith(before, "\x06 ") ||
                  (!word.empty() && IsPointCurrency(word));
  return context;
}

// The letters at the beginning of `*text`, which are taken from it.
absl::string_view TakeLetters(absl::string_view* text) {
  size_t end = 0;
  while (end < text->size() && end < 12 && absl::ascii_isalpha((*text)[end])) ++end;
  const absl::string_view letters = text->substr(0, end);
  text->remove_prefix(end);
  return letters;
}

// Spaces, also with LaTeX's braces: "18 \\text{ dollars and } 50".
bool ConsumeSpaces(absl::string_view* text) {
  const size_t size = text->size();
  for (int steps = 0; steps < 4 && !text->empty() && absl::StrContains(" {}\v", text->substr(0, 1)); ++steps) {
    text->remove_prefix(1);
  }
  return text->size() < size;
}

// Behind a whole amount: " dollars and 50 cents", or, of one behind a currency, " and 50 cents". How many bytes
// they take.
size_t ReadCents(absl::string_view text, absl::string_view before, bool is_money, double* value) {
  absl::string_view rest = text;
  if (!ConsumeSpaces(&rest) || rest.empty()) return 0;
  absl::string_view word = TakeLetters(&rest);
  if (word == "us" && ConsumeSpaces(&rest)) word = TakeLetters(&rest);
  if (kUnits.Has(word)) {
    const bool comma = absl::ConsumePrefix(&rest, ",");
    if (!ConsumeSpaces(&rest)) return 0;
    const absl::string_view unread = rest;
    word = TakeLetters(&rest);
    if (word != "and" && !absl::StartsWith(rest, "&")) {
      if (comma) return 0;
      rest = unread;
    }
  } else if (word != "and" && !absl::StartsWith(rest, "&")) {
    return 0;
  } else if (!is_money && !kCurrencyLetters.Has(LastLetters(WithoutSpacesBehind(before)))) {
    return 0;
  }
  absl::ConsumePrefix(&rest, "&");
  ConsumeSpaces(&rest);
  double cents = 0;
  size_t length = CountDigits(rest.substr(0, 3));
  if (length > 2) return 0;
  if (length > 0) {
    cents = ToDouble(rest.substr(0, length));
  } else {
    length = ReadNumberWords(rest, &cents);
  }
  if (length == 0 || cents != std::floor(cents) || cents < 0 || cents > 99) return 0;
  rest.remove_prefix(length);
  ConsumeSpaces(&rest);
  if (!kHundredths.Has(TakeLetters(&rest)) || (!rest.empty() && absl::ascii_isalnum(rest[0]))) return 0;
  *value += cents / 100;
  return text.size() - rest.size();
}

// Behind the number: "rd".
bool IsOrdinal(absl::string_view rest) {
  const absl::string_view suffix = rest.substr(0, 2);
  return (suffix == "st" || suffix == "nd" || suffix == "rd" || suffix == "th") &&
         (rest.size() == 2 || !absl::ascii_isalpha(rest[2]));
}

}  // namespace

std::vector<FoundNumber> FindNumbers(absl::string_view plain) {
  std::vector<FoundNumber> numbers;
  for (size_t at = 0; at < plain.size();) {
    const absl::string_view rest = plain.substr(at);
    const absl::string_view before = plain.substr(0, at);
    const bool behind_digit = at > 0 && absl::ascii_isdigit(plain[at - 1]);
    FoundNumber number;
    size_t length = 0;
    if (absl::ascii_isalpha(rest[0])) {
      const bool begins_word = at == 0 || !(absl::ascii_isalnum(plain[at - 1]) || plain[at - 1] == '_' ||
                                            plain[at - 1] == '\'' || plain[at - 1] == '-');
      if (begins_word) length = ReadNumberWords(rest, &number.value);
      if (length > 0 && at + length < plain.size() && absl::ascii_isdigit(plain[at + length])) length = 0;
      number.in_words = true;
    } else if (absl::ascii_isdigit(rest[0]) || (rest[0] == '.' && (at == 0 || !absl::ascii_isalnum(plain[at - 1]))) ||
               rest[0] == kFractionMark) {
      if (absl::ascii_isdigit(rest[0]) && (behind_digit || !MayBegin(before))) {
        ++at;
        continue;
      }
      length = ReadUnsignedNumber(rest, ContextOf(before), &number.value);
    }
    if (static_cast<unsigned char>(rest[0]) >= 0xE3) {
      bool is_number;
      length = ReadHanNumeral(before, rest, &number.value, &is_number);
      if (length > 0 && !is_number) {
        at += length;
        continue;
      }
      number.in_words = true;
    }
    if (length == 0) {
      ++at;
      continue;
    }
    const Front front = FrontOf(plain, at, number.in_words);
    if (number.value == std::floor(number.value)) {
      length += ReadCents(plain.substr(at + length), plain.substr(0, front.begin), front.money, &number.value);
    }
    const bool accounts = front.accounts && absl::StartsWith(plain.substr(at + length), ")");
    if (front.negative || accounts) number.value = -number.value;
    number.begin = front.begin;
    number.is_money = front.money;
    number.end = at = at + length;
    number.is_ordinal = !number.in_words && IsOrdinal(plain.substr(at));
    numbers.push_back(number);
  }
  return numbers;
}

std::string NumberText(double value) {
  if (std::abs(value) < 1e15 && value == std::floor(value)) return absl::StrFormat("%.0f", value == 0 ? 0.0 : value);
  for (const int digits : {6, 15}) {
    std::string text = absl::StrFormat("%.*g", digits, value);
    double read;
    if (absl::SimpleAtod(text, &read) && read == value) return text;
  }
  return absl::StrFormat("%.17g", value);
}

bool SameNumber(double a, double b) { return a == b || std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)); }

}  // namespace evaluation

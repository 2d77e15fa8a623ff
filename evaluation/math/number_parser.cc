#include "evaluation/math/number_parser.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace evaluation {

using ::absl::string_view;
using Number = absl::optional<Exact>;

bool NumberParser::Sees(string_view word) const { return absl::StartsWith(rest_, word); }
bool NumberParser::Take(string_view word) {
  if (!Sees(word)) return false;
  // A command's name ends where its letters end.
  const bool is_command = word.size() > 1 && word[0] == '\\' && absl::ascii_isalpha(word.back());
  if (is_command && rest_.size() > word.size() && absl::ascii_isalpha(rest_[word.size()])) return false;
  rest_.remove_prefix(word.size());
  if (is_command) absl::ConsumePrefix(&rest_, " ");
  return true;
}

// Behind a value: "\text{ cm}^2", "dollars".
void NumberParser::SkipUnits() {
  string_view rest = rest_;
  bool found = false;
  while (true) {
    if (absl::ConsumePrefix(&rest, "\x01")) {
      const size_t end = rest.find('\x02');
      const string_view word = absl::StripAsciiWhitespace(rest.substr(0, end));
      if (end == string_view::npos || word == "and" || word == "or") return;
      rest.remove_prefix(end + 1);
    } else if (rest.size() >= 2 && absl::ascii_isalpha(rest[0]) && absl::ascii_isalpha(rest[1])) {
      while (!rest.empty() && absl::ascii_isalpha(rest[0])) rest.remove_prefix(1);
    } else {
      break;
    }
    found = true;
    if (absl::ConsumePrefix(&rest, "^2") || absl::ConsumePrefix(&rest, "^3") || absl::ConsumePrefix(&rest, "^{2}") ||
        absl::ConsumePrefix(&rest, "^{3}")) {
      continue;
    }
  }
  if (found && (rest.empty() || rest[0] == ',' || rest[0] == '\x01')) rest_ = rest;
}

Number NumberParser::ReadSum() {
  if (++depth_ > kMaxDepth) return absl::nullopt;
  bool negative = Take("-");
  if (!negative) Take("+");
  Number sum = Exact();
  while (true) {
    Number product = ReadProduct();
    if (product && negative) product = Negative(*product);
    if (!product) return absl::nullopt;
    sum = Sum(*sum, *product);
    if (!sum) return absl::nullopt;
    if (Take("+")) {
      negative = false;
    } else if (Take("-")) {
      negative = true;
    } else {
      break;
    }
  }
  --depth_;
  return sum;
}

Number NumberParser::ReadProduct() {
  Number product = ReadPower();
  while (product) {
    bool divides = false;
    if (Take("\\cdot") || Take("\\times") || Take("*")) {
    } else if (Take("/") || Take("\\div")) {
      divides = true;
    } else if (!BeginsAtom()) {
      break;
    }
    Number factor = ReadPower();
    if (factor && divides) factor = Inverse(*factor);
    product = factor ? Product(*product, *factor) : absl::nullopt;
  }
  return product;
}

// What may follow a factor without a sign between.
bool NumberParser::BeginsAtom() const {
  return Sees("(") || Sees("\\sqrt") || Sees("\\pi") || Sees("\\frac") || (Sees("i") && !IsWord());
}
bool NumberParser::IsWord() const { return rest_.size() > 1 && absl::ascii_isalpha(rest_[1]); }

Number NumberParser::ReadPower() {
  const Number base = ReadAtom();
  if (!base || !Take("^")) return base;
  Number exponent;
  if (Take("{")) {
    exponent = ReadSum();
    if (!Take("}")) return absl::nullopt;
  } else if (!rest_.empty() && absl::ascii_isdigit(rest_[0])) {
    exponent = Exact(Rational{rest_[0] - '0', 1});
    rest_.remove_prefix(1);
  }
  const auto value = exponent ? exponent->AsRational() : absl::nullopt;
  if (!value) return absl::nullopt;
  const Number root = value->below == 1 ? base : Root(*base, value->below);
  return root ? Power(*root, value->above) : absl::nullopt;
}

// "{sum}" or a single digit or "\pi".
Number NumberParser::ReadArgument() {
  if (!rest_.empty() && absl::ascii_isdigit(rest_[0])) {
    const Exact digit(Rational{rest_[0] - '0', 1});
    rest_.remove_prefix(1);
    return digit;
  }
  if (Take("\\pi")) return Exact::Pi();
  if (!Take("{")) return absl::nullopt;
  const Number sum = ReadSum();
  SkipUnits();
  if (!sum || !Take("}")) return absl::nullopt;
  return sum;
}

Number NumberParser::ReadAtom() {
  if (!rest_.empty() && (absl::ascii_isdigit(rest_[0]) || rest_[0] == '.')) return ReadDecimal();
  if (Take("\\pi")) return Exact::Pi();
  if (Take("\\frac")) return ReadFraction();
  if (Take("\\sqrt")) {
    int64_t degree = 2;
    if (Take("[")) {
      const size_t end = rest_.find(']');
      if (end == string_view::npos || !absl::SimpleAtoi(rest_.substr(0, end), &degree)) return absl::nullopt;
      rest_.remove_prefix(end + 1);
    }
    const Number argument = ReadArgument();
    return argument ? Root(*argument, degree) : absl::nullopt;
  }
  if (Sees("i") && !IsWord()) {
    rest_.remove_prefix(1);
    return SquareRoot(Exact(Rational{-1, 1}));
  }
  for (const auto& [open, close] : {std::pair("(", ")"), std::pair("{", "}"), std::pair("[", "]")}) {
    if (!Take(open)) continue;
    const Number sum = ReadSum();
    if (!sum || !Take(close)) return absl::nullopt;
    return sum;
  }
  return absl::nullopt;
}

Number NumberParser::ReadFraction() {
  const Number above = ReadArgument();
  const Number below = above ? ReadArgument() : absl::nullopt;
  const Number inverse = below ? Inverse(*below) : absl::nullopt;
  return inverse ? Product(*above, *inverse) : absl::nullopt;
}

// Digits, thousands and decimals; behind a whole number, a fraction of digits is added.
Number NumberParser::ReadDecimal() {
  std::string digits;
  const auto take_digits = [&] {
    size_t count = 0;
    while (count < rest_.size() && absl::ascii_isdigit(rest_[count])) ++count;
    digits.append(rest_.data(), count);
    rest_.remove_prefix(count);
    return count;
  };
  const size_t first = take_digits();
  while (!in_list_ && first >= 1 && first <= 3 && rest_.size() >= 4 && rest_[0] == ',' &&
         absl::ascii_isdigit(rest_[1]) && absl::ascii_isdigit(rest_[2]) && absl::ascii_isdigit(rest_[3]) &&
         (rest_.size() == 4 || !absl::ascii_isdigit(rest_[4]))) {
    rest_.remove_prefix(1);
    take_digits();
  }
  size_t decimals = 0;
  if (rest_.size() > 1 && rest_[0] == '.' && absl::ascii_isdigit(rest_[1])) {
    rest_.remove_prefix(1);
    decimals = take_digits();
  }
  int64_t above, below = 1;
  if (decimals > 18 || !absl::SimpleAtoi(digits, &above)) return absl::nullopt;
  for (size_t i = 0; i < decimals; ++i) below *= 10;
  const auto value = MakeRational(above, below);
  if (!value) return absl::nullopt;
  const string_view before = rest_;
  if (decimals == 0 && Take("\\frac")) {
    const Number fraction = ReadFraction();
    const auto part = fraction ? fraction->AsRational() : absl::nullopt;
    if (part && part->above > 0 && part->above < part->below) return Sum(Exact(*value), *fraction);
    rest_ = before;
  }
  return Exact(*value);
}

}  // namespace evaluation

#include "evaluation/math/number_parser.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "evaluation/math/units.h"

namespace evaluation {

using ::absl::string_view;
using Kind = LatexToken::Kind;
using Number = absl::optional<Exact>;

NumberParser::NumberParser(std::vector<LatexToken> tokens) {
  for (LatexToken& token : tokens) {
    if (token.kind == Kind::kUnit) {
      AddUnit(token.text, &units_);
    } else {
      tokens_.push_back(std::move(token));
    }
  }
}

bool NumberParser::Sees(string_view symbol, size_t ahead) const {
  return state_.at + ahead < tokens_.size() && tokens_[state_.at + ahead].Is(symbol);
}
bool NumberParser::Take(string_view symbol) {
  if (!Sees(symbol)) return false;
  ++state_.at;
  return true;
}

std::string NumberParser::LettersAt(size_t at) const {
  std::string letters;
  for (size_t end = at; end < tokens_.size() && tokens_[end].kind == Kind::kLetter; ++end) {
    if (end > at && tokens_[end].spaced) break;
    letters += tokens_[end].text;
  }
  return letters;
}

bool NumberParser::TakeWord(string_view word) {
  if (AtEnd()) return false;
  if (tokens_[state_.at].kind == Kind::kWord) {
    if (tokens_[state_.at].text != word) return false;
    ++state_.at;
    return true;
  }
  if (!tokens_[state_.at].spaced || LettersAt(state_.at) != word) return false;
  state_.at += word.size();
  return true;
}

void NumberParser::SkipUnits() {
  if (SkipBareUnits()) return;
  while (!AtEnd() && tokens_[state_.at].kind == Kind::kWord) {
    const std::string& word = tokens_[state_.at].text;
    if (!MayBeUnit(word)) return;
    AddUnit(word, &units_);
    ++state_.at;
    // "sq. ft."
    if (Sees(".")) ++state_.at;
    if (Sees("^") && (Sees("2", 1) || Sees("3", 1))) {
      units_.insert(Sees("2", 1) ? "square" : "cubic");
      state_.at += 2;
    }
    if (Sees("/")) units_.insert("per");
    if ((Sees("/") || Sees("-") || Sees("\\cdot")) && state_.at + 1 < tokens_.size() &&
        tokens_[state_.at + 1].kind == Kind::kWord)
      ++state_.at;
  }
}

// Words of letters in math, which may be variables, too: each has two letters or more and a space before it, and one at
// least is a usual unit or long. "5cm" needs no space.
bool NumberParser::SkipBareUnits() {
  std::vector<std::string> words;
  bool is_sure = false;
  size_t at = state_.at;
  for (std::string word; !(word = LettersAt(at)).empty(); at += word.size()) {
    if (word == "and" || word == "or") break;
    const bool is_known = IsKnownUnit(word);
    if (word.size() < 2 || !MayBeUnit(word) || (!tokens_[at].spaced && !is_known)) return false;
    is_sure = is_sure || is_known || word.size() > 3;
    words.push_back(word);
  }
  if (!is_sure) return false;
  for (const std::string& word : words) AddUnit(word, &units_);
  state_.at = at;
  if (Sees("^") && (Sees("2", 1) || Sees("3", 1))) state_.at += 2;
  return true;
}

absl::optional<bool> NumberParser::TakeSign() {
  if (Take("-")) return false;
  if (Take("+")) return true;
  if (Take("\\pm")) {
    ++state_.plus_minus;
    return plus_;
  }
  if (Take("\\mp")) {
    ++state_.minus_plus;
    return !plus_;
  }
  return absl::nullopt;
}

Number NumberParser::ReadSum() {
  if (++state_.depth > kMaxDepth) return absl::nullopt;
  bool is_plus = TakeSign().value_or(true);
  Number sum = Exact();
  while (true) {
    Number product = ReadProduct();
    if (product && !is_plus) product = Negative(*product);
    sum = product ? Sum(*sum, *product) : absl::nullopt;
    if (!sum) return absl::nullopt;
    const absl::optional<bool> sign = TakeSign();
    if (!sign) break;
    is_plus = *sign;
  }
  // Of several it is not said which go together.
  const bool is_deep = state_.plus_minus + state_.minus_plus > 0 && state_.list_depth > 1;
  if (state_.plus_minus > 1 || state_.minus_plus > 1 || is_deep) return absl::nullopt;
  --state_.depth;
  return sum;
}

Number NumberParser::ReadProduct() {
  Number product = ReadPower();
  while (product) {
    bool divides = false;
    if (Take("\\cdot") || Take("\\times")) {
    } else if (Take("/") || Take("\\div")) {
      divides = true;
    } else if (!BeginsAtom()) {
      break;
    }
    Number factor = ReadPower();
    if (factor && divides) factor = Inverse(*factor);
    product = factor ? Product(*product, *factor) : absl::nullopt;
  }
  // "3 million".
  while (product && !AtEnd()) {
    const bool is_word = tokens_[state_.at].kind == Kind::kWord;
    const std::string word = is_word ? tokens_[state_.at].text : tokens_[state_.at].spaced ? LettersAt(state_.at) : "";
    const absl::optional<int64_t> scale = ScaleOf(word);
    if (!scale) break;
    state_.at += is_word ? 1 : word.size();
    product = Product(*product, Exact(Rational{*scale, 1}));
  }
  return product;
}

// What may follow a factor without a sign between.
bool NumberParser::BeginsAtom() const {
  return Sees("(") || Sees("\\sqrt") || Sees("\\pi") || Sees("\\frac") ||
         (Sees("i") && LettersAt(state_.at).size() == 1);
}

Number NumberParser::ReadPower() {
  const Number base = ReadAtom();
  if (!base || !Take("^")) return base;
  const Number exponent = ReadArgument();
  const auto value = exponent ? exponent->AsRational() : absl::nullopt;
  if (!value) return absl::nullopt;
  const Number root = value->below == 1 ? base : Root(*base, value->below);
  return root ? Power(*root, value->above) : absl::nullopt;
}

Number NumberParser::ReadArgument() {
  if (AtEnd()) return absl::nullopt;
  if (tokens_[state_.at].kind == Kind::kNumber) {
    const auto digits = ReadDigits();
    return digits ? Number(Exact(*digits)) : absl::nullopt;
  }
  if (!Take("{")) return Sees("\\pi") || Sees("\\frac") || Sees("i") ? ReadAtom() : absl::nullopt;
  const Number sum = ReadSum();
  SkipUnits();
  if (!sum || !Take("}")) return absl::nullopt;
  return sum;
}

Number NumberParser::ReadAtom() {
  if (AtEnd()) return absl::nullopt;
  if (tokens_[state_.at].kind == Kind::kNumber) return ReadMixed();
  if (Take("\\pi")) return Exact::Pi();
  if (Take("\\frac")) return ReadFraction();
  if (Take("\\sqrt")) {
    int64_t degree = 2;
    if (Take("[")) {
      if (AtEnd() || !absl::SimpleAtoi(tokens_[state_.at++].text, &degree) || !Take("]")) return absl::nullopt;
    }
    const Number argument = Sees("(") ? ReadAtom() : ReadArgument();
    return argument ? Root(*argument, degree) : absl::nullopt;
  }
  if (Sees("i") && LettersAt(state_.at).size() == 1) {
    ++state_.at;
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
  if (++state_.depth > kMaxDepth) return absl::nullopt;
  const Number above = ReadArgument();
  const Number below = above ? ReadArgument() : absl::nullopt;
  --state_.depth;
  const Number inverse = below ? Inverse(*below) : absl::nullopt;
  return inverse ? Product(*above, *inverse) : absl::nullopt;
}

Number NumberParser::ReadMixed() {
  const bool is_whole = tokens_[state_.at].text.find('.') == std::string::npos;
  const auto value = ReadDigits();
  if (!value || !is_whole) return value ? Number(Exact(*value)) : absl::nullopt;
  const Number fraction = TakeProperFraction();
  if (!fraction) return Exact(*value);
  return Sees("^") ? absl::nullopt : Sum(Exact(*value), *fraction);
}

Number NumberParser::TakeProperFraction() {
  const bool is_slash =
      !AtEnd() && tokens_[state_.at].kind == Kind::kNumber && tokens_[state_.at].spaced && Sees("/", 1);
  if (!is_slash && !Sees("\\frac")) return absl::nullopt;
  const size_t first = is_slash ? state_.at : state_.at + 1, second = state_.at + 2;
  int64_t above, below;
  const bool is_proper = second < tokens_.size() && absl::SimpleAtoi(tokens_[first].text, &above) &&
                         absl::SimpleAtoi(tokens_[second].text, &below) && above > 0 && above < below;
  // "10 100/200" may be a number by another.
  if (!is_proper || (is_slash && tokens_[first].text.size() == 3)) return absl::nullopt;
  state_.at = second + 1;
  const auto fraction = MakeRational(above, below);
  return fraction ? Number(Exact(*fraction)) : absl::nullopt;
}

absl::optional<Rational> NumberParser::ReadDigits() {
  std::string digits = tokens_[state_.at++].text;
  const size_t point = digits.find('.');
  const size_t decimals = point == std::string::npos ? 0 : digits.size() - point - 1;
  // "000" of "\{1,000\}" is no number.
  if (state_.in_list && digits.size() > 1 && digits[0] == '0' && point != 1) return absl::nullopt;
  if (decimals > 0) digits.erase(point, 1);
  int64_t above, below = 1;
  if (decimals > 18 || !absl::SimpleAtoi(digits, &above)) return absl::nullopt;
  for (size_t i = 0; i < decimals; ++i) below *= 10;
  return MakeRational(above, below);
}

}  // namespace evaluation

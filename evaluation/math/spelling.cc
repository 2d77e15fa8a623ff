#include "evaluation/math/spelling.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "evaluation/math/units.h"

namespace evaluation {
namespace {

using ::absl::string_view;
using Kind = LatexToken::Kind;
using Tokens = std::vector<LatexToken>;

constexpr size_t kMaxNameSize = 24;

bool IsCapital(const LatexToken& token) { return token.kind == Kind::kLetter && absl::ascii_isupper(token.text[0]); }

// A letter, also a Greek one.
bool IsVariable(const LatexToken& token) {
  if (token.kind == Kind::kLetter) return true;
  for (const string_view name : {"alpha", "beta", "gamma", "delta", "epsilon", "theta", "lambda", "mu", "rho", "sigma",
                                 "tau", "phi", "omega", "ell", "Delta", "Theta", "Omega", "Phi"}) {
    if (token.kind == Kind::kCommand && string_view(token.text).substr(1) == name) return true;
  }
  return false;
}

class NameReader {
 public:
  explicit NameReader(const Tokens& tokens) : tokens_(tokens) {}

  // The tokens of a name with its "=" or "\in"; 0: there is none.
  size_t Size() {
    if (Sees(Kind::kWord)) {
      while (Sees(Kind::kWord)) ++at_;
      return End(false);
    }
    if (Sees("(")) return Arguments() ? End(true) : 0;
    if (Sees("m") && Sees("\\angle", 1)) ++at_;
    if (Sees("\\angle") || Sees("\\triangle")) ++at_;
    if (at_ >= tokens_.size() || !IsVariable(tokens_[at_])) return 0;
    const size_t first = at_++;
    // "AB" is one name, "xy" is a product.
    while (IsCapital(tokens_[first]) && at_ < std::min(first + 3, tokens_.size()) && IsCapital(tokens_[at_])) ++at_;
    while (Sees("'")) ++at_;
    if (Sees("_") && !Index()) return 0;
    if (Sees("^") && !Inverse()) return 0;
    if (Sees("(") && !Arguments()) return 0;
    return End(true);
  }

 private:
  bool Sees(string_view symbol, size_t ahead = 0) const {
    return at_ + ahead < tokens_.size() && tokens_[at_ + ahead].Is(symbol);
  }
  bool Sees(Kind kind) const { return at_ < tokens_.size() && tokens_[at_].kind == kind; }

  // "(x)", "(x, y)".
  bool Arguments() {
    do {
      ++at_;
      if (at_ >= tokens_.size() || at_ > kMaxNameSize || !IsVariable(tokens_[at_])) return false;
      ++at_;
    } while (Sees(","));
    return Sees(")") && ++at_ > 0;
  }
  bool Index() {
    ++at_;
    const bool is_group = Sees("{");
    at_ += !is_group;
    while (is_group && at_ < kMaxNameSize && at_ < tokens_.size() && !Sees("}")) ++at_;
    at_ += is_group && Sees("}");
    return at_ < tokens_.size() && at_ < kMaxNameSize;
  }
  // "f^{-1}(x)": other powers are no names.
  bool Inverse() {
    if (!Sees("{", 1) || !Sees("-", 2) || !Sees("1", 3) || !Sees("}", 4) || !Sees("(", 5)) return false;
    at_ += 5;
    return true;
  }
  size_t End(bool may_be_in) const {
    const bool ends = Sees("=") || (may_be_in && Sees("\\in"));
    return ends && at_ < kMaxNameSize && at_ + 1 < tokens_.size() ? at_ + 1 : 0;
  }

  const Tokens& tokens_;
  size_t at_ = 0;
};

bool IsSeparator(const LatexToken& token) {
  return token.Is(",") || (token.kind == Kind::kWord && (token.text == "or" || token.text == "and"));
}

// Whether `tokens` go on at a place as they begin.
bool Repeats(const Tokens& tokens, size_t size, size_t at) {
  if (at + size > tokens.size()) return false;
  for (size_t i = 0; i < size; ++i) {
    if (tokens[at + i].kind != tokens[i].kind || tokens[at + i].text != tokens[i].text) return false;
  }
  return true;
}

// Drops the units behind a text, whose words are kept where they are all of it.
void TakeUnits(Tokens* tokens, std::set<std::string>* units) {
  const auto is_unit = [&](const LatexToken& token) {
    if (token.kind == Kind::kUnit) AddUnit(token.text, units);
    return token.kind == Kind::kUnit;
  };
  tokens->erase(std::remove_if(tokens->begin(), tokens->end(), is_unit), tokens->end());
  std::set<std::string> found;
  size_t end = tokens->size();
  while (end > 0) {
    const bool is_power = end >= 3 && (*tokens)[end - 2].Is("^") && (*tokens)[end - 3].kind == Kind::kWord &&
                          ((*tokens)[end - 1].Is("2") || (*tokens)[end - 1].Is("3"));
    const size_t word = is_power ? end - 3 : end - 1;
    if ((*tokens)[word].kind != Kind::kWord || !IsKnownUnit((*tokens)[word].text)) break;
    AddUnit((*tokens)[word].text, &found);
    end = word;
  }
  const bool has_rest = std::any_of(tokens->begin(), tokens->begin() + end,
                                    [](const LatexToken& token) { return token.kind != Kind::kWord; });
  if (has_rest) {
    tokens->resize(end);
    units->insert(found.begin(), found.end());
  }
}

// Of letters alone: in lower case unless they may be a product of variables.
bool IsWord(string_view letters) {
  const std::string lower = absl::AsciiStrToLower(letters);
  for (const string_view word : {"no", "yes", "odd", "even", "none", "true", "false"}) {
    if (lower == word) return true;
  }
  return letters.size() > 3 && std::any_of(letters.begin(), letters.end(), absl::ascii_islower);
}

bool IsOperand(const LatexToken& token) { return token.kind == Kind::kNumber || IsVariable(token); }

std::string TextOf(const Tokens& tokens) {
  if (tokens.size() == 3 && tokens[0].Is("(") && tokens[2].Is(")") && tokens[1].text.size() == 1 &&
      absl::ascii_isupper(tokens[1].text[0])) {
    return absl::StrCat(tokens[1].text, " ");
  }
  // "-x/2" as a whole.
  const size_t sign = !tokens.empty() && tokens[0].Is("-");
  if (tokens.size() == sign + 3 && tokens[sign + 1].Is("/") && IsOperand(tokens[sign]) && IsOperand(tokens[sign + 2])) {
    return absl::StrCat(sign ? "- " : "", "\\frac ", tokens[sign].text, " ", tokens[sign + 2].text, " ");
  }
  std::string letters, text;
  bool is_word = true;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const LatexToken& token = tokens[i];
    // "2\cdot x" is "2x".
    const bool is_product = token.Is("\\cdot") && i > 0 && tokens[i - 1].kind == Kind::kNumber && i + 1 < tokens.size();
    if (is_product && (tokens[i + 1].kind == Kind::kLetter || tokens[i + 1].Is("("))) continue;
    const bool has_letters = token.kind == Kind::kWord || token.kind == Kind::kLetter;
    is_word = is_word && has_letters;
    if (has_letters) {
      absl::StrAppend(&letters, token.text);
      for (const char& letter : token.text) absl::StrAppend(&text, string_view(&letter, 1), " ");
    } else {
      absl::StrAppend(&text, token.text, " ");
    }
  }
  return is_word && IsWord(letters) ? absl::AsciiStrToLower(text) : text;
}

}  // namespace

std::string TakeName(Tokens* tokens) {
  const size_t size = NameReader(*tokens).Size();
  if (size == 0) return "";
  Tokens rest;
  bool begins_item = true;
  for (size_t at = 0; at < tokens->size(); ++at) {
    if (begins_item && Repeats(*tokens, size, at)) {
      at += size - 1;
      begins_item = false;
      continue;
    }
    rest.push_back((*tokens)[at]);
    begins_item = IsSeparator((*tokens)[at]);
  }
  const LatexToken& first = tokens->front();
  // Another relation, or the letter on both sides: an equation.
  const bool is_equation = std::any_of(rest.begin(), rest.end(), [&](const LatexToken& token) {
    return token.Is("=") || token.Is("<") || token.Is(">") || (size == 2 && IsVariable(first) && token.Is(first.text));
  });
  if (rest.empty() || is_equation) return "";
  std::string name;
  for (size_t i = 0; i + 1 < size; ++i) absl::StrAppend(&name, (*tokens)[i].text, " ");
  *tokens = std::move(rest);
  return name;
}

Spelling SpellingOf(Tokens tokens) {
  Spelling spelling;
  spelling.name = TakeName(&tokens);
  TakeUnits(&tokens, &spelling.units);
  spelling.text = TextOf(tokens);
  return spelling;
}

bool NamesAgree(string_view a, string_view b) {
  const auto is_graph = [](string_view name) {
    return name == "y " || (name.size() == 8 && absl::EndsWith(name, " ( x ) "));
  };
  return a.empty() || b.empty() || a == b || (is_graph(a) && is_graph(b) && (a == "y ") != (b == "y "));
}

bool SameSpelling(const Spelling& a, const Spelling& b) {
  return a.text == b.text && NamesAgree(a.name, b.name) && UnitsAgree(a.units, b.units);
}

}  // namespace evaluation

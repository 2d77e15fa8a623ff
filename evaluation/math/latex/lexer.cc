#include "evaluation/math/latex/lexer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "evaluation/math/latex/braces.h"
#include "evaluation/math/latex/command_names.h"
#include "evaluation/math/latex/numerals.h"

namespace evaluation {
namespace {

using ::absl::string_view;
using Kind = LatexToken::Kind;

class Lexer {
 public:
  explicit Lexer(string_view text) : text_(text), closing_(ClosingBraces(text)) {}

  std::vector<LatexToken> Read() {
    while (at_ < text_.size()) Step();
    while (!texts_.empty()) CloseText();
    const bool ends = !tokens_.empty() && tokens_.back().Is(".");
    if (ends && !(tokens_.size() > 1 && tokens_[tokens_.size() - 2].Is("."))) tokens_.pop_back();
    return std::move(tokens_);
  }

 private:
  char Here(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool Sees(string_view word) const { return absl::StartsWith(text_.substr(at_), word); }
  bool IsDigit(size_t at) const { return at < text_.size() && absl::ascii_isdigit(text_[at]); }

  void Add(Kind kind, string_view text) {
    tokens_.push_back({kind, std::string(text), spaced_});
    spaced_ = false;
  }
  void AddSymbol(string_view text) { Add(Kind::kSymbol, text); }
  void EndArgument() { arguments_ = std::max(arguments_ - 1, 0); }

  void Step() {
    const char c = Here();
    if (!texts_.empty() && texts_.back().end == at_) {
      ++at_;
      return CloseText();
    }
    if (const size_t space = SpaceAt(text_, at_)) {
      at_ += space;
      spaced_ = true;
    } else if (c == '\\') {
      Command();
    } else if (absl::ascii_isdigit(c) || (c == '.' && IsDigit(at_ + 1))) {
      Number();
    } else if (absl::ascii_isalpha(c)) {
      Letters();
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      Character();
    } else {
      Symbol(c);
    }
  }

  void Symbol(char c) {
    ++at_;
    if (c == '{') {
      outer_arguments_.push_back(std::max(arguments_ - 1, 0));
      arguments_ = 0;
    } else if (c == '}') {
      arguments_ = outer_arguments_.empty() ? 0 : outer_arguments_.back();
      if (!outer_arguments_.empty()) outer_arguments_.pop_back();
    } else if (c == '^' || c == '_') {
      if (c == '^' && Superscript()) return;
      arguments_ = 1;
    } else if (c == '(' || c == '[') {
      in_degree_ = c == '[' && !tokens_.empty() && tokens_.back().Is("\\sqrt");
      arguments_ = 0;
      ++brackets_;
    } else if (c == ')' || c == ']') {
      brackets_ = std::max(brackets_ - 1, 0);
      arguments_ = c == ']' && in_degree_;
      in_degree_ = false;
    }
    if (c == '$') return;
    if (c == '%') return Add(Kind::kUnit, "percent");
    if (c == '*') return Add(Kind::kCommand, "\\cdot");
    AddSymbol(string_view(&c, 1));
  }

  // Behind "^", a degree or a prime, perhaps in braces, which are no powers.
  bool Superscript() {
    size_t at = at_;
    const auto skip_spaces = [&] {
      while (at < text_.size() && absl::ascii_isspace(text_[at])) ++at;
    };
    skip_spaces();
    const bool braced = at < text_.size() && text_[at] == '{';
    if (braced) ++at;
    skip_spaces();
    for (const string_view mark : {"\\circ", "\\degree", "\\prime", "\xC2\xB0"}) {
      if (!absl::StartsWith(text_.substr(at), mark)) continue;
      at += mark.size();
      if (at < text_.size() && mark[0] == '\\' && absl::ascii_isalpha(text_[at])) return false;
      skip_spaces();
      if (braced && (at >= text_.size() || text_[at++] != '}')) return false;
      at_ = at;
      if (mark == "\\prime") {
        AddSymbol("'");
      } else {
        Degree();
      }
      return true;
    }
    return false;
  }

  // A degree, perhaps of a temperature.
  void Degree() {
    Add(Kind::kUnit, "degree");
    size_t at = at_;
    while (const size_t space = SpaceAt(text_, at)) at += space;
    const bool is_one_letter = at + 1 >= text_.size() || !absl::ascii_isalpha(text_[at + 1]);
    if (at >= text_.size() || !is_one_letter || (text_[at] != 'C' && text_[at] != 'F')) return;
    Add(Kind::kUnit, text_[at] == 'C' ? "celsius" : "fahrenheit");
    at_ = at + 1;
  }

  void Number() {
    if (arguments_ > 0 && Here() != '.') {
      Add(Kind::kNumber, text_.substr(at_++, 1));
      return EndArgument();
    }
    const bool follows_number = !tokens_.empty() && tokens_.back().kind == Kind::kNumber;
    const Numeral numeral = ReadNumeral(text_, at_, brackets_ > 0, follows_number);
    at_ = numeral.end;
    Add(Kind::kNumber, numeral.text);
  }

  void Letters() {
    size_t end = at_;
    while (end < text_.size() && absl::ascii_isalpha(text_[end])) ++end;
    const string_view letters = text_.substr(at_, arguments_ > 0 && texts_.empty() ? 1 : end - at_);
    at_ += letters.size();
    EndArgument();
    if (IsNameOfCommand(letters)) return Add(Kind::kCommand, absl::StrCat("\\", letters));
    if (!texts_.empty()) return Add(Kind::kWord, letters);
    for (const char& letter : letters) Add(Kind::kLetter, string_view(&letter, 1));
  }

  void Character() {
    size_t size = 0;
    const string_view command = CommandOfCharacter(text_.substr(at_), &size);
    if (!command.empty()) {
      at_ += size;
      return command == "-" ? AddSymbol(command) : Add(Kind::kCommand, command);
    }
    if (Sees("\xC2\xB0")) {
      at_ += 2;
      return Degree();
    }
    if (Sees("\xC2\xB2") || Sees("\xC2\xB3")) {
      AddSymbol("^");
      Add(Kind::kNumber, Here(1) == '\xB2' ? "2" : "3");
      at_ += 2;
      return;
    }
    AddSymbol(text_.substr(at_++, 1));
  }

  void Command() {
    size_t end = at_ + 1;
    while (end < text_.size() && absl::ascii_isalpha(text_[end])) ++end;
    const string_view name = UsualName(text_.substr(at_ + 1, end - at_ - 1));
    if (name.empty()) return Escape();
    at_ = end;
    const bool has_group = Here() == '{' && closing_[at_] != string_view::npos;
    switch (KindOfCommand(name)) {
      case CommandKind::kText:
        if (has_group) OpenText();
        return;
      case CommandKind::kFence:
        if (Here() == '.') ++at_;
        return;
      case CommandKind::kLength:
        if (has_group) at_ = closing_[at_] + 1;
        spaced_ = true;
        return;
      case CommandKind::kSpace:
        spaced_ = true;
        return;
      case CommandKind::kDegree:
        return Degree();
      case CommandKind::kNothing:
        return;
      case CommandKind::kSymbol:
        break;
    }
    if ((name == "begin" || name == "end") && has_group) return Environment(name);
    EndArgument();
    arguments_ += ArgumentsOf(name);
    const string_view sign = SignOfCommand(name);
    return sign.empty() ? Add(Kind::kCommand, absl::StrCat("\\", name)) : AddSymbol(sign);
  }

  // A backslash and a character that is no letter.
  void Escape() {
    const char c = Here(1);
    at_ = std::min(text_.size(), at_ + 2);
    brackets_ = std::max(brackets_ + (c == '{') - (c == '}'), 0);
    if (c == '%' || c == '$') return Add(Kind::kUnit, c == '%' ? "percent" : "dollar");
    spaced_ = spaced_ || absl::ascii_isspace(c) || c == '>';
    if (absl::ascii_isspace(c) || c == '\0' || absl::StrContains("()[]!>/-", string_view(&c, 1))) return;
    AddSymbol(absl::StrCat("\\", string_view(&c, 1)));
  }

  void Environment(string_view name) {
    const string_view environment = text_.substr(at_ + 1, closing_[at_] - at_ - 1);
    at_ = closing_[at_] + 1;
    if (environment == "array" && name == "begin" && Here() == '{' && closing_[at_] != string_view::npos) {
      at_ = closing_[at_] + 1;  // the columns
    }
    Add(Kind::kCommand, absl::StrCat("\\", name, "{", UsualEnvironment(environment), "}"));
  }

  // As the argument of "_" words are in braces.
  void OpenText() {
    texts_.push_back({closing_[at_], arguments_ > 0});
    if (arguments_ == 0) {
      ++at_;
    } else {
      Symbol('{');
    }
  }
  void CloseText() {
    const bool is_argument = texts_.back().is_argument;
    texts_.pop_back();
    if (!is_argument) return;
    Symbol('}');
    --at_;
  }

  struct Text {
    size_t end;  // where its brace closes
    bool is_argument;
  };

  const string_view text_;
  const std::vector<size_t> closing_;
  std::vector<Text> texts_;  // the open \text{...}
  size_t at_ = 0;
  bool spaced_ = false;
  int arguments_ = 0;                 // that the last command still takes
  std::vector<int> outer_arguments_;  // the same behind each open brace
  int brackets_ = 0;
  bool in_degree_ = false;  // of a root
  std::vector<LatexToken> tokens_;
};

}  // namespace

std::vector<LatexToken> LexLatex(string_view text) { return Lexer(text).Read(); }

}  // namespace evaluation

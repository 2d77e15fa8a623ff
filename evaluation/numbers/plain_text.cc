#include "evaluation/numbers/plain_text.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "evaluation/numbers/plain_characters.h"
#include "evaluation/numbers/unicode_digits.h"

namespace evaluation {
namespace {

constexpr size_t kMaxNote = 200;  // bytes in which a calculator note or struck-out words must end

class Writer {
 public:
  explicit Writer(absl::string_view text) : text_(text) {}

  PlainText Write() {
    while (at_ < text_.size()) Step();
    return std::move(plain_);
  }

 private:
  char Peek(size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool Sees(absl::string_view word) const { return absl::StartsWith(text_.substr(at_), word); }
  char Last() const { return plain_.text.empty() ? '\n' : plain_.text.back(); }
  // The last character written that is no space, and the next one to read; line ends count.
  char LastVisible() const {
    for (size_t i = plain_.text.size(), steps = 0; i > 0 && steps < 4; --i, ++steps) {
      if (plain_.text[i - 1] != ' ' && plain_.text[i - 1] != kNarrowSpace) return plain_.text[i - 1];
    }
    return '\n';
  }
  char NextVisible(size_t ahead) const {
    for (size_t steps = 0; steps < 4 && Peek(ahead) == ' '; ++steps) ++ahead;
    return Peek(ahead);
  }

  void Step() {
    const char c = text_[at_];
    if (static_cast<unsigned char>(c) >= 0x80) return Unicode();
    if (c == '\\') return Latex();
    if (c == '*' || c == '`' || c == '_' || c == '~') return Markdown();
    if (c == '<' && Sees("<<") && SkipTo(">>", 2)) return;
    if (c == '{' && Sees("{,}")) {
      plain_.text.push_back(',');
      at_ += 3;
      return;
    }
    if (c == 'e' && Sees("equals ") && (Last() == ' ' || Last() == '\n')) {
      plain_.text.append("= ");
      at_ += 7;
      return;
    }
    const bool times = (c == 'x' || c == 'X') && absl::ascii_isdigit(LastVisible()) &&
                       absl::ascii_isdigit(NextVisible(1)) && (Last() == ' ') == (Peek(1) == ' ');
    plain_.text.push_back(times ? '*' : c == '\r' ? ' ' : absl::ascii_tolower(c));
    ++at_;
    if (c == '\n' && plain_.bold.size() % 2 == 1) plain_.bold.pop_back();
  }

  void Unicode() {
    size_t length;
    const uint32_t code = DecodeCharacter(text_.substr(at_), &length);
    if (length == 0) {
      plain_.text.push_back(text_[at_++]);
      return;
    }
    const absl::string_view bytes = text_.substr(at_, length);
    at_ += length;
    if (const int digit = DigitOf(code); digit >= 0) {
      plain_.text.push_back(static_cast<char>('0' + digit));
    } else if (code >= 0xFF01 && code <= 0xFF5E) {
      plain_.text.push_back(absl::ascii_tolower(static_cast<char>(code - 0xFEE0)));
      if (!SeparatesDigits(code) &&
          (code == 0xFF1A || code == 0xFF0C || code == 0xFF0E || code == 0xFF01 || code == 0xFF1F)) {
        plain_.text.push_back(' ');
      }
    } else if (code == 0x2014 && Last() == ' ' && absl::ascii_isdigit(Peek(0))) {
      plain_.text.push_back('-');  // a dash that stands for a sign
    } else if (code >= 0x20A0 && code <= 0x20CF) {
      plain_.text.push_back(kMoneyMark);
    } else {
      Replace(code, bytes);
    }
  }

  bool IsFullWidthDigit(size_t place) const {
    if (place >= text_.size()) return false;
    size_t length;
    const uint32_t code = DecodeCharacter(text_.substr(place), &length);
    return code >= 0xFF10 && code <= 0xFF19;
  }

  // Whether the full-width comma or point that was read stands between digits of its kind: the comma before groups of
  // three, for it also parts a list.
  bool SeparatesDigits(uint32_t code) const {
    if ((code != 0xFF0C && code != 0xFF0E) || at_ < 6 || !IsFullWidthDigit(at_ - 6)) return false;
    size_t digits = 0;
    while (digits < 4 && IsFullWidthDigit(at_ + 3 * digits)) ++digits;
    return code == 0xFF0E ? digits > 0 : digits == 3;
  }

  void Replace(uint32_t code, absl::string_view bytes) {
    const absl::optional<absl::string_view> plain = PlainCharacter(code);
    if (!plain.has_value()) {
      absl::StrAppend(&plain_.text, bytes);
    } else if (absl::StartsWith(*plain, "\x01")) {
      if (superscript_end_ != plain_.text.size()) plain_.text.push_back('^');
      absl::StrAppend(&plain_.text, plain->substr(1));
      superscript_end_ = plain_.text.size();
    } else if (absl::StartsWith(*plain, "\x05")) {
      absl::StrAppend(&plain_.text, absl::ascii_isdigit(Last()) ? " " : "", plain->substr(1));
    } else {
      absl::StrAppend(&plain_.text, *plain);
    }
  }

  void Latex() {
    size_t end = at_ + 1;
    while (end < text_.size() && absl::ascii_isalpha(text_[end])) ++end;
    const absl::string_view name = text_.substr(at_ + 1, end - at_ - 1);
    if (name.empty()) {
      const char c = Peek(1);
      at_ += 2;
      if (c == ',' || c == ';' || c == ':' || c == ' ') plain_.text.push_back(kNarrowSpace);
      if (c == '(' || c == ')' || c == '[' || c == ']') plain_.text.push_back(' ');
      if (c == '$' || c == '%') plain_.text.push_back(c);
      if (c == '\\') plain_.text.push_back('\n');
      // Any other character stands for itself; that of no ASCII, or none, is read anew.
      if (!absl::StrContains(",;: !()[]$%\\{}", std::string(1, c))) --at_;
      return;
    }
    at_ = end;
    absl::StrAppend(&plain_.text, PlainCommand(name));
  }

  void Markdown() {
    const char c = text_[at_];
    if (c == '`') {
      ++at_;
    } else if (c == '~') {
      if (Sees("~~") && SkipTo("~~", 2)) return;
      ++at_;
      if (absl::ascii_isdigit(Last())) plain_.text.push_back(kNarrowSpace);  // LaTeX's
    } else if (c == '_') {
      const bool joins = absl::ascii_isalnum(Last()) && absl::ascii_isalnum(Peek(1));
      if (joins) plain_.text.push_back('_');
      ++at_;
    } else {
      Stars();
    }
  }

  void Stars() {
    size_t count = 1;
    while (Peek(count) == '*') ++count;
    const char before = LastVisible(), after = NextVisible(count);
    const bool between = (absl::ascii_isdigit(before) || absl::StrContains(")%}", std::string(1, before))) &&
                         (absl::ascii_isdigit(after) || absl::StrContains("$(\\.", std::string(1, after))) &&
                         after != '\0';
    // "3 days * 6 hours"; emphasis has no spaces inside, and a list's mark nothing before it.
    const bool apart = Last() == ' ' && Peek(1) == ' ' && before != '\n' && before != ' ';
    if (count == 1 && (between || apart)) {
      plain_.text.push_back('*');
    } else if (between && count == 2 && absl::ascii_isdigit(Last()) && absl::ascii_isdigit(Peek(2))) {
      plain_.text.push_back('^');
    } else if (count >= 2) {
      plain_.bold.push_back(plain_.text.size());
    }
    at_ += count;
  }

  // Passes over what stands from here up to the end mark, where that comes soon and on this line.
  bool SkipTo(absl::string_view end, size_t from) {
    const absl::string_view near = text_.substr(at_ + from, kMaxNote);
    const size_t found = near.find(end);
    if (found == absl::string_view::npos || absl::StrContains(near.substr(0, found), "\n")) return false;
    at_ += from + found + end.size();
    return true;
  }

  absl::string_view text_;
  size_t at_ = 0;
  PlainText plain_;
  size_t superscript_end_ = absl::string_view::npos;
};

}  // namespace

PlainText ToPlainText(absl::string_view text) { return Writer(text).Write(); }

}  // namespace evaluation

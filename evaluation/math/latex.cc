#include "evaluation/math/latex.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace evaluation {
namespace {

using ::absl::string_view;

constexpr string_view kBoxes[] = {"\\boxed", "\\fbox"};
constexpr string_view kTexts[] = {"text",   "mbox",   "mathrm",       "textbf", "textrm",
                                  "textit", "mathbf", "operatorname", "hbox"};
constexpr string_view kNothing[] = {"left", "right", "displaystyle", "textstyle", "quad", "qquad", "degree", "circ",
                                    "big",  "Big",   "bigl",         "bigr",      "Bigl", "Bigr",  "limits", "hspace"};

// The places of the braces that close the open ones; npos for those that nothing closes.
std::vector<size_t> ClosingBraces(string_view text) {
  std::vector<size_t> closing(text.size(), string_view::npos), open;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;  // "\{" opens nothing
    } else if (text[at] == '{') {
      open.push_back(at);
    } else if (text[at] == '}' && !open.empty()) {
      closing[open.back()] = at;
      open.pop_back();
    }
  }
  return closing;
}

bool IsAnyOf(string_view word, const string_view* begin, const string_view* end) {
  return std::find(begin, end, word) != end;
}

class Stripper {
 public:
  explicit Stripper(string_view text) : text_(text), closing_(ClosingBraces(text)) {}

  std::string Strip() {
    while (at_ < text_.size()) Step();
    absl::StripTrailingAsciiWhitespace(&plain_);
    if (absl::EndsWith(plain_, ".")) plain_.pop_back();
    return std::move(plain_);
  }

 private:
  void Step() {
    const char c = text_[at_];
    // A text ends at its own brace alone.
    if (c == '}' && !texts_.empty() && texts_.back() == at_) {
      texts_.pop_back();
      plain_.push_back('\x02');
    } else if (c == '\\') {
      return Command();
    } else if (absl::ascii_isspace(c)) {
      if (!texts_.empty()) plain_.push_back(' ');
    } else if (absl::StartsWith(text_.substr(at_), "{,}")) {
      plain_.push_back(',');
      at_ += 2;
    } else if (absl::StartsWith(text_.substr(at_), "\xC2\xB0")) {
      ++at_;
    } else if (absl::StartsWith(text_.substr(at_), "\xE2\x88\x92")) {
      plain_.push_back('-');
      at_ += 2;
    } else if (absl::StartsWith(text_.substr(at_), "\xCF\x80")) {
      absl::StrAppend(&plain_, "\\pi ");
      ++at_;
    } else if (c != '$' && c != '%' && c != '~' && c != '\x01' && c != '\x02') {
      plain_.push_back(c);
    }
    ++at_;
  }

  void Command() {
    size_t end = at_ + 1;
    while (end < text_.size() && absl::ascii_isalpha(text_[end])) ++end;
    const string_view name = text_.substr(at_ + 1, end - at_ - 1);
    if (name.empty()) {
      const char next = end < text_.size() ? text_[end] : ' ';
      if (next == '{' || next == '}' || next == '\\') absl::StrAppend(&plain_, "\\", string_view(&next, 1));
      // Thin spaces, dollars, percent and "\(" are nothing.
      at_ = std::min(text_.size(), end + 1);
      return;
    }
    at_ = end;
    if (IsAnyOf(name, std::begin(kTexts), std::end(kTexts)) && at_ < text_.size() && text_[at_] == '{' &&
        closing_[at_] != string_view::npos) {
      plain_.push_back('\x01');
      texts_.push_back(closing_[at_]);
      ++at_;
    } else if (name == "dfrac" || name == "tfrac" || name == "cfrac") {
      absl::StrAppend(&plain_, "\\frac");
    } else if (IsAnyOf(name, std::begin(kNothing), std::end(kNothing))) {
      // "^\circ" and "^{\circ}".
      const bool braced = absl::EndsWith(plain_, "^{") && at_ < text_.size() && text_[at_] == '}';
      if (name == "circ" && braced) ++at_;
      if (name == "circ" && (braced || absl::EndsWith(plain_, "^"))) plain_.resize(plain_.size() - (braced ? 2 : 1));
    } else {
      absl::StrAppend(&plain_, "\\", name);
      // The space that ends a name stays where a letter follows.
      if (at_ < text_.size() && absl::ascii_isspace(text_[at_])) plain_.push_back(' ');
    }
  }

  const string_view text_;
  const std::vector<size_t> closing_;
  std::vector<size_t> texts_;  // where the open \text{...} end
  size_t at_ = 0;
  std::string plain_;
};

}  // namespace

absl::optional<std::string> LastBoxed(string_view text) {
  const std::vector<size_t> closing = ClosingBraces(text);
  for (size_t at = text.rfind('\\'); at != string_view::npos;
       at = at == 0 ? string_view::npos : text.rfind('\\', at - 1)) {
    for (const string_view box : kBoxes) {
      if (!absl::StartsWith(text.substr(at), box)) continue;
      size_t begin = at + box.size();
      const bool spaced = begin < text.size() && text[begin] == ' ';
      if (spaced) ++begin;
      if (begin >= text.size()) continue;
      if (text[begin] == '{') {
        if (closing[begin] != string_view::npos) return std::string(text.substr(begin + 1, closing[begin] - begin - 1));
      } else if (spaced) {
        return std::string(text.substr(begin, std::min(text.size(), text.find_first_of(" $\n", begin)) - begin));
      }
    }
  }
  return absl::nullopt;
}

std::string PlainLatex(string_view text) { return Stripper(text).Strip(); }

}  // namespace evaluation

#include "evaluation/python/json.h"

namespace ifeval {
namespace {

constexpr size_t kMostDigits = 4300;  // CPython's limit on an integer's text
constexpr int kDeepest = 990;         // CPython's recursion limit of 1000, less its own frames

class Reader {
 public:
  explicit Reader(View text) : text_(text) {}

  bool IsDocument() {
    SkipSpace();
    if (!Value(0)) return false;
    SkipSpace();
    return at_ == text_.size();
  }

 private:
  char32_t Peek() const { return at_ < text_.size() ? text_[at_] : 0; }
  bool Take(char32_t c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool TakeWord(View word) {
    if (text_.compare(at_, word.size(), word) != 0) return false;
    at_ += word.size();
    return true;
  }
  void SkipSpace() {
    while (at_ < text_.size() && View(U" \t\n\r").find(text_[at_]) != View::npos) ++at_;
  }
  size_t TakeDigits() {
    const size_t begin = at_;
    while (Peek() >= '0' && Peek() <= '9') ++at_;
    return at_ - begin;
  }

  bool String() {
    if (!Take('"')) return false;
    while (at_ < text_.size()) {
      const char32_t c = text_[at_++];
      if (c == '"') return true;
      if (c < 0x20) return false;
      if (c == '\\' && !Escape()) return false;
    }
    return false;
  }

  bool Escape() {
    if (at_ >= text_.size()) return false;
    const char32_t c = text_[at_++];
    if (c != 'u') return View(U"\"\\/bfnrt").find(c) != View::npos;
    for (int i = 0; i < 4; ++i, ++at_) {
      if (at_ >= text_.size() || View(U"0123456789abcdefABCDEF").find(text_[at_]) == View::npos) return false;
    }
    return true;
  }

  // As much of a number as there is: "1.x" is 1, and what follows is no document's end.
  bool Number() {
    Take('-');
    const bool zero = Peek() == '0';
    size_t digits = 0;
    if (zero) {
      ++at_;
    } else if ((digits = TakeDigits()) == 0) {
      return false;
    }
    bool integer = true;
    const size_t point = at_;
    if (Take('.')) {
      integer = TakeDigits() == 0;
      if (integer) at_ = point;
    }
    const size_t exponent = at_;
    if (Take('e') || Take('E')) {
      if (!Take('+')) Take('-');
      if (TakeDigits() == 0) {
        at_ = exponent;
      } else {
        integer = false;
      }
    }
    return !integer || digits <= kMostDigits;
  }

  bool Value(int depth) {  // NOLINT(misc-no-recursion): to a depth
    switch (Peek()) {
      case '"':
        return String();
      case '{':
      case '[':
        return depth < kDeepest && Container(depth);
      case 't':
        return TakeWord(U"true");
      case 'f':
        return TakeWord(U"false");
      case 'n':
        return TakeWord(U"null");
      case 'N':
        return TakeWord(U"NaN");
      case 'I':
        return TakeWord(U"Infinity");
      default:
        return TakeWord(U"-Infinity") || Number();
    }
  }

  bool Container(int depth) {  // NOLINT(misc-no-recursion): to a depth
    const bool object = Take('{');
    if (!object) Take('[');
    const char32_t close = object ? '}' : ']';
    SkipSpace();
    if (Take(close)) return true;
    while (true) {
      if (object) {
        if (!String()) return false;
        SkipSpace();
        if (!Take(':')) return false;
        SkipSpace();
      }
      if (!Value(depth + 1)) return false;
      SkipSpace();
      if (Take(close)) return true;
      if (!Take(',')) return false;
      SkipSpace();
    }
  }

  View text_;
  size_t at_ = 0;
};

}  // namespace

bool IsPythonJson(View text) { return Reader(text).IsDocument(); }

}  // namespace ifeval

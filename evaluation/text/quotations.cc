#include "evaluation/text/quotations.h"

#include <algorithm>

namespace principles {
namespace {

constexpr size_t kNone = static_cast<size_t>(-1);

bool SaysSomething(const Characters& text, Span span) {
  for (size_t i = span.begin; i < span.end; ++i) {
    if (IsLetterOrDigit(text.At(i))) return true;
  }
  return false;
}

// A kind of quotation mark: where the one that is open began.
class Pairing {
 public:
  Pairing(const Characters& text, std::vector<Span>* quotations) : text_(text), quotations_(quotations) {}

  void Open(size_t i) {
    if (begin_ == kNone) begin_ = i;
  }
  void Close(size_t i) {
    if (begin_ != kNone && SaysSomething(text_, {begin_, i})) quotations_->push_back({begin_, i + 1});
    begin_ = kNone;
  }
  bool is_open() const { return begin_ != kNone; }
  void Reset() { begin_ = kNone; }

 private:
  const Characters& text_;
  std::vector<Span>* quotations_;
  size_t begin_ = kNone;
};

}  // namespace

bool IsDoubleQuote(char32_t c) {
  return c == '"' || c == 0x201C || c == 0x201D || c == 0x201E || c == 0xAB || c == 0xBB;
}

std::vector<Span> Quotations(const Characters& text) {
  std::vector<Span> quotations;
  Pairing straight(text, &quotations);
  Pairing curly(text, &quotations);
  Pairing pointed(text, &quotations);
  bool line_is_blank = true;
  for (size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text.At(i);
    if (c == '\n' && line_is_blank) {
      straight.Reset();
      curly.Reset();
      pointed.Reset();
    } else if (c == '"') {
      if (straight.is_open()) {
        straight.Close(i);
      } else if (!IsLetterOrDigit(text.At(i - 1)) && i + 1 < text.size() && !IsSpace(text.At(i + 1))) {
        straight.Open(i);
      }
    } else if (c == 0x201E || (c == 0x201C && !curly.is_open())) {
      curly.Open(i);
    } else if (c == 0x201D || c == 0x201C) {
      curly.Close(i);
    } else if (c == 0xAB) {
      pointed.Open(i);
    } else if (c == 0xBB) {
      pointed.Close(i);
    }
    line_is_blank = c == '\n' || (line_is_blank && IsSpace(c));
  }
  return quotations;
}

std::vector<bool> InQuotation(const Characters& text, const std::vector<Span>& quotations) {
  size_t begin = 0;
  size_t end = text.size();
  while (begin < end && IsSpace(text.At(begin))) ++begin;
  while (end > begin && IsSpace(text.At(end - 1))) --end;
  std::vector<bool> quoted(text.size(), false);
  for (const Span& quotation : quotations) {
    if (quotation.begin == begin && quotation.end == end) continue;
    std::fill(quoted.begin() + static_cast<ptrdiff_t>(quotation.begin),
              quoted.begin() + static_cast<ptrdiff_t>(quotation.end), true);
  }
  return quoted;
}

BracketCounts CountBrackets(const Characters& text, char32_t open, char32_t close,
                            const std::vector<bool>& passed_over) {
  BracketCounts counts;
  int64_t said = 0;              // letters and digits so far
  std::vector<int64_t> open_at;  // what was said before each bracket that is open
  for (size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text.At(i);
    said += IsLetterOrDigit(c);
    if ((c != open && c != close) || passed_over[i]) continue;
    ++counts.all;
    if (c == open) {
      open_at.push_back(said);
    } else if (!open_at.empty()) {
      counts.filled += said > open_at.back();
      open_at.pop_back();
    }
  }
  return counts;
}

}  // namespace principles

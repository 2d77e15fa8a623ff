#include "evaluation/text/sentences.h"

#include <algorithm>
#include <string>

namespace principles {
namespace {

constexpr const char* kAbbreviations[] = {"mr",  "mrs", "ms",  "dr",  "prof", "st",     "mt",  "sen", "rep",
                                          "gen", "col", "sgt", "rev", "hon",  "e.g",    "i.e", "vs",  "cf",
                                          "viz", "fig", "eq",  "ch",  "vol",  "approx", "eg",  "ie",  "gov"};

bool IsFullWidth(char32_t c) { return c == 0x3002 || c == 0xFF01 || c == 0xFF1F; }

// Divides stretches of text, in order, into sentences.
class Divider {
 public:
  Divider(const Characters& text, std::vector<Sentence>* sentences)
      : text_(text), has_capitals_(CountLetters(text).upper > 0), sentences_(sentences) {}

  void Divide(Span stretch, int64_t block, bool is_item) {
    size_t begin = stretch.begin;
    for (size_t i = stretch.begin; i < stretch.end;) {
      if (!IsSentenceMark(text_.At(i))) {
        ++i;
        continue;
      }
      size_t end = i;
      while (end < stretch.end && IsSentenceMark(text_.At(end))) ++end;
      const bool is_point = end == i + 1 && text_.At(i) == '.';
      const bool full_width = IsFullWidth(text_.At(end - 1));
      while (end < stretch.end && IsCloser(text_.At(end))) ++end;
      size_t next = end;
      while (next < stretch.end && IsSpace(text_.At(next))) ++next;
      const bool is_end = full_width || (next > end && !GoesOn(next, stretch.end) &&
                                         !(is_point && IsAbbreviation(begin, i, next, stretch.end)));
      if (is_end) {
        Add({begin, end}, block, is_item);
        begin = next;
      }
      i = std::max(next, i + 1);
    }
    Add({begin, stretch.end}, block, is_item);
  }

 private:
  void Add(Span span, int64_t block, bool is_item) {
    for (size_t i = span.begin; i < span.end; ++i) {
      if (!IsLetterOrDigit(text_.At(i))) continue;
      sentences_->push_back({span, block, is_item});
      return;
    }
  }

  // The first character at `next` or behind what opens a quotation or bracket there.
  char32_t FirstOf(size_t next, size_t end) const {
    while (next < end && next + 1 < end && !IsLetterOrDigit(text_.At(next)) && !IsSpace(text_.At(next))) ++next;
    return next < end ? text_.At(next) : 0;
  }

  bool GoesOn(size_t next, size_t end) const { return has_capitals_ && IsLower(FirstOf(next, end)); }

  // Whether the point at `point` belongs to the word before it.
  bool IsAbbreviation(size_t begin, size_t point, size_t next, size_t end) const {
    constexpr size_t kLongest = 7;  // characters that are looked at: more than any abbreviation has
    size_t first = point;
    while (first > begin && point - first < kLongest) {
      const char32_t c = text_.At(first - 1);
      if (!IsLetterOrDigit(c) && c != '.') break;
      --first;
    }
    const std::string word = text_.Lower({first, point});
    const bool is_initial = point - first == 1 && IsUpper(text_.At(first)) && text_.At(first) != 'I';
    if (is_initial && IsUpper(FirstOf(next, end))) return true;
    return std::find(std::begin(kAbbreviations), std::end(kAbbreviations), word) != std::end(kAbbreviations);
  }

  const Characters& text_;
  const bool has_capitals_;
  std::vector<Sentence>* sentences_;
};

}  // namespace

std::vector<Sentence> Sentences(const Characters& text, const std::vector<Line>& lines) {
  std::vector<Sentence> sentences;
  Divider divider(text, &sentences);
  Span stretch;
  bool open = false;
  bool is_item = false;
  int64_t block = 0;
  const auto close = [&] {
    if (open) divider.Divide(stretch, block, is_item);
    open = false;
  };
  for (const Line& line : lines) {
    switch (line.kind) {
      case LineKind::kBlank:
        close();
        ++block;
        continue;
      case LineKind::kText:
        if (!open) {
          stretch.begin = line.content;
          is_item = false;
        }
        break;
      case LineKind::kBullet:
      case LineKind::kNumbered:
      case LineKind::kHeading:
      case LineKind::kTable:
      case LineKind::kRule:
        close();
        stretch.begin = line.content;
        is_item = true;
        break;
    }
    open = true;
    stretch.end = line.span.end;
    if (line.kind == LineKind::kHeading || line.kind == LineKind::kTable || line.kind == LineKind::kRule) close();
  }
  close();
  return sentences;
}

}  // namespace principles

#include "evaluation/text/layout.h"

#include <algorithm>
#include <utility>

namespace principles {
namespace {

size_t SkipSpaces(const Characters& text, size_t i, size_t end) {
  while (i < end && IsSpace(text.At(i))) ++i;
  return i;
}

size_t SkipRun(const Characters& text, size_t i, size_t end, char32_t c) {
  while (i < end && text.At(i) == c) ++i;
  return i;
}

bool IsBlank(const Characters& text, Span span) { return SkipSpaces(text, span.begin, span.end) == span.end; }

std::vector<Span> LineSpans(const Characters& text) {
  std::vector<Span> spans;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.At(i) != '\n') continue;
    spans.push_back({begin, i});
    begin = i + 1;
  }
  spans.push_back({begin, text.size()});
  return spans;
}

struct Fence {
  char32_t mark = 0;  // 0: the line is none
  size_t length = 0;
  bool bare = false;  // nothing stands behind it
};

Fence FenceOf(const Characters& text, Span line) {
  size_t begin = line.begin;
  while (begin < line.end && begin - line.begin < 3 && text.At(begin) == ' ') ++begin;
  const char32_t mark = text.At(begin);
  if (begin == line.end || (mark != '`' && mark != '~')) return {};
  const size_t end = SkipRun(text, begin, line.end, mark);
  if (end - begin < 3) return {};
  // ```code``` on one line is code in a line.
  for (size_t i = end; mark == '`' && i < line.end; ++i) {
    if (text.At(i) == '`') return {};
  }
  return {mark, end - begin, IsBlank(text, {end, line.end})};
}

bool IsBulletMark(char32_t c) {
  return c == '-' || c == '*' || c == '+' || c == 0x2022 || c == 0x2023 || c == 0x25E6 || c == 0x25AA || c == 0x25CF ||
         c == 0xB7;
}

bool IsRule(const Characters& text, Span line) {
  const size_t begin = SkipSpaces(text, line.begin, line.end);
  const char32_t mark = text.At(begin);
  if (begin == line.end || (mark != '-' && mark != '*' && mark != '_')) return false;
  int marks = 0;
  for (size_t i = begin; i < line.end; ++i) {
    if (text.At(i) == mark) {
      ++marks;
    } else if (!IsSpace(text.At(i))) {
      return false;
    }
  }
  return marks >= 3;
}

bool IsDelimiterRow(const Characters& text, Span line) {
  bool has_bar = false;
  bool has_dash = false;
  for (size_t i = line.begin; i < line.end; ++i) {
    const char32_t c = text.At(i);
    if (c != '|' && c != '-' && c != ':' && !IsSpace(c)) return false;
    has_bar = has_bar || c == '|';
    has_dash = has_dash || c == '-';
  }
  return has_bar && has_dash;
}

// Where the text behind a mark that ends at `mark_end` begins; the line's end where no space and text follow.
size_t Behind(const Characters& text, size_t mark_end, size_t end) {
  return mark_end < end && IsSpace(text.At(mark_end)) ? SkipSpaces(text, mark_end, end) : end;
}

// The same for a list's number.
size_t BehindNumber(const Characters& text, size_t i, size_t end) {
  i = std::min(SkipRun(text, i, end, '*'), i + 3);
  const bool in_brackets = text.At(i) == '(';
  i += in_brackets;
  const size_t first = i;
  while (i < end && i - first < 4 && IsDigit(text.At(i))) ++i;
  if (i == first || i - first > 3) return end;
  const bool ends_right = text.At(i) == ')' || (!in_brackets && text.At(i) == '.');
  return ends_right ? Behind(text, SkipRun(text, i + 1, end, '*'), end) : end;
}

size_t BehindHeading(const Characters& text, size_t i, size_t end) {
  const size_t marks_end = SkipRun(text, i, end, '#');
  return marks_end == i || marks_end - i > 6 ? end : Behind(text, marks_end, end);
}

Line Classify(const Characters& text, Span span) {
  Line line{span, SkipSpaces(text, span.begin, span.end), LineKind::kText};
  const size_t begin = line.content;
  if (begin == span.end) {
    line.kind = LineKind::kBlank;
  } else if (IsRule(text, span)) {
    line.kind = LineKind::kRule;
  } else if (text.At(begin) == '|' || IsDelimiterRow(text, span)) {
    line.kind = LineKind::kTable;
  } else if (const size_t number = BehindNumber(text, begin, span.end); number < span.end) {
    line.kind = LineKind::kNumbered;
    line.content = number;
  } else if (const size_t heading = BehindHeading(text, begin, span.end); heading < span.end) {
    line.kind = LineKind::kHeading;
    line.content = heading;
  } else if (IsBulletMark(text.At(begin)) && Behind(text, begin + 1, span.end) < span.end) {
    line.kind = LineKind::kBullet;
    line.content = Behind(text, begin + 1, span.end);
  }
  return line;
}

}  // namespace

Prose WithoutCode(const Characters& text) {
  std::u32string kept;
  kept.reserve(text.size());
  int64_t code_blocks = 0;
  Fence open;
  bool has_code = false;
  for (const Span line : LineSpans(text)) {
    const Fence fence = FenceOf(text, line);
    if (open.mark == 0 && fence.mark == 0) {
      for (size_t i = line.begin; i < line.end; ++i) kept.push_back(text.At(i));
      kept.push_back('\n');
    } else if (open.mark == 0) {
      open = fence;
      has_code = false;
      kept.push_back('\n');
    } else if (fence.mark == open.mark && fence.length >= open.length && fence.bare) {
      code_blocks += has_code;
      open = {};
    } else {
      has_code = has_code || !IsBlank(text, line);
    }
  }
  code_blocks += open.mark != 0 && has_code;
  return {Characters(std::move(kept)), code_blocks};
}

std::vector<Line> Lines(const Characters& text) {
  std::vector<Line> lines;
  for (const Span span : LineSpans(text)) lines.push_back(Classify(text, span));
  return lines;
}

int64_t CountLines(const std::vector<Line>& lines, LineKind kind) {
  return std::count_if(lines.begin(), lines.end(), [kind](const Line& line) { return line.kind == kind; });
}

std::vector<Span> Blocks(const Characters& text, const std::vector<Line>& lines) {
  std::vector<Span> blocks;
  bool open = false;
  bool says_something = false;
  Span block;
  const auto close = [&] {
    if (open && says_something) blocks.push_back(block);
    open = says_something = false;
  };
  for (const Line& line : lines) {
    if (line.kind == LineKind::kBlank) {
      close();
      continue;
    }
    if (!open) block.begin = line.span.begin;
    block.end = line.span.end;
    open = true;
    for (size_t i = line.span.begin; i < line.span.end && !says_something; ++i) {
      says_something = IsLetterOrDigit(text.At(i));
    }
  }
  close();
  return blocks;
}

bool HasTable(const Characters& text, const std::vector<Line>& lines) {
  for (size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].kind != LineKind::kTable || !IsDelimiterRow(text, lines[i].span)) continue;
    const Span head = lines[i - 1].span;
    for (size_t k = head.begin; k < head.end; ++k) {
      if (text.At(k) == '|') return true;
    }
  }
  return false;
}

}  // namespace principles

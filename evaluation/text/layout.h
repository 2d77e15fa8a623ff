// How a text is laid out: lines and their Markdown, fenced code, blocks.
#ifndef EVALUATION_TEXT_LAYOUT_H_
#define EVALUATION_TEXT_LAYOUT_H_

#include <cstdint>
#include <vector>

#include "evaluation/text/characters.h"

namespace principles {

// A text without its fenced code (``` or ~~~, three or more, indented by at most three spaces). As CommonMark has it, a
// fence ends with as many of its marks on a line of their own, or with the text; a blank line stands where it was.
struct Prose {
  Characters text;
  int64_t code_blocks = 0;  // with something in them but white space
};
Prose WithoutCode(const Characters& text);

enum class LineKind {
  kBlank,
  kText,
  kBullet,    // "- item": one of - * + • ‣ ◦ ▪ ● ·, a space and a text; at any depth
  kNumbered,  // "1. item", "1) item", "(1) item", "**1. item" or "**1.** item": up to three digits, a space and a text;
              // at any depth
  kHeading,   // "# text" to "###### text"
  kTable,     // begins with |, or is a table's second line: |---|:--|
  kRule,      // three or more of one of - * _ and nothing else but spaces
};

struct Line {
  Span span;           // without the line end
  size_t content = 0;  // where the text behind a list's or heading's mark begins
  LineKind kind = LineKind::kText;
};

std::vector<Line> Lines(const Characters& text);

// Lines of a kind.
int64_t CountLines(const std::vector<Line>& lines, LineKind kind);

// Blocks: what blank lines divide, where it has a letter or digit.
std::vector<Span> Blocks(const Characters& text, const std::vector<Line>& lines);

// Whether some line with a | is followed by a table's second line, |---|---|.
bool HasTable(const Characters& text, const std::vector<Line>& lines);

}  // namespace principles

#endif  // EVALUATION_TEXT_LAYOUT_H_

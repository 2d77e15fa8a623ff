// The text of an answer in plain dress: what numbers are read from (number.h).
#ifndef EVALUATION_NUMBERS_PLAIN_TEXT_H_
#define EVALUATION_NUMBERS_PLAIN_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace evaluation {

// Marks that stand in plain text for what has no plain character.
constexpr char kFractionMark = '\x02';  // \frac and its kin
constexpr char kBoxMark = '\x03';       // \boxed and its kin
constexpr char kMoneyMark = '\x06';     // a currency sign other than the dollar's
constexpr char kNarrowSpace = '\v';     // a no-break or thin space, also LaTeX's

struct PlainText {
  // ASCII letters in lower case; digits of every script as ASCII's; typographic minus signs, spaces, quotation marks
  // and full-width punctuation as ASCII's (with a space, but between full-width digits), except for the marks above;
  // "^" before superscripts; "1/2" for U+00BD; "*" for every sign of multiplication, also an x between two numbers; "="
  // for signs of near equality and "equals"; " : " for arrows. Gone are Markdown's emphasis and struck-out words,
  // LaTeX's commands for fonts and sizes, marks without width, and calculator notes (<<2*3=6>>). Letters of other
  // scripts stay as they are.
  std::string text;
  // Places in `text` where strong emphasis ("**") begins and ends, in turn, ascending.
  std::vector<size_t> bold;
};

// UTF-8; bytes that are none stay. O(length).
PlainText ToPlainText(absl::string_view text);

}  // namespace evaluation

#endif  // EVALUATION_NUMBERS_PLAIN_TEXT_H_

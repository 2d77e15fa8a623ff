// Sentences of a text.
#ifndef EVALUATION_TEXT_SENTENCES_H_
#define EVALUATION_TEXT_SENTENCES_H_

#include <cstdint>
#include <vector>

#include "evaluation/text/characters.h"
#include "evaluation/text/layout.h"

namespace principles {

struct Sentence {
  Span span;
  int64_t block = 0;     // blank lines before it, as blocks are counted: equal in the same paragraph
  bool is_item = false;  // of a list, a heading or a table
};

// Blank lines, items of lists, headings and rows of tables begin and end sentences; other line ends do not. In between
// a sentence ends behind . ! ? or an ellipsis (with the quotation marks and brackets that follow) where a space
// follows, and behind a full-width mark. A point does not end one
//   - behind an abbreviation (Mr, Dr, e.g., vs, ...), or an initial before a capital ("J. Smith"),
//   - before a lower-case letter in a text that has capitals ("at 5 p.m. on Monday", "Wait... what"); nor do ! and ?.
// What has no letter or digit is no sentence. So a list's item is a sentence, and "3.14" or "Yahoo.com" divides none.
// Not nltk's Punkt, which IFEval counts by.
std::vector<Sentence> Sentences(const Characters& text, const std::vector<Line>& lines);

}  // namespace principles

#endif  // EVALUATION_TEXT_SENTENCES_H_

// Quotations and brackets of a text.
#ifndef EVALUATION_TEXT_QUOTATIONS_H_
#define EVALUATION_TEXT_QUOTATIONS_H_

#include <cstdint>
#include <vector>

#include "evaluation/text/characters.h"

namespace principles {

// " “ ” „ « »
bool IsDoubleQuote(char32_t c);

// Passages in double quotation marks, marks included, that have a letter or digit; sorted by their ends. Straight marks
// pair up inside a block: the first opens where no letter or digit stands before it and no space behind it (so 6" is no
// quotation), the next one closes. “ ” and „ “ pair up, and « ». Single marks are apostrophes as often, and are not
// read.
std::vector<Span> Quotations(const Characters& text);

// Whether each character stands in a quotation. Where the whole text is one, none does.
std::vector<bool> InQuotation(const Characters& text, const std::vector<Span>& quotations);

struct BracketCounts {
  int64_t filled = 0;  // pairs with a letter or digit inside
  int64_t all = 0;     // marks, opening and closing ones
};
// Pairs of `open` and `close`, also in one another, without the marks at places that are `passed_over`.
BracketCounts CountBrackets(const Characters& text, char32_t open, char32_t close,
                            const std::vector<bool>& passed_over);

}  // namespace principles

#endif  // EVALUATION_TEXT_QUOTATIONS_H_

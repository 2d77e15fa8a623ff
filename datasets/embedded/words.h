// Words and quotations in a text, for the suite's checkers. Private to them.
#ifndef DATASETS_EMBEDDED_WORDS_H_
#define DATASETS_EMBEDDED_WORDS_H_

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace embedded {

inline bool IsWordByte(char c) { return absl::ascii_isalnum(c) || c == '_'; }

// Whether `words` stands in the text with no letter or digit at its sides.
inline bool ContainsWords(absl::string_view text, absl::string_view words) {
  for (size_t at = text.find(words); at != absl::string_view::npos; at = text.find(words, at + 1)) {
    const size_t end = at + words.size();
    if ((at == 0 || !IsWordByte(text[at - 1]) || !IsWordByte(words.front())) &&
        (end == text.size() || !IsWordByte(text[end]) || !IsWordByte(words.back()))) {
      return true;
    }
  }
  return false;
}

// Where the first quotation begins and ends: its two equal marks, of `marks`, stand on one line, each with no letter or
// digit at its outer side, so that an apostrophe is none; something stands between them. Or nothing.
struct Quotation {
  size_t open, close;
};
inline absl::optional<Quotation> FindQuotation(absl::string_view text, absl::string_view marks) {
  for (size_t open = text.find_first_of(marks); open != absl::string_view::npos;
       open = text.find_first_of(marks, open + 1)) {
    if (open > 0 && IsWordByte(text[open - 1])) continue;
    for (size_t close = open + 1; close < text.size() && text[close] != '\n'; ++close) {
      if (text[close] != text[open] || (close + 1 < text.size() && IsWordByte(text[close + 1]))) continue;
      if (close > open + 1) return Quotation{open, close};
      break;
    }
  }
  return absl::nullopt;
}

}  // namespace embedded

#endif  // DATASETS_EMBEDDED_WORDS_H_

// Text helpers: characters of UTF-8, edit distance, texts for one line of a terminal.
#ifndef BASE_TEXT_H_
#define BASE_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace base {

// Whether there is nothing but ASCII white space.
bool IsBlank(absl::string_view text);

// On one line: each run of white space and control characters (ASCII's, and those of Printable) becomes one space, and
// none stands at the ends.
std::string OneLine(absl::string_view text);

// With what a terminal obeys shown by its code: control characters but line breaks ("\x1b"), those of U+0080 to U+009F,
// also as bytes alone, line separators, and what turns the direction of writing ("\u202e").
std::string Printable(absl::string_view text);

// Code points of UTF-8 text. In text that is not well-formed, every byte that continues no character begins one.
int64_t CountCharacters(absl::string_view text);
absl::string_view FirstCharacters(absl::string_view text, int64_t count);

// For messages: in quotation marks, on one line, at most `count` characters, "..." behind them where more were there.
std::string Excerpt(absl::string_view text, int64_t count);

// A name from a file, for messages: in quotation marks, on one line, with C's escapes, at most its first 200 bytes.
std::string Quoted(absl::string_view name);

// Levenshtein's distance: the least number of characters to insert, delete or replace that turns one text into the
// other. O(length of a x length of b) time, O(length of b) memory.
int64_t EditDistance(absl::string_view a, absl::string_view b);

}  // namespace base

#endif  // BASE_TEXT_H_

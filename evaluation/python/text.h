// Text as Python's str has it: IFEval's published scorer is a Python program, and its verdicts hang on these rules.
//
// Everything is by code points. Unicode's tables are those of utf8proc (a newer Unicode than the scorer's Python may
// have: they differ in characters that were assigned since).
#ifndef EVALUATION_PYTHON_TEXT_H_
#define EVALUATION_PYTHON_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/string_view.h"

namespace ifeval {

using Text = std::u32string;
using View = std::u32string_view;

// UTF-8 in; each byte that belongs to no well-formed character becomes U+FFFD. Line ends stay as they are.
Text Decode(absl::string_view utf8);
std::string Encode(View text);

// The character at a place; 0 outside of the text.
inline char32_t At(View text, size_t i) { return i < text.size() ? text[i] : 0; }
inline bool IsOneOf(char32_t c, View set) { return set.find(c) != View::npos; }

// What str.isspace, str.strip and \s take.
bool IsSpace(char32_t c);
// re's \w: letters, all numerics, '_'; no combining marks.
bool IsWord(char32_t c);
// re's \d.
bool IsDecimal(char32_t c);
// The derived properties Lowercase and Uppercase ("ª" and "ⅷ" are lower-case), and titlecase letters.
bool IsLower(char32_t c);
bool IsUpper(char32_t c);
bool IsTitle(char32_t c);

// str.isupper and str.islower: something cased, and nothing of the other case.
bool IsUpperText(View text);
bool IsLowerText(View text);

// str.lower of a text: full, "İ" becomes two code points, and Σ behind a cased letter and before none becomes ς.
Text Lower(View text);
// Of one character.
Text Lower(char32_t c);

// What re.IGNORECASE compares: i, I, İ and ı are one, so are k and the Kelvin sign, s and ſ; ß is not ss.
char32_t Fold(char32_t c);
Text Fold(View text);

View Strip(View text);
View StripRight(View text);
// Without the characters of `set` at its ends.
View StripLeft(View text, View set);
View StripRight(View text, View set);
View Strip(View text, View set);
inline bool IsBlank(View text) { return Strip(text).empty(); }

// str.split(separator): one piece more than there are separators.
std::vector<View> Split(View text, View separator);
// str.split(): runs of white space divide, no piece is empty.
std::vector<View> SplitAtSpace(View text);

// Occurrences of a literal that do not overlap, ignoring case as Fold does; `whole_words` wants \b at both ends of
// each. O(length of text) expected, where the literal is short.
int64_t CountLiteral(View text, View literal, bool whole_words);

}  // namespace ifeval

#endif  // EVALUATION_PYTHON_TEXT_H_

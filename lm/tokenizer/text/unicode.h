// Character properties, each in the version of Unicode that the Rust tokenizers (0.23) have it from.
//
// That library takes its properties from several places of different age, and its ids depend on them: the standard
// library (Unicode 17), regular expressions (Oniguruma and the regex crate: Unicode 16), the crates for categories
// (Unicode 8) and for normalization (Unicode 9). Here they come from utf8proc (Unicode 15 or newer) and tables of the
// characters in which that differs (unicode_tables.cc). unicode_test compares all characters with a recording.
#ifndef LM_TOKENIZER_TEXT_UNICODE_H_
#define LM_TOKENIZER_TEXT_UNICODE_H_

#include <cstdint>
#include <string>

#include "absl/types/span.h"

namespace lm {

// \w of the regex crate: letters, marks, decimal digits, connectors, joiners and what else is Alphabetic. Unicode 16.
bool IsWordCharacter(char32_t c);

// White_Space: the same in all versions since Unicode 6.3.
bool IsSpaceCharacter(char32_t c);

// ASCII's punctuation ("$" and "+" too) and what was of the categories P in Unicode 8.
bool IsPunctuation(char32_t c);

// Categories Nd, Nl and No ("½", "Ⅷ"), not numerals that are letters. Unicode 17.
bool IsNumeric(char32_t c);

// Category M in Unicode 9, but for the few that the normalization crate has otherwise.
bool IsCombiningMark(char32_t c);

// Category Mn, as Bert's normalizer has it. Unicode 8.
bool IsNonspacingMark(char32_t c);

// Categories Cc, Cf and Co. Unicode 8.
bool IsControlOrFormat(char32_t c);

// The blocks that Bert's normalizer puts spaces around.
bool IsCjkIdeograph(char32_t c);

// Appends the lowercase of one character: two for U+0130, and no regard to what stands around it. Unicode 17.
void AppendLowercase(char32_t c, std::u32string& result);

// Assigned after Unicode 9, which normalization does not know.
bool IsYoungerThanUnicode9(char32_t c);

// Characters that are newer than Unicode 14 and the Unicode 16 category of each, and an older one of the same category,
// script where there is one, and length in UTF-8.
struct NewCharacters {
  char32_t first, last;
  int category;  // utf8proc's number
  char32_t older;
  int version;  // of Unicode, times ten: 150, 151, 160
};
absl::Span<const NewCharacters> CharactersSinceUnicode15();

// The row that has `c`; null: none.
const NewCharacters* FindNewCharacter(char32_t c);

// Marks, punctuation, format characters and characters with a decomposition that were assigned after Unicode 8.
struct YoungCharacters {
  char32_t first, last;
  int version;  // of Unicode: 9; 10 or later is 10
};
absl::Span<const YoungCharacters> CharactersSinceUnicode9();

}  // namespace lm

#endif  // LM_TOKENIZER_TEXT_UNICODE_H_

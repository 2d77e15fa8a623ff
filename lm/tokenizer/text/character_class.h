// Character classes, word characters and white space as Unicode has them, at the ends of text.
#ifndef LM_TOKENIZER_TEXT_CHARACTER_CLASS_H_
#define LM_TOKENIZER_TEXT_CHARACTER_CLASS_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace lm {

// Whether the first or last character is one of a word: a letter, mark, decimal digit, connector or joiner (\w of
// Unicode Technical Standard #18). False for empty text and broken characters.
bool StartsWithWord(absl::string_view text);
bool EndsWithWord(absl::string_view text);

// Bytes of the first or last character if it is white space; else 0.
size_t LeadingSpaceSize(absl::string_view text);
size_t TrailingSpaceSize(absl::string_view text);

}  // namespace lm

#endif  // LM_TOKENIZER_TEXT_CHARACTER_CLASS_H_

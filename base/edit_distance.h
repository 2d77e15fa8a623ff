// Edit distance (Levenshtein) and length of texts in characters, as the published filters count them.
#ifndef BASE_EDIT_DISTANCE_H_
#define BASE_EDIT_DISTANCE_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace sami {

// Code points of UTF-8 text. In text that is not well-formed, every byte that continues no character begins one.
int64_t CountCharacters(absl::string_view text);
absl::string_view FirstCharacters(absl::string_view text, int64_t count);

// Levenshtein's: the least number of characters to insert, delete or replace that turns one text into the other.
// O(length of a x length of b) time, O(length of b) memory.
int64_t EditDistance(absl::string_view a, absl::string_view b);

}  // namespace sami

#endif  // BASE_EDIT_DISTANCE_H_

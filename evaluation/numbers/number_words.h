// Numbers in English words.
#ifndef EVALUATION_NUMBERS_NUMBER_WORDS_H_
#define EVALUATION_NUMBERS_NUMBER_WORDS_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace evaluation {

// Reads words from "zero" to "nine hundred ninety-nine million ..." and fractions ("one half", "three quarters") at the
// beginning of `text`, in lower case. Gives how many bytes they take, 0 where there are none. O(1): a number has few
// words.
size_t ReadNumberWords(absl::string_view text, double* value);

// Behind a whole number: " and a half", " and three quarters". How many bytes it takes, 0 where there is none.
size_t ReadAndFraction(absl::string_view text, double* value);

// Behind digits: " million", "-thousand", " lakh". How many bytes it takes, 0 where there is none.
size_t ReadScaleWord(absl::string_view text, double* scale);

}  // namespace evaluation

#endif  // EVALUATION_NUMBERS_NUMBER_WORDS_H_

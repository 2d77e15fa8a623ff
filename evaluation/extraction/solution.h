// The text of a solution with its numbers and sentences.
#ifndef EVALUATION_EXTRACTION_SOLUTION_H_
#define EVALUATION_EXTRACTION_SOLUTION_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "evaluation/numbers/number.h"
#include "evaluation/numbers/plain_text.h"

namespace evaluation {

// Bytes begin to end - 1 of a text.
struct Stretch {
  size_t begin = 0;
  size_t end = 0;
};

// A plain text with its numbers and sentences.
struct Solution {
  PlainText plain;
  std::vector<FoundNumber> numbers;  // without those that count the items of a list ("2. Add them")
  std::vector<Stretch> sentences;    // ascending, without gaps; each ends behind its mark or line end
};

Solution ToSolution(PlainText plain);

// Index of the sentence that this place is in; sentences.size() for a place behind all.
size_t SentenceAt(const Solution& solution, size_t place);

// A letter, an apostrophe or a byte beyond ASCII.
bool IsWordByte(char c);

// Takes the last word, of at most 16 bytes, with the blanks behind it; empty where other characters end the text.
absl::string_view TakeLastWord(absl::string_view* text);

// Whether only what says nothing stands there: no letters or digits but words such as "about", "only", "the", "x".
bool SaysNothing(absl::string_view text);

}  // namespace evaluation

#endif  // EVALUATION_EXTRACTION_SOLUTION_H_

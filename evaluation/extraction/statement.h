// What one statement of an answer ("So she makes 18 dollars from 9 eggs.") gives as its number.
#ifndef EVALUATION_EXTRACTION_STATEMENT_H_
#define EVALUATION_EXTRACTION_STATEMENT_H_

#include "absl/types/optional.h"
#include "evaluation/extraction/solution.h"

namespace evaluation {

enum class Which {
  kFirst,  // the statement is about its number: "18 dollars from 9 eggs"
  kLast,   // it comes to its number: "after 2 sales she has 18 dollars"
};

struct Statement {
  double value = 0;
  // It has no number of its own: "that is 2 more than 16", "9 * 2".
  bool is_weak = false;
};

// The number that a stretch of the text states; nothing where there is none. Behind its last '=' or "i.e.", if a number
// follows; before it, if what follows is a calculation ("18 = 9 * 2") and a number alone stands there; up to "because".
// Numbers come first that are not in brackets, not behind a word such as "from" or "per" nor before "than", and no part
// of a calculation; then others. Never one that is denied ("not 12"). O(length of the stretch and its numbers).
absl::optional<Statement> StatedNumber(const Solution& solution, const Stretch& stretch, Which which);

}  // namespace evaluation

#endif  // EVALUATION_EXTRACTION_STATEMENT_H_

// What one statement of an answer ("So she makes 18 dollars from 9 eggs.") gives as its number.
#ifndef EVALUATION_EXTRACTION_STATEMENT_H_
#define EVALUATION_EXTRACTION_STATEMENT_H_

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "evaluation/extraction/solution.h"

namespace evaluation {

// Whether only what says nothing stands there: no letters or digits but words such as "about", "only", "the", "x".
bool SaysNothing(absl::string_view text);

enum class Which {
  kFirst,  // the statement is about its number: "18 dollars from 9 eggs"
  kLast,   // it comes to its number: "after 2 sales she has 18 dollars"
};

// The number that a stretch of the text states; nothing where there is none. Behind its last '=' or "i.e.", if a number
// follows; up to "because". Numbers come first that are not in brackets, not behind a word such as "from" or "per" nor
// before "than"; then others. Never one that is denied ("not 12").
// O(length of the stretch and its numbers).
absl::optional<double> StatedNumber(const Solution& solution, const Stretch& stretch, Which which);

}  // namespace evaluation

#endif  // EVALUATION_EXTRACTION_STATEMENT_H_

// Whether two mathematical answers are the same.
#ifndef EVALUATION_MATH_EQUIVALENCE_H_
#define EVALUATION_MATH_EQUIVALENCE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace evaluation {

struct Equivalence {
  bool equal = false;
  // At least one of them is none of the grammar's (expression.h), so their texts were compared, in one spelling
  // (spelling.h); or both are of one value, and differ in the name or the unit that they give it.
  bool as_text = false;
};

// "equal", "unequal", "equal as text" or "unequal as text".
const char* EquivalenceName(const Equivalence& equivalence);

// Of two answers in LaTeX, without their box: exactly, "0.5" is "\frac12" and 33.3 is not 100/3. Longer than 10,000
// bytes they are compared as they stand.
Equivalence Equivalent(absl::string_view a, absl::string_view b);

// What a response gives as its answer: outside of its thinking, its last box; without one, what stands behind the last
// "####", "answer is" or "answer:" on its line. Nothing where there is none of these.
absl::optional<std::string> MathAnswer(absl::string_view response);

}  // namespace evaluation

#endif  // EVALUATION_MATH_EQUIVALENCE_H_

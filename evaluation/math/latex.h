// LaTeX of answers: the last box, and one form for what is written in several.
#ifndef EVALUATION_MATH_LATEX_H_
#define EVALUATION_MATH_LATEX_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace evaluation {

// What stands in the last \boxed{...} or \fbox{...} whose braces are balanced, or behind "\boxed " up to a space or
// dollar sign. Nothing where there is none. O(length).
absl::optional<std::string> LastBoxed(absl::string_view text);

// Without what changes no value: spaces, \left and \right, \displaystyle, dollar signs, percent and degrees, a full
// stop at the end; \text{...} and its kin become their contents between \x01 and \x02, "\dfrac" "\frac", "\{" stays.
// O(length).
std::string PlainLatex(absl::string_view text);

}  // namespace evaluation

#endif  // EVALUATION_MATH_LATEX_H_

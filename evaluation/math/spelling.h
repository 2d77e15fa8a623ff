// Answers as texts: what they name, what they say of it, and in which unit, each in one spelling.
#ifndef EVALUATION_MATH_SPELLING_H_
#define EVALUATION_MATH_SPELLING_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "evaluation/math/latex/latex.h"

namespace evaluation {

// Takes the name of what the answer is off its tokens, and off every further item of a list that repeats it: "x = " and
// "x \in " of a letter, perhaps with an index, "f(x) = ", "(x, y) = ", "AB = ", "\text{Area} = ". "": it has none; so
// has an equation, "x + y = 5" and "x = 2 - x".
std::string TakeName(std::vector<LatexToken>* tokens);

struct Spelling {
  std::string name;  // TakeName's
  std::string text;  // tokens (latex.h) with a space behind each; words are letters
  std::set<std::string> units;
};

// Words that are the whole of a text are in lower case, "(A)" is "A", "x/2" \frac{x}{2}, and usual units at the end are
// left out.
Spelling SpellingOf(std::vector<LatexToken> tokens);

// The same text, of the same name and in the same unit where both have one.
bool SameSpelling(const Spelling& a, const Spelling& b);

// Neither has a name, or only one, or both the same; or one is "y" and the other one "f(x)".
bool NamesAgree(absl::string_view a, absl::string_view b);

}  // namespace evaluation

#endif  // EVALUATION_MATH_SPELLING_H_

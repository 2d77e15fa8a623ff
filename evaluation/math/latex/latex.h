// LaTeX of answers: the last box, and the symbols of which an answer consists, in one form for what is written in
// several.
#ifndef EVALUATION_MATH_LATEX_LATEX_H_
#define EVALUATION_MATH_LATEX_LATEX_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace evaluation {

// What stands in the last \boxed{...} or \fbox{...} whose braces are balanced, or behind "\boxed " up to a space or
// dollar sign. Nothing where there is none. O(length).
absl::optional<std::string> LastBoxed(absl::string_view text);

struct LatexToken {
  enum class Kind {
    kNumber,   // "1000" of "1,000", "1{,}000", "1,\!000", "1\,000" and "1 000"; "0.5" of ".5"
    kLetter,   // one of math
    kWord,     // of \text{...} and its kin
    kUnit,     // "degree", "percent", "dollar", "celsius", "fahrenheit" of their signs
    kCommand,  // "\pi", "\begin{matrix}"
    kSymbol,   // any other byte, and "\{", "\}" and "\\"
  };
  Kind kind = Kind::kSymbol;
  std::string text;
  bool spaced = false;  // white space of any kind stands before it

  bool Is(absl::string_view symbol) const { return kind != Kind::kWord && kind != Kind::kUnit && text == symbol; }
};

// As LaTeX reads it: behind "^", "_", \frac and \sqrt one digit is a number of its own. A comma is one between
// thousands where exactly three digits follow it at once, outside of brackets; with braces or "\!", everywhere. Groups
// of three between spaces are one number, too. What changes no value is left out or written in one way: \left and
// \right, \displaystyle, dollar signs of math, \dfrac, \geq, ×, arrays between brackets, braces around one token, a
// full stop at the end. Any bytes will do. O(length).
std::vector<LatexToken> ReadLatex(absl::string_view text);

}  // namespace evaluation

#endif  // EVALUATION_MATH_LATEX_LATEX_H_

// Braces and brackets of LaTeX that change no value. Use latex.h.
#ifndef EVALUATION_MATH_LATEX_BRACES_H_
#define EVALUATION_MATH_LATEX_BRACES_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "evaluation/math/latex/latex.h"

namespace evaluation {

// The places of the braces that close the open ones; npos for those that nothing closes.
std::vector<size_t> ClosingBraces(absl::string_view text);

// "{x}" becomes "x", where x is one number, letter, command without arguments or sign.
void DropBracesOfOne(std::vector<LatexToken>* tokens);

// "(\begin{matrix} ... \end{matrix})", also with "[", becomes the matrix, and with "|" a vmatrix; so does a "\\" before
// the end.
void DropBracketsOfMatrices(std::vector<LatexToken>* tokens);

}  // namespace evaluation

#endif  // EVALUATION_MATH_LATEX_BRACES_H_

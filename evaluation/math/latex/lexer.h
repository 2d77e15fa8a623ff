// LaTeX's text as tokens. Use latex.h.
#ifndef EVALUATION_MATH_LATEX_LEXER_H_
#define EVALUATION_MATH_LATEX_LEXER_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "evaluation/math/latex/latex.h"

namespace evaluation {

// What ReadLatex gives, but for the braces around one token and the brackets around matrices, which are there.
std::vector<LatexToken> LexLatex(absl::string_view text);

}  // namespace evaluation

#endif  // EVALUATION_MATH_LATEX_LEXER_H_

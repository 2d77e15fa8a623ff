// What LaTeX's commands are to an answer. Use latex.h.
#ifndef EVALUATION_MATH_LATEX_COMMAND_NAMES_H_
#define EVALUATION_MATH_LATEX_COMMAND_NAMES_H_

#include "absl/strings/string_view.h"

namespace evaluation {

enum class CommandKind {
  kSymbol,   // stands for itself
  kText,     // \text{...}: its argument is words
  kNothing,  // \displaystyle
  kFence,    // \left: nothing, with a "." behind it
  kSpace,    // \quad
  kLength,   // \hspace{...}: a space, with its argument
  kDegree,   // \degree
};
CommandKind KindOfCommand(absl::string_view name);

// The one of several names of a command: "frac" of "dfrac", "le" of "leqslant".
absl::string_view UsualName(absl::string_view name);

// The sign that a command is another way to write: "<" of "lt", "|" of "mid". "": none.
absl::string_view SignOfCommand(absl::string_view name);

// How many arguments a command takes, each of which is one token or is in braces; 0 for those that take none.
int ArgumentsOf(absl::string_view name);

// Whether letters that stand for themselves are a function's or a constant's name: "sin", "pi".
bool IsNameOfCommand(absl::string_view letters);

// The environment's name in one form, "matrix" for those that differ from it in brackets and columns alone.
absl::string_view UsualEnvironment(absl::string_view name);

// The command that a character outside of ASCII at the beginning of `text` stands for, with its backslash, or "-"; its
// bytes in `size`. "": none.
absl::string_view CommandOfCharacter(absl::string_view text, size_t* size);

}  // namespace evaluation

#endif  // EVALUATION_MATH_LATEX_COMMAND_NAMES_H_

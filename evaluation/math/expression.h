// Mathematical answers in LaTeX, as MATH's and models' boxes hold them, read as values.
#ifndef EVALUATION_MATH_EXPRESSION_H_
#define EVALUATION_MATH_EXPRESSION_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "evaluation/math/exact.h"

namespace evaluation {

struct MathValue {
  enum class Kind {
    kNumber,
    kInfinity,  // number: 1 or -1
    kTuple,     // "(1, 2]" with its brackets: also an interval
    kSet,       // "\{1, 2\}" and "1, 2": the order does not matter, nor how often an element stands
    kMatrix,    // parts: its rows, tuples
    kUnion,     // of sets and intervals
  };
  Kind kind = Kind::kNumber;
  Exact number;
  std::string brackets;  // of a tuple: "()", "[)", ...
  std::vector<MathValue> parts;
};

bool operator==(const MathValue& a, const MathValue& b);

// Reads the grammar
//   answer: [letter "="] list                         list: union {"," union}     union: set {"\cup" set}
//   set: "\{" list "\}" | ("(" | "[") list (")" | "]") | matrix | "\emptyset" | sum
//   matrix: "\begin{pmatrix}" sum {"&" sum} {"\\" ...} "\end{pmatrix}"    (also bmatrix, vmatrix, matrix)
//   sum: ["+" | "-"] product {("+" | "-") product}
//   product: power {["\cdot" | "\times" | "*" | "/" | "\div"] power}
//   power: atom ["^" (digit | "{" sum "}")]
//   atom: number ["\frac" of digits: a mixed number] | "\frac" argument argument | "\sqrt" ["[" digits "]"] argument |
//         "\pi" | "i" | "\infty" | "(" sum ")" | "{" sum "}"
// where numbers have digits, thousands ("1,000", "1{,}000", "1\,000") and decimals. Passed over are spaces of every
// kind, dollar, percent and degree signs, \left and \right, \text{...} and words of at least two letters at the end
// (units), and a full stop at the end. Nothing where the text is something else, longer than 1,000 bytes, or its
// arithmetic does not fit (exact.h).
absl::optional<MathValue> ReadMath(absl::string_view text);

}  // namespace evaluation

#endif  // EVALUATION_MATH_EXPRESSION_H_

// Mathematical answers in LaTeX, as MATH's and models' boxes hold them, read as values.
#ifndef EVALUATION_MATH_EXPRESSION_H_
#define EVALUATION_MATH_EXPRESSION_H_

#include <set>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "evaluation/math/exact.h"
#include "evaluation/math/latex/latex.h"

namespace evaluation {

struct MathValue {
  enum class Kind {
    kNumber,
    kInfinity,  // number: 1 or -1
    kTuple,     // "(1, 2]" with its brackets: also an interval
    kSet,       // "\{1, 2\}", "1, 2" and "\pm 1": in order, without repetitions
    kMatrix,    // parts: its rows, tuples
    kUnion,     // of sets and intervals; as a set
  };
  Kind kind = Kind::kNumber;
  Exact number;
  std::string brackets;  // of a tuple: "()", "[)", ...
  std::vector<MathValue> parts;
};

bool operator==(const MathValue& a, const MathValue& b);
bool operator<(const MathValue& a, const MathValue& b);  // an order for sets, not that of the values

struct MathReading {
  MathValue value;
  std::string name;             // of what it is the value: TakeName's (spelling.h)
  std::set<std::string> units;  // AddUnit's (units.h) that stand beside it
};

// Reads the grammar
//   answer: [name "="] list                           list: union {("," | "\text{and}" | "\text{or}") union}
//   union: set {"\cup" set}                           set: "\{" list "\}" | ("(" | "[") list (")" | "]") | matrix |
//                                                          "\emptyset" | ["+" | "-"] "\infty" | sum
//   matrix: "\begin{matrix}" sum {"&" sum} {"\\" ...} "\end{matrix}"    (also pmatrix, bmatrix, arrays in brackets)
//   sum: [sign] product {sign product}                sign: "+" | "-" | "\pm" | "\mp"
//   product: power {["\cdot" | "\times" | "*" | "/" | "\div"] power} {"\text{thousand}" | "million" | ...}
//   power: atom ["^" argument]                        argument: number | "\pi" | "\frac" ... | "{" sum "}"
//   atom: number [proper fraction of digits: a mixed number, "3 1/2"] | "\frac" argument argument |
//         "\sqrt" ["[" digits "]"] argument | "\pi" | "i" | "(" sum ")" | "{" sum "}"
// over the tokens of latex.h, whose numbers have digits, thousands and decimals. An item with one "\pm" is two. Units
// (units.h) behind an item are taken off it. Nothing where the text is something else, longer than 1,000 tokens, or its
// arithmetic does not fit (exact.h).
absl::optional<MathReading> ReadMath(std::vector<LatexToken> tokens);

}  // namespace evaluation

#endif  // EVALUATION_MATH_EXPRESSION_H_

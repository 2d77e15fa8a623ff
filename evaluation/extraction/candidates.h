// The numbers of a stretch of a solution, and how likely each is the one that it states. Use statement.h.
#ifndef EVALUATION_EXTRACTION_CANDIDATES_H_
#define EVALUATION_EXTRACTION_CANDIDATES_H_

#include <cstddef>
#include <vector>

#include "evaluation/extraction/solution.h"

namespace evaluation {

// Less is likelier.
enum CandidateLevel {
  kPlain,
  kOperand,    // of a calculation that is not carried out: "9 * 2", "75% of 24"
  kInWords,    // "eighteen"
  kWeakened,   // "from 9", "2 more than"
  kBracketed,  // "(9)"
  kWeakWord,   // "one", which may be a pronoun
  kDenied,     // "not 9"
};

// How a number is joined to the next one.
enum class Joint {
  kNone,
  kOperator,  // "9 * 2", "9 eggs times 2", "75% of 24", "2 more than 16"
  kHyphen,    // "20-2": a difference, or a range
};

struct Candidate {
  const FoundNumber* number;
  CandidateLevel level;
  bool is_bold;
  bool is_operand;  // joined to the one before or behind by an operator
  Joint joint;      // to the one behind
};

struct Candidates {
  std::vector<Candidate> numbers;  // by their places
  std::vector<size_t> equals;      // the '=' outside of brackets that such a number follows before the next one
};

// O(length of the stretch and its numbers).
Candidates CandidatesIn(const Solution& solution, const Stretch& stretch);

// A calculation that is not carried out: numbers first to end - 1 of the candidates. Empty where none begins at
// `first`, behind `begin` of the text, which is where an '=' or a statement begins.
struct Expression {
  size_t first = 0;
  size_t end = 0;
};
Expression ExpressionAt(const Solution& solution, const Candidates& candidates, size_t first, size_t begin);

// Whether the number is all that its side of an equation has, but for words: "18", "she gets 18 dollars"; not "9 * 2",
// "3x", "x + 3". `equals` is the place of the '=' behind it.
bool IsPlainSide(const Solution& solution, const Candidates& candidates, size_t index, size_t equals);

}  // namespace evaluation

#endif  // EVALUATION_EXTRACTION_CANDIDATES_H_

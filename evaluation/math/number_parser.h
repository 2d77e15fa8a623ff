// Recursive descent over the numbers of LaTeX's tokens (latex.h). Use expression.h.
#ifndef EVALUATION_MATH_NUMBER_PARSER_H_
#define EVALUATION_MATH_NUMBER_PARSER_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "evaluation/math/exact.h"
#include "evaluation/math/latex/latex.h"

namespace evaluation {

// Each function reads at the beginning of what is left. Where one gives nothing, the text is none of the grammar's, and
// what is left is unspecified.
class NumberParser {
 public:
  // Unit signs may stand anywhere.
  explicit NumberParser(std::vector<LatexToken> tokens);

 protected:
  static constexpr int kMaxDepth = 40;
  using Number = absl::optional<Exact>;

  bool AtEnd() const { return state_.at >= tokens_.size(); }
  bool Sees(absl::string_view symbol, size_t ahead = 0) const;
  bool Take(absl::string_view symbol);
  // A word of \text{...}, or one of letters behind a space.
  bool TakeWord(absl::string_view word);
  // Behind a value: "\text{ cm}^2", "dollars".
  void SkipUnits();
  Number ReadSum();

  // Where the parser is; kept to try again from there.
  struct State {
    size_t at = 0;
    int depth = 0;
    int list_depth = 0;
    bool in_list = false;                // where "000" is no number
    int plus_minus = 0, minus_plus = 0;  // how many "\pm" and "\mp" were read in this item
  };

  std::vector<LatexToken> tokens_;
  State state_;
  bool plus_ = true;  // what "\pm" stands for now; "\mp" for the other one
  std::set<std::string> units_;

 private:
  // The sign of what follows; nothing where none is there.
  absl::optional<bool> TakeSign();
  Number ReadProduct();
  Number ReadPower();
  Number ReadAtom();
  // "{sum}", one number, "\pi", "i" or a fraction.
  Number ReadArgument();
  Number ReadFraction();
  // A number of digits; behind a whole one, a fraction of digits is added.
  Number ReadMixed();
  // Takes "1/2" or "\frac{1}{2}", where it is between 0 and 1.
  Number TakeProperFraction();
  absl::optional<Rational> ReadDigits();
  bool BeginsAtom() const;
  // The letters without a space between that begin at a place; "": none do.
  std::string LettersAt(size_t at) const;
  // Words of letters in math; whether there are any.
  bool SkipBareUnits();
};

}  // namespace evaluation

#endif  // EVALUATION_MATH_NUMBER_PARSER_H_

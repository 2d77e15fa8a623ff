// Recursive descent over the numbers of plain LaTeX (latex.h). Use expression.h.
#ifndef EVALUATION_MATH_NUMBER_PARSER_H_
#define EVALUATION_MATH_NUMBER_PARSER_H_

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "evaluation/math/exact.h"

namespace evaluation {

// Each function reads at the beginning of what is left. Where one gives nothing, the text is none of the grammar's, and
// what is left is unspecified.
class NumberParser {
 public:
  explicit NumberParser(absl::string_view text) : rest_(text) {}

 protected:
  static constexpr int kMaxDepth = 40;
  using Number = absl::optional<Exact>;

  bool Sees(absl::string_view word) const;
  bool Take(absl::string_view word);
  // Behind a value: "\text{ cm}^2", "dollars".
  void SkipUnits();
  Number ReadSum();

  absl::string_view rest_;
  int depth_ = 0;
  bool in_list_ = false;  // so "1,000" is two numbers

 private:
  Number ReadProduct();
  Number ReadPower();
  Number ReadAtom();
  // "{sum}", a single digit or "\pi".
  Number ReadArgument();
  Number ReadFraction();
  Number ReadDecimal();
  bool BeginsAtom() const;
  bool IsWord() const;
};

}  // namespace evaluation

#endif  // EVALUATION_MATH_NUMBER_PARSER_H_

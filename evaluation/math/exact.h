// Exact numbers: sums of rational multiples of square roots and powers of pi.
#ifndef EVALUATION_MATH_EXACT_H_
#define EVALUATION_MATH_EXACT_H_

#include <cstdint>
#include <map>
#include <utility>

#include "absl/types/optional.h"

namespace evaluation {

// In lowest terms, below > 0.
struct Rational {
  int64_t above = 0;
  int64_t below = 1;
  bool operator==(const Rational& other) const { return above == other.above && below == other.below; }
  // An order for containers, not that of the values.
  bool operator<(const Rational& other) const { return std::pair(above, below) < std::pair(other.above, other.below); }
};

// Each of these gives nothing where the result does not fit into 64 bits, or is none (a division by zero).
absl::optional<Rational> MakeRational(int64_t above, int64_t below);
absl::optional<Rational> Sum(const Rational& a, const Rational& b);
absl::optional<Rational> Product(const Rational& a, const Rational& b);
absl::optional<Rational> Inverse(const Rational& a);

// The sum over its terms of coefficient * sqrt(radicand) * pi^power. Radicands have no square divisor, so that equal
// numbers have equal terms; that of -1 is the imaginary unit. Coefficients are not zero.
class Exact {
 public:
  Exact() = default;  // zero
  explicit Exact(const Rational& value);
  static Exact Pi();

  bool operator==(const Exact& other) const { return terms_ == other.terms_; }
  bool operator<(const Exact& other) const { return terms_ < other.terms_; }  // as Rational's
  // The value of a number without roots and pi.
  absl::optional<Rational> AsRational() const;

  // Each gives nothing where a coefficient does not fit, or the result has another form: more than 64 terms, a quotient
  // by more than two terms, the root of anything but a rational number below 10^12, a power that is not whole.
  friend absl::optional<Exact> Sum(const Exact& a, const Exact& b);
  friend absl::optional<Exact> Product(const Exact& a, const Exact& b);
  friend absl::optional<Exact> Inverse(const Exact& a);
  friend absl::optional<Exact> SquareRoot(const Exact& a);

 private:
  using Key = std::pair<int64_t, int64_t>;  // radicand, power of pi
  bool Add(const Key& key, const Rational& coefficient);

  std::map<Key, Rational> terms_;
};

absl::optional<Exact> Negative(const Exact& a);
// |exponent| of 1000 at most.
absl::optional<Exact> Power(const Exact& base, int64_t exponent);
// The whole number whose `degree`th power is a rational `a`, or the fraction of two such.
absl::optional<Exact> Root(const Exact& a, int64_t degree);

}  // namespace evaluation

#endif  // EVALUATION_MATH_EXACT_H_

#include "evaluation/math/exact.h"

#include <cstdlib>
#include <iterator>
#include <limits>
#include <numeric>

namespace evaluation {
namespace {

constexpr size_t kMaxTerms = 64;
constexpr int64_t kMaxRadicand = 1000000000000;
constexpr int64_t kMaxExponent = 1000;
constexpr int64_t kMaxPiPower = 1000;

bool Fits(int64_t value) { return value != std::numeric_limits<int64_t>::min(); }

// value = square^2 * free, where no square but 1 divides `free`. |value| of kMaxRadicand at most: what trial division
// up to its cube root leaves is a prime, a product of two, or a square.
void SplitSquare(int64_t value, int64_t* square, int64_t* free) {
  *square = 1;
  *free = value < 0 ? -1 : 1;
  int64_t rest = std::abs(value);
  for (int64_t p = 2; p * p * p <= rest || p == 2; ++p) {
    while (rest % (p * p) == 0) {
      rest /= p * p;
      *square *= p;
    }
    if (rest % p == 0) {
      rest /= p;
      *free *= p;
    }
  }
  int64_t root = 0;
  for (int64_t bit = 1 << 20; bit > 0; bit /= 2) {
    if ((root + bit) * (root + bit) <= rest) root += bit;
  }
  if (root * root == rest) {
    *square *= root;
  } else {
    *free *= rest;
  }
}

}  // namespace

absl::optional<Rational> MakeRational(int64_t above, int64_t below) {
  if (below == 0 || !Fits(above) || !Fits(below)) return absl::nullopt;
  const int64_t divisor = std::gcd(above, below) * (below < 0 ? -1 : 1);
  return Rational{above / divisor, below / divisor};
}

absl::optional<Rational> Sum(const Rational& a, const Rational& b) {
  int64_t left, right, above, below;
  if (__builtin_mul_overflow(a.above, b.below, &left) || __builtin_mul_overflow(b.above, a.below, &right) ||
      __builtin_add_overflow(left, right, &above) || __builtin_mul_overflow(a.below, b.below, &below)) {
    return absl::nullopt;
  }
  return MakeRational(above, below);
}

absl::optional<Rational> Product(const Rational& a, const Rational& b) {
  // Crosswise in lowest terms first, so that less overflows.
  const auto first = MakeRational(a.above, b.below), second = MakeRational(b.above, a.below);
  int64_t above, below;
  if (!first || !second || __builtin_mul_overflow(first->above, second->above, &above) ||
      __builtin_mul_overflow(first->below, second->below, &below)) {
    return absl::nullopt;
  }
  return MakeRational(above, below);
}

absl::optional<Rational> Inverse(const Rational& a) { return MakeRational(a.below, a.above); }

Exact::Exact(const Rational& value) {
  if (value.above != 0) terms_[{1, 0}] = value;
}

Exact Exact::Pi() {
  Exact pi;
  pi.terms_[{1, 1}] = {1, 1};
  return pi;
}

absl::optional<Rational> Exact::AsRational() const {
  if (terms_.empty()) return Rational();
  if (terms_.size() > 1 || terms_.begin()->first != Key(1, 0)) return absl::nullopt;
  return terms_.begin()->second;
}

bool Exact::Add(const Key& key, const Rational& coefficient) {
  const auto sum = Sum(terms_[key], coefficient);
  if (!sum) return false;
  if (sum->above == 0) {
    terms_.erase(key);
  } else {
    terms_[key] = *sum;
  }
  return terms_.size() <= kMaxTerms;
}

absl::optional<Exact> Sum(const Exact& a, const Exact& b) {
  Exact sum = a;
  for (const auto& [key, coefficient] : b.terms_) {
    if (!sum.Add(key, coefficient)) return absl::nullopt;
  }
  return sum;
}

absl::optional<Exact> Product(const Exact& a, const Exact& b) {
  Exact product;
  for (const auto& [left, x] : a.terms_) {
    for (const auto& [right, y] : b.terms_) {
      // sqrt(m) sqrt(n) = g sqrt(m n / g^2); two imaginary ones give -1.
      const int64_t common = std::gcd(left.first, right.first);
      int64_t radicand;
      const int64_t sign = left.first < 0 && right.first < 0 ? -1 : 1;
      if (__builtin_mul_overflow(left.first / common, right.first / common, &radicand) ||
          std::abs(radicand) > kMaxRadicand) {
        return absl::nullopt;
      }
      const int64_t power = left.second + right.second;
      const auto xy = Product(x, y);
      const auto coefficient = xy ? Product(*xy, {sign * common, 1}) : absl::nullopt;
      if (!coefficient || std::abs(power) > kMaxPiPower || !product.Add({radicand, power}, *coefficient)) {
        return absl::nullopt;
      }
    }
  }
  return product;
}

absl::optional<Exact> Inverse(const Exact& a) {
  if (a.terms_.empty() || a.terms_.size() > 2) return absl::nullopt;
  if (a.terms_.size() == 2) {
    // 1 / (s + t) = (s - t) / (s^2 - t^2), whose divisor has one term where both have the same power of pi.
    Exact conjugate = a;
    auto second = std::next(conjugate.terms_.begin());
    if (second->first.second != conjugate.terms_.begin()->first.second) return absl::nullopt;
    second->second.above = -second->second.above;
    const auto divisor = Product(a, conjugate);
    if (!divisor || divisor->terms_.size() != 1) return absl::nullopt;
    const auto inverse = Inverse(*divisor);
    return inverse ? Product(conjugate, *inverse) : absl::nullopt;
  }
  // 1 / (c sqrt(n)) = sqrt(n) / (c n).
  const auto& [key, coefficient] = *a.terms_.begin();
  const auto product = Product(coefficient, {key.first, 1});
  const auto inverse = product ? Inverse(*product) : absl::nullopt;
  if (!inverse) return absl::nullopt;
  Exact result;
  result.terms_[{key.first, -key.second}] = *inverse;
  return result;
}

absl::optional<Exact> SquareRoot(const Exact& a) {
  const auto value = a.AsRational();
  if (!value) return absl::nullopt;
  if (value->above == 0) return Exact();
  // sqrt(p / q) = sqrt(p q) / q.
  int64_t product, square, free;
  if (__builtin_mul_overflow(value->above, value->below, &product) || std::abs(product) > kMaxRadicand) {
    return absl::nullopt;
  }
  SplitSquare(product, &square, &free);
  const auto coefficient = MakeRational(square, value->below);
  if (!coefficient) return absl::nullopt;
  Exact root;
  root.terms_[{free, 0}] = *coefficient;
  return root;
}

absl::optional<Exact> Negative(const Exact& a) { return Product(a, Exact(Rational{-1, 1})); }

absl::optional<Exact> Power(const Exact& base, int64_t exponent) {
  if (std::abs(exponent) > kMaxExponent) return absl::nullopt;
  if (exponent < 0) {
    const auto inverse = Inverse(base);
    return inverse ? Power(*inverse, -exponent) : absl::nullopt;
  }
  absl::optional<Exact> power = Exact(Rational{1, 1});
  for (int64_t i = 0; i < exponent && power; ++i) power = Product(*power, base);
  return power;
}

absl::optional<Exact> Root(const Exact& a, int64_t degree) {
  if (degree == 2) return SquareRoot(a);
  const auto value = a.AsRational();
  if (!value || degree < 1 || degree > 64 || (value->above < 0 && degree % 2 == 0)) return absl::nullopt;
  const auto whole = [&](int64_t number) -> absl::optional<int64_t> {
    if (number > kMaxRadicand || degree < 2) return absl::nullopt;  // so that the root is below 2^15
    int64_t root = 0;
    for (int64_t bit = 1 << 14; bit > 0; bit /= 2) {
      const auto power = Power(Exact(Rational{root + bit, 1}), degree);
      const auto rational = power ? power->AsRational() : absl::nullopt;
      if (rational && rational->above <= number) root += bit;
    }
    const auto power = Power(Exact(Rational{root, 1}), degree);
    return power == Exact(Rational{number, 1}) ? absl::make_optional(root) : absl::nullopt;
  };
  const auto above = whole(std::abs(value->above)), below = whole(value->below);
  const auto root = above && below ? MakeRational(value->above < 0 ? -*above : *above, *below) : absl::nullopt;
  return root ? absl::make_optional(Exact(*root)) : absl::nullopt;
}

}  // namespace evaluation

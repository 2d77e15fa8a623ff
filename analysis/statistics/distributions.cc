#include "analysis/statistics/distributions.h"

#include <cmath>
#include <limits>

#include "base/check.h"
#include "unsupported/Eigen/SpecialFunctions"

namespace analysis {

double NormalCdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

double NormalQuantile(double probability) {
  SAMI_CHECK(probability >= 0 && probability <= 1) << probability;
  if (probability == 0) return -std::numeric_limits<double>::infinity();
  if (probability == 1) return std::numeric_limits<double>::infinity();
  return Eigen::numext::ndtri(probability);
}

double NormalCritical(double level) {
  SAMI_CHECK(level > 0 && level < 1) << level;
  return -NormalQuantile((1 - level) / 2);
}

double StudentCritical(double level, double degrees) {
  SAMI_CHECK(level > 0 && level < 1 && degrees > 0) << level << ", " << degrees;
  // |T| > t has the probability BetaCdf(degrees / (degrees + t^2), degrees / 2, 1 / 2).
  const double x = BetaQuantile(1 - level, degrees / 2, 0.5);
  return std::sqrt(degrees * (1 - x) / x);
}

double BetaCdf(double x, double a, double b) {
  SAMI_CHECK(a > 0 && b > 0 && x >= 0 && x <= 1) << x << ", " << a << ", " << b;
  if (x == 0 || x == 1) return x;
  return Eigen::numext::betainc(a, b, x);
}

double BetaQuantile(double probability, double a, double b) {
  SAMI_CHECK(probability >= 0 && probability <= 1) << probability;
  double low = 0, high = 1;
  // Halved until the ends are neighbours.
  for (double middle = 0.5; middle > low && middle < high; middle = low + (high - low) / 2) {
    (BetaCdf(middle, a, b) < probability ? low : high) = middle;
  }
  return probability == 0 ? 0 : high;
}

double BinomialProbability(int64_t k, int64_t n, double p) {
  SAMI_CHECK(n >= 0 && p >= 0 && p <= 1) << n << ", " << p;
  if (k < 0 || k > n) return 0;
  if (p == 0 || p == 1) return k == (p == 0 ? 0 : n) ? 1 : 0;
  return std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) + k * std::log(p) +
                  (n - k) * std::log1p(-p));
}

double BinomialCdf(int64_t k, int64_t n, double p) {
  SAMI_CHECK(n >= 0 && p >= 0 && p <= 1) << n << ", " << p;
  if (k < 0) return 0;
  if (k >= n) return 1;
  return BetaCdf(1 - p, n - k, k + 1);
}

double ChiSquaredTail(double x) {
  SAMI_CHECK(x >= 0) << x;
  return std::erfc(std::sqrt(x / 2));
}

}  // namespace analysis

#include "analysis/statistics/proportion.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "analysis/statistics/distributions.h"
#include "base/check.h"

namespace analysis {

absl::StatusOr<Estimate> WilsonInterval(double mean, int64_t n, double level) {
  if (n < 1) return absl::InvalidArgumentError(absl::StrCat("a proportion needs at least one item, not ", n));
  if (!(mean >= 0 && mean <= 1)) {
    return absl::InvalidArgumentError(absl::StrCat("a proportion must be in [0, 1], not ", mean));
  }
  if (!(level > 0 && level < 1)) {
    return absl::InvalidArgumentError(absl::StrCat("a confidence level must be in (0, 1), not ", level));
  }
  const double z = NormalCritical(level);
  // The roots of (mean - p)^2 = q p (1 - p).
  const double q = z * z / n;
  const double centre = (mean + q / 2) / (1 + q);
  const double half_width = std::sqrt(q * mean * (1 - mean) + q * q / 4) / (1 + q);
  Estimate estimate;
  estimate.value = mean;
  estimate.standard_error = std::sqrt(mean * (1 - mean) / n);
  // At mean 0 and 1 an end is 0 or 1 in exact arithmetic.
  estimate.low = mean == 0 ? 0 : std::max(0.0, centre - half_width);
  estimate.high = mean == 1 ? 1 : std::min(1.0, centre + half_width);
  estimate.level = level;
  estimate.n = n;
  estimate.method = kMethodWilson;
  return estimate;
}

namespace {

// The signed score statistic of delta, decreasing in delta.
double TangoScore(double wins, double losses, double n, double delta) {
  const double a = 2 * n, b = -wins - losses + (2 * n - wins + losses) * delta, c = -losses * delta * (1 - delta);
  const double loss_probability = (std::sqrt(std::max(0.0, b * b - 4 * a * c)) - b) / (2 * a);
  const double variance = n * (2 * loss_probability + delta * (1 - delta));
  const double numerator = wins - losses - n * delta;
  if (variance <= 0) return numerator == 0 ? 0 : std::copysign(std::numeric_limits<double>::infinity(), numerator);
  return numerator / std::sqrt(variance);
}

// The delta in [low, high] at which the statistic falls to `score`.
double SolveTango(double wins, double losses, double n, double score, double low, double high) {
  for (int i = 0; i < 100; ++i) {
    const double middle = (low + high) / 2;
    (TangoScore(wins, losses, n, middle) > score ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

Estimate TangoInterval(int64_t wins, int64_t losses, int64_t n, double level) {
  SAMI_CHECK(n > 0 && wins >= 0 && losses >= 0 && wins + losses <= n);
  const double z = NormalCritical(level), delta = static_cast<double>(wins - losses) / n;
  const double low = SolveTango(wins, losses, n, z, -1, delta), high = SolveTango(wins, losses, n, -z, delta, 1);
  Estimate estimate;
  estimate.value = (1 + delta) / 2;
  // With a win and a loss more: without, it is 0 where all items tie.
  const double discordant = (wins + losses + 2) / (n + 2.0), shift = (wins - losses) / (n + 2.0);
  estimate.standard_error = std::sqrt((discordant - shift * shift) / (n + 2.0)) / 2;
  estimate.low = (1 + low) / 2;
  estimate.high = (1 + high) / 2;
  estimate.level = level;
  estimate.n = n;
  estimate.method = kMethodTango;
  return estimate;
}

}  // namespace analysis

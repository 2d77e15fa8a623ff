#include "analysis/testing/closed_forms.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/statistics/distributions.h"
#include "base/check.h"

namespace analysis {
namespace {

Estimate Proportion(int64_t successes, int64_t n, double level, const char* method) {
  SAMI_CHECK(n >= 1 && successes >= 0 && successes <= n && level > 0 && level < 1)
      << successes << " of " << n << " at " << level;
  Estimate estimate;
  estimate.value = static_cast<double>(successes) / n;
  estimate.standard_error = std::sqrt(estimate.value * (1 - estimate.value) / n);
  estimate.level = level;
  estimate.n = n;
  estimate.method = method;
  return estimate;
}

Estimate WithEnds(Estimate estimate, double low, double high) {
  estimate.low = std::clamp(low, 0.0, 1.0);
  estimate.high = std::clamp(high, 0.0, 1.0);
  return estimate;
}

}  // namespace

Estimate ClopperPearsonInterval(int64_t successes, int64_t n, double level) {
  const Estimate estimate = Proportion(successes, n, level, "clopper-pearson");
  const double tail = (1 - level) / 2;
  return WithEnds(estimate, successes == 0 ? 0 : BetaQuantile(tail, successes, n - successes + 1),
                  successes == n ? 1 : BetaQuantile(1 - tail, successes + 1, n - successes));
}

Estimate AgrestiCoullInterval(int64_t successes, int64_t n, double level) {
  const Estimate estimate = Proportion(successes, n, level, "agresti-coull");
  const double z = NormalCritical(level), trials = n + z * z, centre = (successes + z * z / 2) / trials;
  const double half = z * std::sqrt(centre * (1 - centre) / trials);
  return WithEnds(estimate, centre - half, centre + half);
}

Estimate JeffreysInterval(int64_t successes, int64_t n, double level) {
  const Estimate estimate = Proportion(successes, n, level, "jeffreys");
  const double tail = (1 - level) / 2, a = successes + 0.5, b = n - successes + 0.5;
  return WithEnds(estimate, BetaQuantile(tail, a, b), BetaQuantile(1 - tail, a, b));
}

Estimate WaldInterval(int64_t successes, int64_t n, double level) {
  const Estimate estimate = Proportion(successes, n, level, "wald");
  const double half = NormalCritical(level) * estimate.standard_error;
  return WithEnds(estimate, estimate.value - half, estimate.value + half);
}

Estimate WilsonCorrectedInterval(int64_t successes, int64_t n, double level) {
  const Estimate estimate = Proportion(successes, n, level, "wilson-continuity");
  const double z = NormalCritical(level), p = estimate.value, scale = 2 * (n + z * z), centre = 2 * n * p + z * z;
  const double down = 1 + z * std::sqrt(z * z - 2 - 1.0 / n + 4 * p * (n * (1 - p) + 1));
  const double up = 1 + z * std::sqrt(z * z + 2 - 1.0 / n + 4 * p * (n * (1 - p) - 1));
  return WithEnds(estimate, successes == 0 ? 0 : (centre - down) / scale, successes == n ? 1 : (centre + up) / scale);
}

std::vector<double> BonferroniAdjusted(const std::vector<double>& p) {
  std::vector<double> adjusted;
  for (const double value : p) adjusted.push_back(std::min(1.0, value * p.size()));
  return adjusted;
}

std::vector<double> BenjaminiHochbergAdjusted(const std::vector<double>& p) {
  const size_t n = p.size();
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(n);
  double least = 1;
  for (size_t rank = n; rank > 0; --rank) {
    least = std::min(least, p[order[rank - 1]] * n / rank);
    adjusted[order[rank - 1]] = least;
  }
  return adjusted;
}

std::vector<double> BenjaminiYekutieliAdjusted(const std::vector<double>& p) {
  double harmonic = 0;
  for (size_t i = p.size(); i > 0; --i) harmonic += 1.0 / i;
  std::vector<double> scaled;
  for (const double value : p) scaled.push_back(value * harmonic);
  return BenjaminiHochbergAdjusted(scaled);
}

}  // namespace analysis

#include "analysis/statistics/empirical_likelihood.h"

#include <cmath>
#include <map>

#include "Eigen/Core"
#include "analysis/statistics/distributions.h"
#include "base/check.h"

namespace analysis {
namespace {

// Different values, as distances from their weighted mean, with their shares of all weight.
struct Law {
  Eigen::ArrayXd distances;
  Eigen::ArrayXd shares;
  double mean = 0;
  double weight = 0;
};

Law Tally(absl::Span<const double> values, double least, double greatest, double extra) {
  std::map<double, double> weights = {{least, extra / 2}, {greatest, extra / 2}};
  for (const double value : values) weights[value] += 1;
  Law law{Eigen::ArrayXd(weights.size()), Eigen::ArrayXd(weights.size())};
  Eigen::Index i = 0;
  for (const auto& [value, weight] : weights) {
    law.distances[i] = value;
    law.shares[i++] = weight;
  }
  law.weight = law.shares.sum();
  law.shares /= law.weight;
  law.mean = (law.shares * law.distances).sum();
  law.distances -= law.mean;
  return law;
}

// The laws of greatest likelihood for their mean are p_i = share_i / (1 + tilt y_i) / A, A the sum of the numerators:
// one for each tilt, with mean below the sample's for tilts above 0.
struct Tilted {
  double likelihood_ratio;  // -2 log R
  double shift;             // of the mean, towards smaller y
};

Tilted Tilt(const Law& law, const Eigen::ArrayXd& y, double tilt) {
  const Eigen::ArrayXd tilted = tilt * y;
  const double excess = -(law.shares * tilted / (1 + tilted)).sum();  // A - 1, which is small for many items
  const double log_ratio = (law.shares * tilted.log1p()).sum() + std::log1p(excess);
  return {2 * law.weight * log_ratio, excess / (tilt * (1 + excess))};
}

// How far below the sample's mean that of y may be. The likelihood ratio grows from 0 at tilt 0 beyond all bounds at
// -1 / min y; the search is by the logarithm of what is left to that, for precision at both ends.
double Reach(const Law& law, const Eigen::ArrayXd& y, double critical) {
  const double greatest_tilt = -1 / y.minCoeff();
  double low = 0, high = 36;
  Tilted tilted{0, 0};
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    tilted = Tilt(law, y, -greatest_tilt * std::expm1(-middle));
    (tilted.likelihood_ratio < critical ? low : high) = middle;
  }
  return tilted.shift;
}

}  // namespace

MeanLimits EmpiricalLikelihoodLimits(absl::Span<const double> values, double least, double greatest, double extra,
                                     double level) {
  SAMI_CHECK(!values.empty() && least < greatest && extra > 0 && level > 0 && level < 1);
  for (const double value : values) SAMI_CHECK(value >= least && value <= greatest) << value;
  const Law law = Tally(values, least, greatest, extra);
  const double z = NormalCritical(level);
  return {law.mean - Reach(law, law.distances, z * z), law.mean + Reach(law, -law.distances, z * z)};
}

}  // namespace analysis

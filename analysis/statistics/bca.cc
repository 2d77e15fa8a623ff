#include "analysis/statistics/bca.h"

#include <cmath>

#include "Eigen/Core"
#include "analysis/statistics/distributions.h"

namespace analysis {
namespace {

// Phi(z0 + (z0 + z) / (1 - a (z0 + z))), with its limits where the pole is passed or z0 is infinite.
double Adjusted(double z, double z0, double acceleration) {
  if (std::isinf(z0)) return z0 < 0 ? 0 : 1;
  const double shifted = z0 + z;
  const double denominator = 1 - acceleration * shifted;
  if (denominator <= 0) return shifted < 0 ? 0 : 1;
  return NormalCdf(z0 + shifted / denominator);
}

}  // namespace

QuantileLevels PercentileLevels(double level) { return {(1 - level) / 2, (1 + level) / 2}; }

QuantileLevels BcaLevels(double level, double share_below, double acceleration) {
  const double z = NormalCritical(level);
  const double z0 = NormalQuantile(share_below);
  return {Adjusted(-z, z0, acceleration), Adjusted(z, z0, acceleration)};
}

double Acceleration(absl::Span<const double> leave_one_out) {
  const Eigen::Map<const Eigen::ArrayXd> values(leave_one_out.data(), leave_one_out.size());
  const Eigen::ArrayXd u = values.mean() - values;
  const double squares = u.square().sum();
  return squares == 0 ? 0 : u.cube().sum() / (6 * std::pow(squares, 1.5));
}

}  // namespace analysis

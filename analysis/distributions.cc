#include "analysis/distributions.h"

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

}  // namespace analysis

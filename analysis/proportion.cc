#include "analysis/proportion.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "analysis/distributions.h"

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

}  // namespace analysis

#include "analysis/mean_interval.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "Eigen/Core"
#include "absl/strings/str_cat.h"
#include "analysis/distributions.h"
#include "base/status.h"

namespace analysis {
namespace {

absl::Status Validate(absl::Span<const double> values, double low, double high, double level) {
  if (values.empty()) return absl::InvalidArgumentError("a mean needs at least one item");
  if (!(level > 0 && level < 1)) {
    return absl::InvalidArgumentError(absl::StrCat("a confidence level must be in (0, 1), not ", level));
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i]) && values[i] >= low && values[i] <= high) continue;
    return absl::InvalidArgumentError(absl::StrCat("value ", i, " of ", values.size(), " is ", values[i],
                                                   std::isfinite(values[i]) ? ", outside [" : ", not in [", low, ", ",
                                                   high, "]"));
  }
  return absl::OkStatus();
}

// s^2 / n: the squared standard error. 0 for a single value.
double MeanVariance(absl::Span<const double> values, double mean) {
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  if (*least == *greatest) return 0;
  const Eigen::Map<const Eigen::ArrayXd> all(values.data(), values.size());
  return (all - mean).square().sum() / (values.size() - 1) / values.size();
}

Estimate Start(absl::Span<const double> values, double level) {
  Estimate estimate;
  // The mean of equal values is exactly that value.
  const Eigen::Map<const Eigen::ArrayXd> all(values.data(), values.size());
  estimate.value = all(0) + (all - all(0)).mean();
  estimate.level = level;
  estimate.n = values.size();
  return estimate;
}

}  // namespace

absl::StatusOr<Estimate> ScoreMeanInterval(absl::Span<const double> scores, double level) {
  RETURN_IF_ERROR(Validate(scores, 0, 1, level));
  Estimate estimate = Start(scores, level);
  const double mean = std::clamp(estimate.value, 0.0, 1.0), variance = MeanVariance(scores, mean);
  const bool spread = variance > 0;
  const double z = spread ? StudentCritical(level, estimate.n - 1) : NormalCritical(level);
  const double effective = spread ? mean * (1 - mean) / variance : estimate.n;
  // The roots of (mean - p)^2 = q p (1 - p).
  const double q = z * z / effective;
  const double centre = (mean + q / 2) / (1 + q), half = std::sqrt(q * mean * (1 - mean) + q * q / 4) / (1 + q);
  estimate.standard_error = spread ? std::sqrt(variance) : kUndefined;
  estimate.low = mean == 0 ? 0 : std::max(0.0, centre - half);
  estimate.high = mean == 1 ? 1 : std::min(1.0, centre + half);
  estimate.method = kMethodEffectiveWilson;
  return estimate;
}

absl::StatusOr<Estimate> StudentInterval(absl::Span<const double> values, double level) {
  const double infinity = std::numeric_limits<double>::infinity();
  RETURN_IF_ERROR(Validate(values, -infinity, infinity, level));
  Estimate estimate = Start(values, level);
  const double variance = MeanVariance(values, estimate.value);
  estimate.method = kMethodNone;
  if (variance == 0) return estimate;
  estimate.standard_error = std::sqrt(variance);
  const double half = StudentCritical(level, estimate.n - 1) * estimate.standard_error;
  estimate.low = estimate.value - half;
  estimate.high = estimate.value + half;
  estimate.method = kMethodStudent;
  return estimate;
}

absl::StatusOr<Estimate> DifferenceInterval(absl::Span<const double> differences, double level) {
  RETURN_IF_ERROR(Validate(differences, -1, 1, level));
  ASSIGN_OR_RETURN(Estimate estimate, StudentInterval(differences, level));
  if (estimate.method == kMethodNone) {
    const std::vector<double> scores(differences.size(), (1 + estimate.value) / 2);
    ASSIGN_OR_RETURN(const Estimate half, ScoreMeanInterval(scores, level));
    estimate.low = 2 * half.low - 1;
    estimate.high = 2 * half.high - 1;
    estimate.method = half.method;
  }
  estimate.low = std::max(-1.0, estimate.low);
  estimate.high = std::min(1.0, estimate.high);
  return estimate;
}

}  // namespace analysis

#include "analysis/statistics/cluster.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "absl/strings/str_cat.h"
#include "analysis/statistics/distributions.h"
#include "analysis/statistics/mean_interval.h"
#include "base/status.h"

namespace analysis {
namespace {

absl::Status Validate(absl::Span<const double> values, absl::Span<const int64_t> clusters) {
  if (values.empty()) return absl::InvalidArgumentError("a mean needs at least one item");
  if (values.size() != clusters.size()) {
    return absl::InvalidArgumentError(absl::StrCat(values.size(), " items have ", clusters.size(), " clusters"));
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      return absl::InvalidArgumentError(absl::StrCat("value ", i, " of ", values.size(), " is ", values[i]));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<MeanErrors> ClusterErrors(absl::Span<const double> values, absl::Span<const int64_t> clusters) {
  RETURN_IF_ERROR(Validate(values, clusters));
  const double n = values.size();
  // Residuals of equal values are exactly 0 when taken from the first value.
  double shift = 0;
  for (double value : values) shift += (value - values[0]) / n;
  // Sums are accumulated in the order of the clusters' first items, not of the hash table.
  std::unordered_map<int64_t, size_t> index;
  std::vector<double> sums;
  double squares = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto [found, is_new] = index.emplace(clusters[i], sums.size());
    if (is_new) sums.push_back(0);
    const double residual = values[i] - values[0] - shift;
    sums[found->second] += residual;
    squares += residual * residual;
  }
  double cluster_squares = 0;
  for (double sum : sums) cluster_squares += sum * sum;
  MeanErrors errors;
  errors.mean = values[0] + shift;
  errors.items = values.size();
  errors.clusters = sums.size();
  errors.cr0 = std::sqrt(cluster_squares) / n;
  if (errors.items > 1) errors.independent = std::sqrt(squares / (n - 1) / n);
  if (errors.clusters > 1) errors.cr1 = errors.cr0 * std::sqrt(errors.clusters / (errors.clusters - 1.0));
  return errors;
}

absl::StatusOr<Estimate> ClusterInterval(absl::Span<const double> values, absl::Span<const int64_t> clusters,
                                         double level) {
  if (!(level > 0 && level < 1)) {
    return absl::InvalidArgumentError(absl::StrCat("a confidence level must be in (0, 1), not ", level));
  }
  ASSIGN_OR_RETURN(const MeanErrors errors, ClusterErrors(values, clusters));
  Estimate estimate;
  estimate.value = errors.mean;
  estimate.level = level;
  estimate.n = errors.clusters;
  estimate.method = kMethodNone;
  if (!(errors.cr1 > 0)) return estimate;
  const double half = StudentCritical(level, errors.clusters - 1) * errors.cr1;
  estimate.standard_error = errors.cr1;
  estimate.low = errors.mean - half;
  estimate.high = errors.mean + half;
  estimate.method = kMethodClusterCr1;
  return estimate;
}

absl::StatusOr<Estimate> ClusterScoreInterval(absl::Span<const double> scores, absl::Span<const int64_t> clusters,
                                              double level) {
  ASSIGN_OR_RETURN(const MeanErrors errors, ClusterErrors(scores, clusters));
  return ScoreIntervalFromError(errors.mean, errors.cr1, errors.clusters, level);
}

}  // namespace analysis

// Cluster-robust standard errors: means over items that come in clusters (questions on one document, attempts at one
// question).
//
// With r_i = x_i - mean, n items in G clusters:
//   CR0 = sqrt(sum_g (sum_{i in g} r_i)^2) / n,   CR1 = CR0 sqrt(G / (G - 1)).
// Liang and Zeger, Biometrika 73 (1986); Miller, "Adding Error Bars to Evals", arXiv 2411.00640, section 2.2.
// With one item a cluster CR1 is the usual s / sqrt(n).
#ifndef ANALYSIS_STATISTICS_CLUSTER_H_
#define ANALYSIS_STATISTICS_CLUSTER_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

// Standard errors of the mean over items, in the unit of the values.
struct MeanErrors {
  double mean = kUndefined;
  double independent = kUndefined;  // s / sqrt(n), as if items were independent; undefined for one item
  double cr0 = kUndefined;
  double cr1 = kUndefined;  // undefined for one cluster
  int64_t items = 0;
  int64_t clusters = 0;
};

// clusters[i] names the cluster of item i by any integer. Estimand of the mean: that over the items of a large sample
// of such clusters, so that large clusters weigh more. O(n). kInvalidArgument: no items, different lengths, a value
// that is not finite.
absl::StatusOr<MeanErrors> ClusterErrors(absl::Span<const double> values, absl::Span<const int64_t> clusters);

// mean +- t(G - 1) CR1. Assumes independent clusters, few of which dominate; n is the number of clusters. One cluster,
// or clusters without spread, have no interval (kMethodNone).
absl::StatusOr<Estimate> ClusterInterval(absl::Span<const double> values, absl::Span<const int64_t> clusters,
                                         double level);

// The same for scores in [0, 1]: ScoreMeanInterval (analysis/statistics/mean_interval.h) with CR1 for the standard
// error.
absl::StatusOr<Estimate> ClusterScoreInterval(absl::Span<const double> scores, absl::Span<const int64_t> clusters,
                                              double level);

}  // namespace analysis

#endif  // ANALYSIS_STATISTICS_CLUSTER_H_

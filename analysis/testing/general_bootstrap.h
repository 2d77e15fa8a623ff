// The bootstrap of any statistic over any design: the slow, general way by which the fast ones of
// analysis/statistics/bootstrap.h are checked, and which other programs' recorded bootstraps need.
#ifndef ANALYSIS_TESTING_GENERAL_BOOTSTRAP_H_
#define ANALYSIS_TESTING_GENERAL_BOOTSTRAP_H_

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/statistics/bootstrap.h"
#include "analysis/statistics/estimate.h"
#include "analysis/statistics/resampling.h"

namespace analysis {

// A design over items 0 .. n - 1. `groups` names the group (any integer) of each item; items of a group need not be
// neighbours. Groups are numbered in order of first appearance, so that renaming them changes nothing.
class Resampling {
 public:
  // n items of n: independent items.
  static absl::StatusOr<Resampling> Items(int64_t n);
  // Whole groups, as many as there are: items of one group (attempts at a question, questions on a document) depend on
  // each other. Davison and Hinkley (1997), section 3.8. The number of drawn items varies.
  static absl::StatusOr<Resampling> Clusters(absl::Span<const int64_t> groups);
  // Whole groups, then within each drawn group as many items as it has, with replacement. Its variance has the
  // within-group part once more than the data: intervals are wide rather than short (Davison and Hinkley, ibid.).
  static absl::StatusOr<Resampling> TwoLevel(absl::Span<const int64_t> groups);
  // Within each group as many items as it has: groups are fixed (rliable's tasks, two unpaired arms).
  static absl::StatusOr<Resampling> Stratified(absl::Span<const int64_t> groups);

  int64_t items() const { return items_; }
  // The independent units: items, or groups for Clusters and TwoLevel.
  int64_t units() const;

  // A resample: item indices, in `drawn`.
  void Draw(IndexStream& stream, std::vector<int64_t>* drawn) const;

  // Samples with one unit left out, and the stratum of that unit (0 but for Stratified): for the jackknife.
  void LeaveOut(int64_t unit, std::vector<int64_t>* left) const;
  int64_t Stratum(int64_t unit) const;

 private:
  enum class Kind { kItems, kClusters, kTwoLevel, kStratified };
  Resampling(Kind kind, int64_t items) : kind_(kind), items_(items) {}
  static absl::StatusOr<Resampling> Grouped(Kind kind, absl::Span<const int64_t> groups);

  Kind kind_;
  int64_t items_;
  std::vector<int64_t> group_of_;             // of each item; empty for Items
  std::vector<std::vector<int64_t>> groups_;  // items of each group, ascending
};

// Any function of a sample of item indices in [0, n): called with 0..n-1 for the estimate, with n draws for each
// resample, and for BCa with the n samples that leave one item out. Must be safe to call concurrently when
// options.threads > 1.
using ItemStatistic = absl::FunctionRef<double(absl::Span<const int64_t> items)>;
absl::StatusOr<Estimate> BootstrapStatistic(int64_t n, ItemStatistic statistic, const BootstrapOptions& options);

// The same over clusters, over two levels or within strata. `n` of the estimate is
// the number of independent units; BCa leaves out one unit at a time, its skewness taken within strata.
absl::StatusOr<Estimate> BootstrapStatistic(const Resampling& resampling, ItemStatistic statistic,
                                            const BootstrapOptions& options);

// sum(weight value) / sum(weight), items drawn with their weights. Weights must be positive. With a cluster's mean as
// the value and its number of items as the weight, this is the cluster bootstrap of the mean over items; with
// numerator / denominator and denominator, that of a ratio of means.
absl::StatusOr<Estimate> BootstrapWeightedMean(absl::Span<const double> values, absl::Span<const double> weights,
                                               const BootstrapOptions& options);

}  // namespace analysis

#endif  // ANALYSIS_TESTING_GENERAL_BOOTSTRAP_H_

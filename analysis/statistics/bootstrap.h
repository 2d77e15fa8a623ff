// The bootstrap over items, by random resampling.
//
// Items (questions, queries) are drawn with replacement, n of n; what belongs to one item stays together. A paired
// comparison is therefore one statistic of the items: give the differences a[i] - b[i] to BootstrapMean.
//
// Assumes that items are an independent sample of what they stand for. Randomness: streams (seed, stream, block) with
// a fixed number of resamples a block, so that the result does not depend on `threads`.
// Percentile and basic: Efron (1979), Davison and Hinkley (1997) section 5.2; BCa: analysis/statistics/bca.h.
// Quantiles of the replicates are interpolated linearly between order statistics.
#ifndef ANALYSIS_STATISTICS_BOOTSTRAP_H_
#define ANALYSIS_STATISTICS_BOOTSTRAP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

enum class BootstrapInterval {
  kPercentile,  // quantiles of the replicates
  kBasic,       // the same, reflected about the estimate
  kBca,         // quantiles corrected for bias and skewness: second-order accurate, the one to prefer
};

struct BootstrapOptions {
  BootstrapInterval interval = BootstrapInterval::kBca;
  // Nominal coverage, in (0, 1).
  double level = 0.95;
  int64_t resamples = 10000;
  uint64_t seed = 42;
  // What the random numbers are for; intervals that must vary independently use different names.
  std::string stream = "analysis/bootstrap";
  // Does not change the result.
  int threads = 1;
};

// Every function returns kInvalidArgument when there are no items, a value is not finite, the options are out of range
// or a ratio is not finite on some resample. When all replicates are equal (one item, or equal values) the data
// say nothing about the spread: `low`, `high` and `standard_error` are then undefined and `method` is kMethodNone.

// The mean of `values`. O(n resamples), about 5 ns a draw.
absl::StatusOr<Estimate> BootstrapMean(absl::Span<const double> values, const BootstrapOptions& options);

// The mean of `values` by the studentised bootstrap ("bootstrap-t"): mean - t* s / sqrt(n), t* the quantiles over
// resamples of (mean* - mean) / (s* / sqrt(n)). Second-order accurate as BCa is, and closest to its level for few or
// skewed values (docs/statistics.md). options.interval is not used. Where an end is infinite (resamples of equal values
// are that frequent) there is no interval (kMethodNone). Davison and Hinkley (1997), section 5.2.1. O(n resamples).
absl::StatusOr<Estimate> BootstrapTMean(absl::Span<const double> values, const BootstrapOptions& options);

// mean(numerators) / mean(denominators), both drawn together: how many times as much arm a has as arm b on the same
// items. Denominators must not be negative; refused where a resample has none above 0. Its interval's coverage has not
// been simulated: with few items, or a denominator that is mostly 0, compare the difference instead.
absl::StatusOr<Estimate> BootstrapRatio(absl::Span<const double> numerators, absl::Span<const double> denominators,
                                        const BootstrapOptions& options);

// kInvalidArgument unless level, resamples and threads are in range.
absl::Status Validate(const BootstrapOptions& options);

// The interval of `value` from its replicates, in any order. `leave_one_out` gives the statistic without each unit (for
// BCa only).
absl::StatusOr<Estimate> BootstrapEstimate(int64_t n, double value, std::vector<double> replicates,
                                           absl::FunctionRef<std::vector<double>()> leave_one_out,
                                           const BootstrapOptions& options);

// The probability-quantile of `sorted` by linear interpolation between order statistics (Hyndman and Fan's type 7).
// CHECK-fails when empty. `sorted` must be ascending.
double SortedQuantile(absl::Span<const double> sorted, double probability);

}  // namespace analysis

#endif  // ANALYSIS_STATISTICS_BOOTSTRAP_H_

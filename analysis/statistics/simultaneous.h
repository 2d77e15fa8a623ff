// Simultaneous confidence bands: several means over the same items, with intervals that hold all together.
#ifndef ANALYSIS_STATISTICS_SIMULTANEOUS_H_
#define ANALYSIS_STATISTICS_SIMULTANEOUS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "analysis/statistics/bootstrap.h"

namespace analysis {

// The level that each interval must have by itself for all to hold together with probability `options.level`: intervals
// of any kind at this level form a band. values[j][i] is quantity j on item i (pass@k_j of question i).
//
// With c the options.level quantile, over resamples of items, of max_j |mean*_j - mean_j| / standard error_j, it is
// P(|Z| <= c) for a standard normal Z: between options.level (quantities that move as one) and Bonferroni's
// 1 - (1 - level) / quantities, to which it is limited. Quantities without variance do not count; where there is no
// other, Bonferroni's. (Single-step maxT: Westfall and Young, "Resampling-Based Multiple Testing" (1993), section 2.5.)
//
// `options.interval` is not used. O(items * quantities * resamples).
// kInvalidArgument: no quantities, no items, different numbers of items, a value that is not finite, bad options.
absl::StatusOr<double> SimultaneousLevel(const std::vector<std::vector<double>>& values,
                                         const BootstrapOptions& options);

}  // namespace analysis

#endif  // ANALYSIS_STATISTICS_SIMULTANEOUS_H_

// Multiple testing: p-values adjusted for the number of tests.
#ifndef ANALYSIS_STATISTICS_MULTIPLE_TESTING_H_
#define ANALYSIS_STATISTICS_MULTIPLE_TESTING_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace analysis {

// p-values by Holm's method, which keeps the family-wise error rate under any dependence (S. Holm, Scandinavian Journal
// of Statistics 6 (1979)): reject those at most alpha. In the order of `p`, in [0, 1]. O(n log n).
// kInvalidArgument: a p-value outside [0, 1] or NaN. No tests give no values.
absl::StatusOr<std::vector<double>> HolmAdjusted(absl::Span<const double> p);

}  // namespace analysis

#endif  // ANALYSIS_STATISTICS_MULTIPLE_TESTING_H_

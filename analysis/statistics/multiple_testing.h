// Multiple testing: p-values adjusted for the number of tests.
#ifndef ANALYSIS_STATISTICS_MULTIPLE_TESTING_H_
#define ANALYSIS_STATISTICS_MULTIPLE_TESTING_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace analysis {

enum class Adjustment {
  kBonferroni,         // family-wise error, any dependence; Holm's is never worse
  kHolm,               // family-wise error, any dependence: S. Holm, Scandinavian Journal of Statistics 6 (1979)
  kBenjaminiHochberg,  // false discovery rate, independent or positively dependent tests: JRSS B 57 (1995)
  kBenjaminiYekutieli  // false discovery rate, any dependence: Annals of Statistics 29 (2001)
};

// In the order of `p`: reject those at most alpha to keep the error rate at alpha. In [0, 1]. O(n log n).
// kInvalidArgument: a p-value outside [0, 1] or NaN. No tests give no values.
absl::StatusOr<std::vector<double>> AdjustedPValues(absl::Span<const double> p, Adjustment adjustment);

}  // namespace analysis

#endif  // ANALYSIS_STATISTICS_MULTIPLE_TESTING_H_

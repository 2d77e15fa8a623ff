// The bootstrap of a mean without random numbers, for values on a lattice (win / tie / loss).
//
// The sum of n draws with replacement is an n-fold convolution of the values' frequencies, so the law that resampling
// approximates can be computed: no seed, no Monte Carlo error, one result for one set of counts.
#ifndef ANALYSIS_STATISTICS_EXACT_BOOTSTRAP_H_
#define ANALYSIS_STATISTICS_EXACT_BOOTSTRAP_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/statistics/bca.h"
#include "analysis/statistics/bootstrap.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

// The law of the sum of n draws with replacement from n integers.
class SumLaw {
 public:
  // CHECK-fails unless there are values and all are in [0, kMaxUnit].
  // O(n r^2) for n values of range r: probabilities below 1e-20 at the ends are dropped.
  explicit SumLaw(absl::Span<const int> values);

  static constexpr int kMaxUnit = 1000;

  // The smallest sum s with P(sum <= s) >= probability.
  int64_t Quantile(double probability) const;
  // P(sum < s) + P(sum = s) / 2.
  double ShareBelow(int64_t s) const;
  double StandardDeviation() const;

 private:
  int64_t first_ = 0;  // the sum of probabilities_[0]
  std::vector<double> probabilities_;
};

// The mean of values[i] * unit, with the percentile or the BCa interval of its exact bootstrap law. The ends are
// possible means, multiples of unit / n.
//
// Estimand: the mean over the population that the items are an independent sample of. When all values are equal, there
// is no interval (kMethodNone).
// kInvalidArgument when empty, when a value is outside [0, SumLaw::kMaxUnit], when unit is not a positive number, when
// level is not in (0, 1), or for BootstrapInterval::kBasic.
absl::StatusOr<Estimate> ExactBootstrapMean(absl::Span<const int> values, double unit, BootstrapInterval interval,
                                            double level);

}  // namespace analysis

#endif  // ANALYSIS_STATISTICS_EXACT_BOOTSTRAP_H_

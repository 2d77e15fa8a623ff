// Closed-form intervals for a proportion.
#ifndef ANALYSIS_PROPORTION_H_
#define ANALYSIS_PROPORTION_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "analysis/estimate.h"

namespace analysis {

// Wilson's score interval: all p with |mean - p| <= z sqrt(p (1 - p) / n).
//
// Estimand: the success probability of n independent trials. `mean` is successes / n; a mean of scores in [0, 1] that
// are not all 0 or 1 (ties at 0.5) is allowed too, for which the interval is too wide, never too narrow: among laws on
// [0, 1] with a given mean, the 0/1 law has the largest variance. Never of zero width.
// kInvalidArgument unless n >= 1, mean in [0, 1] and level in (0, 1).
// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
absl::StatusOr<Estimate> WilsonInterval(double mean, int64_t n, double level);

}  // namespace analysis

#endif  // ANALYSIS_PROPORTION_H_

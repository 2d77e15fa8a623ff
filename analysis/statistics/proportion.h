// Confidence intervals in closed form: Wilson's of a proportion, Tango's of wins, ties and losses.
#ifndef ANALYSIS_STATISTICS_PROPORTION_H_
#define ANALYSIS_STATISTICS_PROPORTION_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

// Wilson's score interval: all p with |mean - p| <= z sqrt(p (1 - p) / n).
//
// Estimand: the success probability of n independent trials. `mean` is successes / n; a mean of scores in [0, 1] that
// are not all 0 or 1 (ties at 0.5) is allowed too, for which the interval is too wide, never too narrow: among laws on
// [0, 1] with a given mean, the 0/1 law has the largest variance. Never of zero width.
// kInvalidArgument unless n >= 1, mean in [0, 1] and level in (0, 1).
// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
absl::StatusOr<Estimate> WilsonInterval(double mean, int64_t n, double level);

// Tango's score interval for the mean of scores in {0, 1/2, 1}, from the numbers of ones (wins) and zeros (losses)
// among n: with delta = (wins - losses) / n = 2 mean - 1, the set of delta for which
//   (wins - losses - n delta)^2 <= z^2 n (2 q(delta) + delta (1 - delta)),
// where q is the maximum-likelihood probability of a loss given delta. Holds its level where ties are so many that the
// bootstrap has next to nothing to resample, and has a width when all are ties.
// The standard error is that of the mean with one win and one loss more, so that it is not 0 where all are ties.
// T. Tango, Statistics in Medicine 17 (1998), equations 8 to 11; A. Agresti and Y. Min, Statistics in Medicine 24
// (2005), for the standard error. CHECK-fails unless 0 <= wins + losses <= n, n > 0.
Estimate TangoInterval(int64_t wins, int64_t losses, int64_t n, double level);

}  // namespace analysis

#endif  // ANALYSIS_STATISTICS_PROPORTION_H_

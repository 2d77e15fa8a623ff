// Confidence intervals for a proportion, in closed form.
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

// The success probability of n independent trials with so many successes, five more ways. Each CHECK-fails unless
// 0 <= successes <= n, n >= 1 and 0 < level < 1. Ends are in [0, 1].
//
// Clopper and Pearson, Biometrika 26 (1934): never covers less than `level`, and mostly more ("exact").
Estimate ClopperPearsonInterval(int64_t successes, int64_t n, double level);
// Agresti and Coull, The American Statistician 52 (1998): Wald's after adding z^2 / 2 successes and failures.
Estimate AgrestiCoullInterval(int64_t successes, int64_t n, double level);
// Equal tails of the posterior Beta(successes + 1/2, failures + 1/2): Brown, Cai and DasGupta, Statistical Science 16
// (2001), section 3.1.3, without their change at 0 and n.
Estimate JeffreysInterval(int64_t successes, int64_t n, double level);
// mean +- z sqrt(mean (1 - mean) / n). For comparison only: far too short near 0 and 1, of zero width at them.
Estimate WaldInterval(int64_t successes, int64_t n, double level);
// Wilson's with a continuity correction: Newcombe, Statistics in Medicine 17 (1998), method 4. Wide.
Estimate WilsonCorrectedInterval(int64_t successes, int64_t n, double level);

// Tango's score interval for the mean of scores in {0, 1/2, 1}, from the numbers of ones (wins) and zeros (losses)
// among n: with delta = (wins - losses) / n = 2 mean - 1, the set of delta for which
//   (wins - losses - n delta)^2 <= z^2 n (2 q(delta) + delta (1 - delta)),
// where q is the maximum-likelihood probability of a loss given delta. Holds its level where ties are so many that the
// bootstrap has next to nothing to resample, and has a width when all are ties.
// T. Tango, Statistics in Medicine 17 (1998), equations 8 to 11. CHECK-fails unless 0 <= wins + losses <= n, n > 0.
Estimate TangoInterval(int64_t wins, int64_t losses, int64_t n, double level);

}  // namespace analysis

#endif  // ANALYSIS_STATISTICS_PROPORTION_H_

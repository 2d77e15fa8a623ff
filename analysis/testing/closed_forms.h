// Intervals of proportions and adjustments of p-values that no command gives: for comparison with the defaults, and
// with other programs' numbers.
#ifndef ANALYSIS_TESTING_CLOSED_FORMS_H_
#define ANALYSIS_TESTING_CLOSED_FORMS_H_

#include <cstdint>
#include <vector>

#include "analysis/statistics/estimate.h"

namespace analysis {

// The success probability of n independent trials with so many successes. Each CHECK-fails unless
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

// p-values, in the order of `p`, adjusted for the number of tests.
// Family-wise error, any dependence; Holm's is never worse.
std::vector<double> BonferroniAdjusted(const std::vector<double>& p);
// False discovery rate, independent or positively dependent tests: Benjamini and Hochberg, JRSS B 57 (1995).
std::vector<double> BenjaminiHochbergAdjusted(const std::vector<double>& p);
// False discovery rate, any dependence: Benjamini and Yekutieli, Annals of Statistics 29 (2001).
std::vector<double> BenjaminiYekutieliAdjusted(const std::vector<double>& p);

}  // namespace analysis

#endif  // ANALYSIS_TESTING_CLOSED_FORMS_H_

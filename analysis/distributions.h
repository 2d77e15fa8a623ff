// The standard normal distribution.
#ifndef ANALYSIS_DISTRIBUTIONS_H_
#define ANALYSIS_DISTRIBUTIONS_H_

namespace analysis {

// P(Z <= z). Accurate in both tails; -inf and inf give 0 and 1.
double NormalCdf(double z);

// The z with NormalCdf(z) = probability, to about 1e-15 relative. 0 and 1 give -inf and inf.
// CHECK-fails outside [0, 1].
double NormalQuantile(double probability);

// The two-sided critical value of a level: 1.96 for 0.95. CHECK-fails unless 0 < level < 1.
double NormalCritical(double level);

}  // namespace analysis

#endif  // ANALYSIS_DISTRIBUTIONS_H_

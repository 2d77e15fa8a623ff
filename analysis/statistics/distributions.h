// Distribution functions that the closed forms need: normal, Student's t, beta, binomial.
//
// All are accurate to about 1e-12 or better. Each CHECK-fails outside the ranges that it states.
#ifndef ANALYSIS_STATISTICS_DISTRIBUTIONS_H_
#define ANALYSIS_STATISTICS_DISTRIBUTIONS_H_

#include <cstdint>

namespace analysis {

// P(Z <= z). Accurate in both tails; -inf and inf give 0 and 1.
double NormalCdf(double z);

// The z with NormalCdf(z) = probability, to about 1e-15 relative. 0 and 1 give -inf and inf.
// CHECK-fails outside [0, 1].
double NormalQuantile(double probability);

// The two-sided critical value of a level: 1.96 for 0.95. CHECK-fails unless 0 < level < 1.
double NormalCritical(double level);

// The same of Student's t with so many degrees of freedom: 2.093 for 0.95 and 19. degrees > 0, 0 < level < 1.
double StudentCritical(double level, double degrees);

// P(X <= x) for X ~ Beta(a, b), a > 0, b > 0, x in [0, 1], and its inverse for probabilities in [0, 1].
double BetaCdf(double x, double a, double b);
double BetaQuantile(double probability, double a, double b);

// P(X = k) and P(X <= k) for X ~ Binomial(n, p). n >= 0, p in [0, 1]; any k.
double BinomialProbability(int64_t k, int64_t n, double p);
double BinomialCdf(int64_t k, int64_t n, double p);

// P(X > x) for X ~ chi-squared with one degree of freedom, x >= 0.
double ChiSquaredTail(double x);

}  // namespace analysis

#endif  // ANALYSIS_STATISTICS_DISTRIBUTIONS_H_

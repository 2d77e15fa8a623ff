// Bias-corrected and accelerated (BCa) levels, shared by the random and the exact bootstrap.
//
// B. Efron, "Better bootstrap confidence intervals", JASA 82 (1987); Efron and Tibshirani, "An Introduction to the
// Bootstrap" (1993), equations 14.9 to 14.15.
#ifndef ANALYSIS_STATISTICS_BCA_H_
#define ANALYSIS_STATISTICS_BCA_H_

#include "absl/types/span.h"

namespace analysis {

// Two probabilities: the interval's ends are these quantiles of the bootstrap law.
struct QuantileLevels {
  double low;
  double high;
};

// The percentile interval's: (1 - level) / 2 and its complement.
QuantileLevels PercentileLevels(double level);

// The BCa interval's.
//   share_below: P*(replicate < estimate) + P*(replicate = estimate) / 2 under the bootstrap law, in [0, 1].
//   acceleration: skewness of the influence values over 6 sqrt(n), as from Acceleration().
QuantileLevels BcaLevels(double level, double share_below, double acceleration);

// Acceleration from the statistic's leave-one-out values: sum u^3 / (6 (sum u^2)^1.5) with u = mean - value.
// 0 when all values are equal.
double Acceleration(absl::Span<const double> leave_one_out);

}  // namespace analysis

#endif  // ANALYSIS_STATISTICS_BCA_H_

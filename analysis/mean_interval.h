// Intervals for the mean of independent values: the defaults of the reports (README.md has their simulated coverage).
#ifndef ANALYSIS_MEAN_INTERVAL_H_
#define ANALYSIS_MEAN_INTERVAL_H_

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/estimate.h"

namespace analysis {

// The mean of scores in [0, 1] (accuracy, pass@k, a share of points): Wilson's interval for as many yes/no items as
// would have the variance that the scores have.
//   n_effective = mean (1 - mean) / (s^2 / n), z = Student's critical value with n - 1 degrees of freedom.
// 0/1 scores give Wilson's interval but for the factor n / (n - 1) and Student's value. Where all scores are equal,
// n_effective = n. Never of zero width, never outside [0, 1].
//
// Estimand: the mean of the population that the items are an independent sample of.
// E. L. Korn and B. I. Graubard, Survey Methodology 24 (1998); N. Dean and M. Pagano, Journal of Survey Statistics and
// Methodology 3 (2015). kInvalidArgument: no values, a value outside [0, 1] or NaN, a level outside (0, 1).
absl::StatusOr<Estimate> ScoreMeanInterval(absl::Span<const double> scores, double level);

// The mean of real values (paired differences, nats): mean +- t(n - 1) s / sqrt(n), Student, Biometrika 6 (1908).
// A single value, or equal values, have no interval (kMethodNone).
// kInvalidArgument: no values, a value that is not finite, a level outside (0, 1).
absl::StatusOr<Estimate> StudentInterval(absl::Span<const double> values, double level);

// The mean of differences between two scores in [0, 1]. Student's interval, cut at -1 and 1; where all differences are
// equal, the interval of n scores (1 + difference) / 2, twice as wide.
// kInvalidArgument as ScoreMeanInterval, for differences outside [-1, 1].
absl::StatusOr<Estimate> DifferenceInterval(absl::Span<const double> differences, double level);

}  // namespace analysis

#endif  // ANALYSIS_MEAN_INTERVAL_H_

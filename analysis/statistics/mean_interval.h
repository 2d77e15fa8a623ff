// Confidence intervals for the mean of independent values: the defaults of the reports (docs/statistics.md has their
// coverage).
#ifndef ANALYSIS_STATISTICS_MEAN_INTERVAL_H_
#define ANALYSIS_STATISTICS_MEAN_INTERVAL_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

// The mean of scores in [0, 1] (accuracy, pass@k, a share of points): the empirical likelihood interval with half an
// item more, a quarter at 0 and a quarter at 1 (analysis/statistics/empirical_likelihood.h). Never of zero width, never
// outside [0, 1], long on the side of the few hard questions where scores are skewed. `standard_error` is s / sqrt(n).
//
// Estimand: the mean of the population that the items are an independent sample of. O(n log n).
// kInvalidArgument: no values, a value outside [0, 1] or NaN, a level outside (0, 1).
absl::StatusOr<Estimate> LikelihoodScoreInterval(absl::Span<const double> scores, double level);

// The same below kManyScores items. From there on the likelihood interval and this closed form agree but for very
// skewed scores: Wilson's interval for as many yes/no items as would have the variance that the scores have.
//   c      = (n mean + z^2 / 2) / (n + z^2), the centre of Wilson's interval for n items
//   s_4^2  = ((n - 1) s^2 + 4 c (1 - c)) / (n + 3): the variance, with four more items that are either 0 or 1
//   n_effective = n mean (1 - mean) / s_4^2, at least 1, where the scores differ, else n.
// After E. L. Korn and B. I. Graubard, Survey Methodology 24 (1998); the four items are Agresti and Coull's (1998).
// Estimand and errors as above.
inline constexpr int64_t kManyScores = 500;
absl::StatusOr<Estimate> ScoreMeanInterval(absl::Span<const double> scores, double level);

// That closed form from a mean in [0, 1], its standard error and the number of independent units that this is from
// (clusters). A standard error of 0 or NaN (equal scores, one unit) gives n_effective = n.
absl::StatusOr<Estimate> ScoreIntervalFromError(double mean, double standard_error, int64_t n, double level);

// The mean of real values (paired differences, nats): mean +- t(n - 1) s / sqrt(n), Student, Biometrika 6 (1908).
// A single value, or equal values, have no interval (kMethodNone).
// kInvalidArgument: no values, a value that is not finite, a level outside (0, 1).
absl::StatusOr<Estimate> StudentInterval(absl::Span<const double> values, double level);

// The mean of differences between two scores in [0, 1]: StudentInterval's where at least kFewDifferent items differ.
// Below that the spread has hardly been seen: the empirical likelihood interval with a quarter of an item more, half of
// it at either of +-h, h the largest difference (1 without any). Always has a width, contains the mean, is in [-1, 1].
// Estimand: the mean difference in the population that the items, each with both scores, are an independent sample of.
// kInvalidArgument as ScoreMeanInterval, for differences outside [-1, 1].
inline constexpr int64_t kFewDifferent = 20;
absl::StatusOr<Estimate> DifferenceInterval(absl::Span<const double> differences, double level);

}  // namespace analysis

#endif  // ANALYSIS_STATISTICS_MEAN_INTERVAL_H_

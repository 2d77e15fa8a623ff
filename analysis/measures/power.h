// Power analysis: the sample size that an experiment needs, its minimum detectable effect, and where its noise comes
// from.
//
// A paired comparison by mean +- t(n - 1) s / sqrt(n) finds an effect d (|mean difference|) at level alpha with
// probability `power` when
//   d = (t_{1 - alpha / 2}(n - 1) + z_power) s / sqrt(n),
// s the standard deviation of one question's difference (or score, against a constant such as 1/2). Normal
// approximation of the non-central t: below 0.02 off in power from n = 10. Miller, arXiv 2411.00640, section 5.
#ifndef ANALYSIS_MEASURES_POWER_H_
#define ANALYSIS_MEASURES_POWER_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace analysis {

struct PowerOptions {
  double level = 0.95;  // of the two-sided interval that has to exclude "no difference": alpha = 1 - level
  double power = 0.8;   // probability of finding the effect
};

// The smallest effect that n questions find, in the unit of `deviation`.
// kInvalidArgument: n < 2, a deviation that is negative or not finite, options outside (0, 1).
absl::StatusOr<double> MinimalDetectableEffect(double deviation, int64_t n, const PowerOptions& options);

// The least n that finds `effect` > 0. kInvalidArgument as above, or when more than 10^12 would be needed.
absl::StatusOr<int64_t> QuestionsNeeded(double deviation, double effect, const PowerOptions& options);

// One score with where it is from. Samples (answers) are nested in questions, orders in samples, repeats in orders.
struct ScoredRepeat {
  int64_t question = 0, sample = 0, order = 0, repeat = 0;  // names, not counts
  double score = 0;
};

// Variances of the nested model score = mean + Q + S(Q) + O(S) + R(O).
struct VarianceSplit {
  double mean = 0;
  double question = 0;  // between questions
  double sample = 0;    // between answers of one arm to one question
  double order = 0;     // between the orders in which the judge saw one answer
  double repeat = 0;    // between repeats of one judgment
  // Units seen at each level: questions, samples, orders, repeats. A level that never has two units within one of the
  // level above cannot be separated from that: its variance is NaN and is contained in the level above.
  std::array<int64_t, 4> units{};
  // Mean score of the orders' names in ascending order less the mean of all: the judge's position bias.
  std::vector<double> order_means;

  // The variance of one question's mean over so many samples, orders and repeats: s^2 above is this. An undefined
  // component counts as 0, as it is contained in another.
  double OfQuestionMean(int64_t samples, int64_t orders, int64_t repeats) const;
};

// Analysis of variance (Henderson's method 1 for the unbalanced nested case: Searle, Casella and McCulloch, "Variance
// Components" (1992), section 5.3): unbiased; a negative estimate is set to 0. Needs two questions.
// kInvalidArgument: fewer than two questions, a (question, sample, order, repeat) twice, a score that is not finite.
absl::StatusOr<VarianceSplit> SplitVariance(absl::Span<const ScoredRepeat> scores);

}  // namespace analysis

#endif  // ANALYSIS_MEASURES_POWER_H_

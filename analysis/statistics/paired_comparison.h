// Paired tests of no difference between two arms on the same items.
//
// p-values are in [0, 1]; "two-sided" ones are for H1: the arms differ.
#ifndef ANALYSIS_STATISTICS_PAIRED_COMPARISON_H_
#define ANALYSIS_STATISTICS_PAIRED_COMPARISON_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/statistics/bootstrap.h"

namespace analysis {

// H0: an item that exactly one arm gets right is as likely to be a's as b's. Items that both get right, or none, say
// nothing. Q. McNemar, Psychometrika 12 (1947).
struct McNemarTest {
  double exact_p = 1;  // two-sided binomial: never above its level, often far below
  // exact_p less the probability of the observed outcome: near its level (Fagerland et al., BMC Medical Research
  // Methodology 13 (2013)).
  double mid_p = 1;
  double chi_squared = 0;            // (b - c)^2 / (b + c); 0 without such items
  double chi_squared_p = 1;          // asymptotic
  double corrected_chi_squared = 0;  // (|b - c| - 1)^2 / (b + c), Edwards' continuity correction
  double corrected_p = 1;
};

// CHECK-fails for negative counts.
McNemarTest McNemar(int64_t only_a, int64_t only_b);

// H0: the median of the differences is 0, equally often above and below it. Zeros are dropped before.
struct SignTest {
  double two_sided_p = 1;
  double greater_p = 1;  // H1: more positive than negative differences
};
SignTest TestSigns(int64_t positive, int64_t negative);

// H0: the law of a[i] - b[i] is symmetric about 0 for each i, as when labels a and b are exchangeable. Statistic: the
// absolute mean difference; R. A. Fisher, "The Design of Experiments" (1935).
struct PermutationTest {
  double two_sided_p = 1;
  bool exact = false;
  int64_t flips = 0;  // sign patterns: all 2^n of them when exact, else random ones
};

// All sign patterns for up to kExactPermutationItems differences that are not 0; beyond, options.resamples random ones
// and p = (hits + 1) / (flips + 1), which keeps the level (Phipson and Smyth, Statistical Applications in Genetics and
// Molecular Biology 9 (2010)). Stream options.stream. Ties with the observed mean, up to rounding, count as hits.
// kInvalidArgument: no differences, one that is not finite, bad options.
inline constexpr int64_t kExactPermutationItems = 20;
absl::StatusOr<PermutationTest> PermutePaired(absl::Span<const double> differences, const BootstrapOptions& options);

}  // namespace analysis

#endif  // ANALYSIS_STATISTICS_PAIRED_COMPARISON_H_

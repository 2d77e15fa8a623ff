// The empirical likelihood confidence interval of a mean: Wilks's theorem without a family of laws.
//
// A mean mu is as plausible as the likeliest law on the seen values that has it. With weights w_i (how often x_i was
// seen) of sum W, and R(mu) = max { prod (W p_i / w_i)^w_i : sum p_i = 1, sum p_i x_i = mu }, the interval is the set
// of all mu with -2 log R(mu) <= z^2. It is asymmetric where the data are, stays within their range and, for 0/1 data,
// is the likelihood ratio interval of a proportion. A. B. Owen, Biometrika 75 (1988); DiCiccio, Hall and Romano, Annals
// of Statistics 19 (1991).
//
// As it stays within the seen values it is too short where they are few. So that ends that could be but were not seen
// count a little, `extra` items are added, half of them at either end, as Firth's penalty, Biometrika 80 (1993), adds
// half an item at 0 and at 1 to a proportion.
#ifndef ANALYSIS_STATISTICS_EMPIRICAL_LIKELIHOOD_H_
#define ANALYSIS_STATISTICS_EMPIRICAL_LIKELIHOOD_H_

#include "absl/types/span.h"

namespace analysis {

struct MeanLimits {
  double low;
  double high;
};

// Estimand: the mean of the law that the values are an independent sample of. Limits are in [least, greatest] and do
// not depend on the order of the values. With extra > 0 they differ also where all values are equal; the sample mean
// may then lie outside by less than extra / n (greatest - least). CHECK-fails unless there are values, all in [least,
// greatest], least < greatest, extra > 0 and 0 < level < 1. O(n log n + 100 different values).
MeanLimits EmpiricalLikelihoodLimits(absl::Span<const double> values, double least, double greatest, double extra,
                                     double level);

}  // namespace analysis

#endif  // ANALYSIS_STATISTICS_EMPIRICAL_LIKELIHOOD_H_

// An estimate with its confidence interval: what every statistic of this room returns.
#ifndef ANALYSIS_STATISTICS_ESTIMATE_H_
#define ANALYSIS_STATISTICS_ESTIMATE_H_

#include <cstdint>
#include <limits>
#include <string>

namespace analysis {

inline constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

// Undefined numbers are NaN; they are written as null in JSON and as a dash in tables.
struct Estimate {
  double value = kUndefined;
  // Estimated standard deviation of `value` (of its bootstrap law, or in closed form), in the unit of `value`.
  double standard_error = kUndefined;
  double low = kUndefined;
  double high = kUndefined;
  // Nominal coverage of [low, high]: 0.95 for a 95% interval.
  double level = kUndefined;
  // Items (questions, queries) that `value` is over.
  int64_t n = 0;
  // How the interval was made. One of the names below.
  std::string method;
};

inline constexpr char kMethodPercentile[] = "bootstrap-percentile";
inline constexpr char kMethodBasic[] = "bootstrap-basic";
inline constexpr char kMethodBca[] = "bootstrap-bca";
inline constexpr char kMethodBootstrapT[] = "bootstrap-t";
// Percentile and BCa from the exact bootstrap law instead of random resamples.
inline constexpr char kMethodExactPercentile[] = "bootstrap-percentile-exact";
inline constexpr char kMethodExactBca[] = "bootstrap-bca-exact";
inline constexpr char kMethodWilson[] = "wilson";
inline constexpr char kMethodTango[] = "tango-score";
// Wilson's with the effective number of items that the scores' variance gives (mean_interval.h).
inline constexpr char kMethodEffectiveWilson[] = "wilson-effective";
// Empirical likelihood with part of an item added at either end (empirical_likelihood.h, mean_interval.h).
inline constexpr char kMethodEmpiricalLikelihood[] = "empirical-likelihood";
inline constexpr char kMethodStudent[] = "student-t";
// Student's with a cluster-robust standard error (cluster.h).
inline constexpr char kMethodClusterCr1[] = "cluster-cr1-t";
inline constexpr char kMethodSandwich[] = "cluster-sandwich";
// Appended where the interval is one of a band that holds as a whole (simultaneous.h).
inline constexpr char kMethodSimultaneousSuffix[] = ", simultaneous";
// No interval: nothing to estimate, or nothing that the data say about its spread.
inline constexpr char kMethodNone[] = "none";

}  // namespace analysis

#endif  // ANALYSIS_STATISTICS_ESTIMATE_H_

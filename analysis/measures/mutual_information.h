// Mutual information of each arm: the bound on I(Y; C | X), averaged over held-out queries, with its permuted control.
#ifndef ANALYSIS_MEASURES_MUTUAL_INFORMATION_H_
#define ANALYSIS_MEASURES_MUTUAL_INFORMATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/statistics/bootstrap.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

// One arm's values, in nats: element i of each vector belongs to held-out query i.
struct MutualInformationSample {
  std::string arm;
  // A lower bound on I(Y; C | X) (sami/information_bound.h): at most log n, negative for an arm that is misled.
  std::vector<double> nats;
  // The same with the pairing of constitutions and responses broken: near or below 0 for a correct estimator.
  std::vector<double> permuted_nats;
  // log n minus the SAMI loss: what training raises. May be left empty.
  std::vector<double> log_n_minus_loss;
};

struct MutualInformationRow {
  std::string arm;
  // Means over the queries, in nats, with bootstrap intervals over queries. Estimand: the means over the population
  // that the queries are an independent sample of.
  Estimate nats;
  Estimate permuted;
  Estimate log_n_minus_loss;  // undefined where the sample has none
};

// One row a sample, in their order. Intervals: `options.interval` from 200 queries, bootstrap-t below, Student's for a
// handful. `options.stream` is extended by the arm's name. With a single query, or with equal values, the mean has no
// interval (kMethodNone). kInvalidArgument, naming the arm: no queries, vectors of different lengths, a value that is
// not finite.
absl::StatusOr<std::vector<MutualInformationRow>> MutualInformation(absl::Span<const MutualInformationSample> samples,
                                                                    const BootstrapOptions& options);

}  // namespace analysis

#endif  // ANALYSIS_MEASURES_MUTUAL_INFORMATION_H_

// The mutual information I(Y; C | X) of each arm: means over queries, with what it is compared with and its controls.
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

// One arm's values, in nats: element i of each vector belongs to query i. All but nats may be empty.
struct MutualInformationSample {
  std::string arm;
  double most = kUndefined;  // log n, the ceiling
  std::vector<double> nats;  // exact (sami/exact_information.h)
  // Contrastive, from scores a token (sami/information_bound.h): at most nats in expectation.
  std::vector<double> bound;
  // nats less what lengths tell (sami/leaks/length_information.h): in expectation at least I(Y; C | X, |Y|).
  std::vector<double> beyond_length;
  // The controls: information on the order of the clauses, on their wording, and on a clause that is not for the query.
  // Of the queries that have one.
  std::vector<double> order, paraphrase, irrelevant;
  // The share of the clauses that the samples follow, in [0, 1].
  std::vector<double> adherence;
  // The scale at which sampler and scorer agree, and its standard error (sami::FitCalibrationSlope).
  double slope = kUndefined, slope_error = kUndefined;
};

struct MutualInformationRow {
  std::string arm;
  double most = kUndefined;
  // Means over the queries, in nats, with intervals over queries. Estimand: the means over the population that the
  // queries are an independent sample of. Undefined where the sample has none.
  Estimate nats, bound, beyond_length, order, paraphrase, irrelevant;
  Estimate adherence;  // in [0, 1]
  Estimate slope;      // normal, at least two queries
};

// Whether the slope's interval at 99.9% excludes 1: then the responses were not sampled from what scores them, and
// nothing in the row can be trusted. One in a thousand sound rows is called so, too.
bool SamplerAndScorerDisagree(const MutualInformationRow& row);

// One row a sample, in their order. Intervals: `options.interval` from 200 queries, bootstrap-t below, Student's for a
// handful; of adherence ScoreMeanInterval. `options.stream` is extended by the arm's name. With a single query, or with
// equal values, the mean has no interval (kMethodNone). kInvalidArgument, naming the arm: no queries, a value that is
// not finite.
absl::StatusOr<std::vector<MutualInformationRow>> MutualInformation(absl::Span<const MutualInformationSample> samples,
                                                                    const BootstrapOptions& options);

}  // namespace analysis

#endif  // ANALYSIS_MEASURES_MUTUAL_INFORMATION_H_

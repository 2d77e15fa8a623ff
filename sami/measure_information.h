// Log-probabilities of a model's own samples under a query's constitutions: what exact_information.h and
// information_bound.h are computed from.
#ifndef SAMI_MEASURE_INFORMATION_H_
#define SAMI_MEASURE_INFORMATION_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "base/progress.h"
#include "lm/model/decoder.h"
#include "lm/scoring/scoring.h"
#include "sami/exact_information.h"

namespace sami {

// One query, as ids.
struct SampledQuery {
  std::vector<lm::TokenIds> prompts;    // n, one a constitution
  std::vector<lm::TokenIds> responses;  // m, all tokens as they were sampled, none empty
  std::vector<int64_t> own;             // [m]: the prompt that each was sampled from
  // Further prompts, and which responses are scored under which of them: pairs of (other prompt, response).
  std::vector<lm::TokenIds> others;
  std::vector<lm::ScoringBatch::Pair> controls;
};

struct SampledScores {
  ScoredSamples samples;
  std::vector<double> controls;  // one a pair, summed log-probabilities
};

// Scores every query's n x m pairs and its controls, one query at a time on each thread: the result does not depend on
// `threads`. `progress`, if any, counts queries. kInternal, naming the query, when the model cannot be evaluated, gives
// a log-probability that is nan, or probability 0 to a response under the very prompt that it was sampled from: then
// sampler and scorer disagree. CHECK-fails as lm::ScorePairs.
absl::StatusOr<std::vector<SampledScores>> ScoreSamples(const lm::Decoder& model,
                                                        const std::vector<SampledQuery>& queries, int threads,
                                                        base::Progress* progress);

// [query][response]: the log-probability of each response under its own prompt, by a model that need not have sampled
// it: -inf is possible. Errors as above, but for probability 0.
absl::StatusOr<std::vector<std::vector<double>>> ScoreOwn(const lm::Decoder& model,
                                                          const std::vector<SampledQuery>& queries, int threads);

}  // namespace sami

#endif  // SAMI_MEASURE_INFORMATION_H_

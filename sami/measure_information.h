// The mutual information between a model's responses and constitutions, measured on queries it was not trained on.
#ifndef SAMI_MEASURE_INFORMATION_H_
#define SAMI_MEASURE_INFORMATION_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "base/progress.h"
#include "lm/model/decoder.h"
#include "sami/information_bound.h"
#include "training/method/examples.h"

namespace sami {

// Scores every query's n x m matrix, row-major, one query at a time on each thread: the result does not depend on
// `threads`. `progress`, if any, counts queries. kInvalidArgument as CheckExamples (sami/objective.h) with the model's
// context as the limit; kInternal, naming the query, when the model cannot be evaluated or gives a log-probability that
// is not finite.
absl::StatusOr<std::vector<LogProbMatrix>> ScoreMatrices(const lm::Decoder& model,
                                                         const std::vector<training::ContrastiveExample>& examples,
                                                         int threads, base::Progress* progress);

// The same matrices' bound and its control, one value a query, for means and bootstrap intervals over queries. Also
// kInvalidArgument when n and m differ: ComputeSamiMetrics (sami/loss.h) bounds those, without a control.
absl::StatusOr<InformationBound> MeasureInformation(const lm::Decoder& model,
                                                    const std::vector<training::ContrastiveExample>& examples,
                                                    uint64_t seed, int threads, base::Progress* progress);

}  // namespace sami

#endif  // SAMI_MEASURE_INFORMATION_H_

#include "sami/measure_information.h"

#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/status.h"
#include "lm/kernels/runtime.h"
#include "sami/objective.h"
#include "training/exception_status.h"

namespace sami {
namespace {

using training::ContrastiveExample;

absl::StatusOr<LogProbMatrix> ScoreQuery(const lm::Decoder& model, const std::vector<ContrastiveExample>& examples,
                                         int64_t query) {
  const torch::NoGradGuard no_grad;  // belongs to the thread
  const torch::Tensor matrix = ScoreQueries(model, examples, {query}).to(torch::kFloat64).contiguous();
  if (!matrix.isfinite().all().item<bool>()) {
    return absl::InternalError(absl::StrCat("query ", query, ": a log-probability is not finite"));
  }
  return LogProbMatrix(matrix.data_ptr<double>(), matrix.data_ptr<double>() + matrix.numel());
}

}  // namespace

absl::StatusOr<std::vector<LogProbMatrix>> ScoreMatrices(const lm::Decoder& model,
                                                         const std::vector<ContrastiveExample>& examples, int threads,
                                                         base::Progress* progress) {
  RETURN_IF_ERROR(CheckExamples(examples, model.config().max_positions));
  std::vector<LogProbMatrix> matrices(examples.size());
  std::vector<absl::Status> statuses(examples.size());
  base::ParallelFor(examples.size(), threads, [&](int64_t query) {
    lm::ObeyThreadLimit();
    try {
      absl::StatusOr<LogProbMatrix> matrix = ScoreQuery(model, examples, query);
      statuses[query] = matrix.status();
      if (matrix.ok()) matrices[query] = *std::move(matrix);
    } catch (const std::exception& e) {
      statuses[query] = training::StatusFromException(e, absl::StrCat("query ", query));
    }
    if (progress != nullptr) progress->Add(1);
  });
  for (const absl::Status& status : statuses) RETURN_IF_ERROR(status);
  return matrices;
}

absl::StatusOr<InformationBound> MeasureInformation(const lm::Decoder& model,
                                                    const std::vector<ContrastiveExample>& examples, uint64_t seed,
                                                    int threads, base::Progress* progress) {
  if (!examples.empty() && examples[0].prompts.size() != examples[0].responses.size()) {
    return absl::InvalidArgumentError("query 0: the control needs as many responses as constitutions");
  }
  ASSIGN_OR_RETURN(const std::vector<LogProbMatrix> matrices, ScoreMatrices(model, examples, threads, progress));
  return BoundInformation(matrices, seed);
}

}  // namespace sami

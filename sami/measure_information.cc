#include "sami/measure_information.h"

#include <cmath>
#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/status.h"
#include "lm/kernels/runtime.h"
#include "training/exception_status.h"

namespace sami {
namespace {

absl::StatusOr<SampledScores> Score(const lm::Decoder& model, const SampledQuery& query, int64_t index) {
  const torch::NoGradGuard no_grad;  // belongs to the thread
  const int n = query.prompts.size(), m = query.responses.size();
  lm::ScoringBatch batch;
  batch.prompts = query.prompts;
  batch.prompts.insert(batch.prompts.end(), query.others.begin(), query.others.end());
  batch.responses = query.responses;
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < m; ++j) batch.pairs.push_back({i, j});
  }
  for (const lm::ScoringBatch::Pair& pair : query.controls) batch.pairs.push_back({n + pair.prompt, pair.response});
  const torch::Tensor sums = lm::ScorePairs(model, batch).sum_P.to(torch::kFloat64).contiguous();
  const double* sum = sums.data_ptr<double>();
  SampledScores scores;
  scores.samples = {n, query.own, {sum, sum + n * m}};
  scores.controls.assign(sum + n * m, sum + sums.numel());
  for (int64_t k = 0; k < sums.numel(); ++k) {
    if (!std::isnan(sum[k])) continue;
    return absl::InternalError(absl::StrCat("query ", index, ": a log-probability is not a number"));
  }
  for (int j = 0; j < m; ++j) {
    if (std::isfinite(scores.samples.At(query.own[j], j))) continue;
    return absl::InternalError(
        absl::StrCat("query ", index, ": response ", j,
                     " has probability 0 under the prompt that it was sampled from: ", "sampler and scorer disagree"));
  }
  return scores;
}

}  // namespace

absl::StatusOr<std::vector<SampledScores>> ScoreSamples(const lm::Decoder& model,
                                                        const std::vector<SampledQuery>& queries, int threads,
                                                        base::Progress* progress) {
  std::vector<SampledScores> scores(queries.size());
  std::vector<absl::Status> statuses(queries.size());
  base::ParallelFor(queries.size(), threads, [&](int64_t query) {
    lm::ObeyThreadLimit();
    try {
      absl::StatusOr<SampledScores> one = Score(model, queries[query], query);
      statuses[query] = one.status();
      if (one.ok()) scores[query] = *std::move(one);
    } catch (const std::exception& e) {
      statuses[query] = training::StatusFromException(e, absl::StrCat("query ", query));
    }
    if (progress != nullptr) progress->Add(1);
  });
  for (const absl::Status& status : statuses) RETURN_IF_ERROR(status);
  return scores;
}

}  // namespace sami

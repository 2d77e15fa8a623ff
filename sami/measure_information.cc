#include "sami/measure_information.h"

#include <cmath>
#include <exception>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/status.h"
#include "lm/runtime/exception_status.h"
#include "lm/runtime/runtime.h"

namespace sami {
namespace {

// Summed log-probabilities of the pairs; prompts are the query's, then its others.
absl::StatusOr<std::vector<double>> Score(const lm::Decoder& model, const SampledQuery& query, int64_t index,
                                          std::vector<lm::ScoringBatch::Pair> pairs) {
  const torch::NoGradGuard no_grad;  // belongs to the thread
  lm::ScoringBatch batch;
  batch.prompts = query.prompts;
  batch.prompts.insert(batch.prompts.end(), query.others.begin(), query.others.end());
  batch.responses = query.responses;
  batch.pairs = std::move(pairs);
  const torch::Tensor sums = lm::ScorePairs(model, batch).sum_P.to(torch::kCPU, torch::kFloat64).contiguous();
  const double* sum = sums.data_ptr<double>();
  for (int64_t k = 0; k < sums.numel(); ++k) {
    if (!std::isnan(sum[k])) continue;
    return absl::InternalError(absl::StrCat("query ", index, ": a log-probability is not a number"));
  }
  return std::vector<double>(sum, sum + sums.numel());
}

absl::StatusOr<SampledScores> ScoreAll(const lm::Decoder& model, const SampledQuery& query, int64_t index) {
  const int n = query.prompts.size(), m = query.responses.size();
  std::vector<lm::ScoringBatch::Pair> pairs;
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < m; ++j) pairs.push_back({i, j});
  }
  for (const lm::ScoringBatch::Pair& pair : query.controls) pairs.push_back({n + pair.prompt, pair.response});
  ASSIGN_OR_RETURN(const std::vector<double> sums, Score(model, query, index, std::move(pairs)));
  SampledScores scores;
  scores.samples = {n, query.own, {sums.begin(), sums.begin() + n * m}};
  scores.controls.assign(sums.begin() + n * m, sums.end());
  for (int j = 0; j < m; ++j) {
    if (std::isfinite(scores.samples.At(query.own[j], j))) continue;
    return absl::InternalError(
        absl::StrCat("query ", index, ": response ", j,
                     " has probability 0 under the prompt that it was sampled from: ", "sampler and scorer disagree"));
  }
  return scores;
}

absl::StatusOr<std::vector<double>> ScoreOwnOf(const lm::Decoder& model, const SampledQuery& query, int64_t index) {
  std::vector<lm::ScoringBatch::Pair> pairs;
  for (size_t j = 0; j < query.own.size(); ++j) {
    pairs.push_back({static_cast<int>(query.own[j]), static_cast<int>(j)});
  }
  return Score(model, query, index, std::move(pairs));
}

// score(query, its index) of each, on threads.
template <typename Scores>
absl::StatusOr<std::vector<Scores>> OfEach(
    const std::vector<SampledQuery>& queries, int threads, base::Progress* progress,
    absl::FunctionRef<absl::StatusOr<Scores>(const SampledQuery&, int64_t)> score) {
  std::vector<Scores> scores(queries.size());
  std::vector<absl::Status> statuses(queries.size());
  base::ParallelFor(queries.size(), threads, [&](int64_t query) {
    lm::ObeyThreadLimit();
    try {
      absl::StatusOr<Scores> one = score(queries[query], query);
      statuses[query] = one.status();
      if (one.ok()) scores[query] = *std::move(one);
    } catch (const std::exception& e) {
      statuses[query] = lm::StatusFromException(e, absl::StrCat("query ", query));
    }
    if (progress != nullptr) progress->Add(1);
  });
  for (const absl::Status& status : statuses) RETURN_IF_ERROR(status);
  return scores;
}

}  // namespace

absl::StatusOr<std::vector<SampledScores>> ScoreSamples(const lm::Decoder& model,
                                                        const std::vector<SampledQuery>& queries, int threads,
                                                        base::Progress* progress) {
  return OfEach<SampledScores>(queries, threads, progress,
                               [&](const SampledQuery& query, int64_t index) { return ScoreAll(model, query, index); });
}

absl::StatusOr<std::vector<std::vector<double>>> ScoreOwn(const lm::Decoder& model,
                                                          const std::vector<SampledQuery>& queries, int threads) {
  return OfEach<std::vector<double>>(queries, threads, nullptr, [&](const SampledQuery& query, int64_t index) {
    return ScoreOwnOf(model, query, index);
  });
}

}  // namespace sami

#include "sami/objective.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"
#include "lm/scoring.h"
#include "sami/loss.h"
#include "training/token_checks.h"

namespace sami {
namespace {

class SamiObjective : public training::Objective {
 public:
  explicit SamiObjective(std::vector<ContrastiveExample> examples) : examples_(std::move(examples)) {}

  std::string unit() const override { return "queries"; }
  int64_t num_examples() const override { return examples_.size(); }
  double Weight(int64_t) const override { return 1; }
  // Each prompt once; each response under each prompt.
  int64_t NumTokens(int64_t example) const override {
    const ContrastiveExample& e = examples_[example];
    int64_t tokens = 0;
    for (const lm::TokenIds& prompt : e.prompts) tokens += prompt.size();
    return tokens + ResponseTokens(e) * static_cast<int64_t>(e.prompts.size());
  }

  training::Evaluation Evaluate(const lm::Decoder& model, absl::Span<const int64_t> queries) const override {
    const torch::Tensor logp_BCR = ScoreQueries(model, examples_, queries);
    const torch::Tensor weighted_loss = SamiLossPerQuery(logp_BCR).sum();
    const SamiMetrics metrics = ComputeSamiMetrics(logp_BCR);
    const double count = queries.size();
    const auto mean = [&](const char* name, const torch::Tensor& values_B) {
      return training::Metric{name, values_B.sum().item<double>(), count};
    };
    double tokens = 0;
    for (const int64_t query : queries) tokens += ResponseTokens(examples_[query]);
    return {weighted_loss,
            {mean("loss", weighted_loss),
             mean("mi/lower_bound", metrics.lower_bound_B),
             mean("accuracy/row", metrics.accuracy_row_B),
             mean("accuracy/col", metrics.accuracy_col_B),
             mean("logps/diagonal", metrics.diagonal_B),
             mean("logps/off_diagonal", metrics.off_diagonal_B),
             {"length/response", tokens, count * logp_BCR.size(2)}}};
  }

 private:
  static int64_t ResponseTokens(const ContrastiveExample& example) {
    int64_t tokens = 0;
    for (const lm::TokenIds& response : example.responses) tokens += response.size();
    return tokens;
  }

  const std::vector<ContrastiveExample> examples_;
};

}  // namespace

absl::Status CheckExamples(const std::vector<ContrastiveExample>& examples, int64_t max_tokens) {
  for (size_t q = 0; q < examples.size(); ++q) {
    const ContrastiveExample& example = examples[q];
    const std::string where = absl::StrCat("query ", q);
    const size_t n = examples[0].prompts.size();
    if (n < 2 || example.prompts.size() != n || example.responses.size() != n) {
      return absl::InvalidArgumentError(
          absl::StrCat(where, ": ", example.prompts.size(), " constitutions and ", example.responses.size(),
                       " responses; every query needs the same number of both, at least 2"));
    }
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) {
        RETURN_IF_ERROR(training::CheckPromptAndResponse(example.prompts[i], example.responses[j], max_tokens,
                                                         absl::StrCat(where, ", constitution ", i, ", response ", j)));
      }
    }
  }
  return absl::OkStatus();
}

torch::Tensor ScoreQueries(const lm::Decoder& model, const std::vector<ContrastiveExample>& examples,
                           absl::Span<const int64_t> queries) {
  SAMI_CHECK(!queries.empty());
  const int n = examples[queries[0]].prompts.size();
  lm::ScoringBatch batch;
  for (const int64_t query : queries) {
    const ContrastiveExample& example = examples[query];
    SAMI_CHECK(example.prompts.size() == n && example.responses.size() == n);
    const int first = batch.prompts.size();
    batch.prompts.insert(batch.prompts.end(), example.prompts.begin(), example.prompts.end());
    batch.responses.insert(batch.responses.end(), example.responses.begin(), example.responses.end());
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < n; ++j) batch.pairs.push_back({first + i, first + j});
    }
  }
  const lm::PairScores scores = lm::ScorePairs(model, batch);
  const torch::Tensor lengths_P = torch::tensor(scores.lengths, torch::kInt64).to(scores.sum_P.options());
  return (scores.sum_P / lengths_P).view({-1, n, n});
}

absl::StatusOr<std::unique_ptr<training::Objective>> MakeSamiObjective(std::vector<ContrastiveExample> examples,
                                                                       int64_t max_tokens) {
  RETURN_IF_ERROR(CheckExamples(examples, max_tokens));
  return std::make_unique<SamiObjective>(std::move(examples));
}

}  // namespace sami

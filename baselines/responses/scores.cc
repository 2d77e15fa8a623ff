#include "baselines/responses/scores.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"
#include "lm/scoring/scoring.h"
#include "training/method/token_checks.h"

namespace responses {

std::vector<Item> PairItems(const std::vector<training::PreferenceExample>& examples) {
  std::vector<Item> items;
  for (const training::PreferenceExample& e : examples) items.push_back({e.prompt, {e.chosen, e.rejected}});
  return items;
}

Scores Score(const lm::Decoder& model, const std::vector<Item>& items, absl::Span<const int64_t> indices,
             const ScoreOptions& options) {
  SAMI_CHECK(!indices.empty());
  const int64_t count = items[indices[0]].responses.size();
  lm::ScoringBatch batch;
  batch.score_prompts = options.prompts;
  for (const int64_t i : indices) {
    const Item& item = items[i];
    SAMI_CHECK_EQ(static_cast<int64_t>(item.responses.size()), count);
    const int prompt = batch.prompts.size();
    batch.prompts.push_back(item.prompt);
    size_t shortest = item.responses[0].size();
    for (const lm::TokenIds& response : item.responses) shortest = std::min(shortest, response.size());
    for (const lm::TokenIds& response : item.responses) {
      batch.pairs.push_back({prompt, static_cast<int>(batch.responses.size())});
      batch.responses.push_back(response);
      if (options.ld_alpha.has_value()) batch.heads.push_back(shortest);
    }
  }
  const lm::PairScores scores = lm::ScorePairs(model, batch);
  Scores result;
  result.sum_NR = scores.sum_P.view({-1, count});
  result.weighted_NR = result.sum_NR;
  if (options.ld_alpha.has_value()) {
    const torch::Tensor head_NR = scores.head_P.view({-1, count});
    result.weighted_NR = head_NR + *options.ld_alpha * (result.sum_NR - head_NR);
  }
  result.prompt_N = scores.prompt_Q;
  return result;
}

torch::Tensor Lengths(const std::vector<Item>& items, absl::Span<const int64_t> indices, torch::TensorOptions like) {
  std::vector<int64_t> lengths;
  for (const int64_t i : indices) {
    for (const lm::TokenIds& response : items[i].responses) lengths.push_back(response.size());
  }
  return torch::tensor(lengths, torch::kInt64)
      .to(like.requires_grad(false))
      .view({static_cast<int64_t>(indices.size()), -1});
}

double TotalLength(const std::vector<Item>& items, absl::Span<const int64_t> indices, size_t r) {
  double total = 0;
  for (const int64_t i : indices) total += items[i].responses[r].size();
  return total;
}

int64_t NumTokens(const Item& item) {
  int64_t tokens = item.prompt.size();
  for (const lm::TokenIds& response : item.responses) tokens += response.size();
  return tokens;
}

absl::Status CheckItems(const std::vector<Item>& items, int64_t max_tokens, absl::string_view what,
                        const std::vector<std::string>& names) {
  for (size_t r = 0; r < names.size(); ++r) {
    for (size_t i = 0; i < items.size(); ++i) {
      SAMI_CHECK_EQ(items[i].responses.size(), names.size());
      const std::string where = absl::StrCat(what, " ", i, names[r].empty() ? "" : ", ", names[r]);
      RETURN_IF_ERROR(training::CheckPromptAndResponse(items[i].prompt, items[i].responses[r], max_tokens, where));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPairs(const std::vector<Item>& items, int64_t max_tokens) {
  return CheckItems(items, max_tokens, "preference example", {"chosen", "rejected"});
}

torch::Tensor TokenMeanLoss(const torch::Tensor& sum_N, double batch_examples, double batch_tokens) {
  return -sum_N * (batch_examples / batch_tokens);
}

training::Metric MeanOf(std::string name, const torch::Tensor& values_P) {
  return {std::move(name), values_P.sum(), static_cast<double>(values_P.size(0))};
}

std::vector<training::Metric> PairMetrics(const PairNumbers& numbers) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor &chosen = numbers.chosen_reward_P, &rejected = numbers.rejected_reward_P;
  return {MeanOf("loss", numbers.loss_P),
          MeanOf("rewards/chosen", chosen),
          MeanOf("rewards/rejected", rejected),
          MeanOf("rewards/accuracies", (chosen > rejected).to(chosen.scalar_type())),
          MeanOf("rewards/margins", chosen - rejected),
          MeanOf("logps/chosen", numbers.chosen_logp_P),
          MeanOf("logps/rejected", numbers.rejected_logp_P)};
}

}  // namespace responses

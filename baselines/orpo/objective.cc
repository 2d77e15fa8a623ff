#include "baselines/orpo/objective.h"

#include <string>
#include <utility>

#include "base/status.h"
#include "baselines/orpo/loss.h"
#include "baselines/orpo/method.h"
#include "baselines/responses/scores.h"

namespace orpo {
namespace {

using ::sami_harness::OrpoConfig;

class OrpoObjective : public training::Objective {
 public:
  OrpoObjective(const OrpoConfig& config, std::vector<responses::Item> items)
      : beta_(config.beta()), items_(std::move(items)) {}

  std::string unit() const override { return "pairs"; }
  int64_t num_examples() const override { return items_.size(); }
  double Weight(int64_t) const override { return 1; }
  int64_t NumTokens(int64_t example) const override { return responses::NumTokens(items_[example]); }

  training::Evaluation EvaluateShare(const lm::Decoder& model, const training::Share& share) const override {
    responses::ScoreOptions scoring;
    scoring.prompts = true;
    const responses::Scores scores = responses::Score(model, items_, share.examples(), scoring);
    const torch::Tensor mean_N2 = scores.sum_NR / responses::Lengths(items_, share.examples(), scores.sum_NR.options());
    const torch::Tensor chosen_P = mean_N2.select(1, 0), rejected_P = mean_N2.select(1, 1);
    const OddsRatio odds = OddsRatioLoss(chosen_P, rejected_P, beta_);
    const torch::Tensor text_P = scores.prompt_N + scores.sum_NR.select(1, 0);
    const torch::Tensor loss_P =
        odds.loss_P + responses::TokenMeanLoss(text_P, share.batch.size(), TextTokens(share.batch));
    training::Evaluation evaluation = {
        loss_P.sum(),
        responses::PairMetrics({loss_P, beta_ * chosen_P.detach(), beta_ * rejected_P.detach(), chosen_P, rejected_P})};
    evaluation.metrics.push_back({"nll_loss", -text_P.sum(), TextTokens(share.examples())});
    evaluation.metrics.push_back(responses::MeanOf("log_odds_ratio", -odds.loss_P / beta_));
    evaluation.metrics.push_back(responses::MeanOf("log_odds_chosen", odds.log_odds_P));
    return evaluation;
  }

 private:
  double TextTokens(absl::Span<const int64_t> examples) const {
    double tokens = responses::TotalLength(items_, examples, 0);
    for (const int64_t i : examples) tokens += static_cast<double>(items_[i].prompt.size()) - 1;
    return tokens;
  }

  const double beta_;
  const std::vector<responses::Item> items_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<training::Objective>> MakeOrpoObjective(
    const OrpoConfig& config, const std::vector<training::PreferenceExample>& examples, int64_t max_tokens) {
  std::vector<responses::Item> items = responses::PairItems(examples);
  RETURN_IF_ERROR(responses::CheckPairs(items, max_tokens));
  return std::make_unique<OrpoObjective>(config, std::move(items));
}

absl::StatusOr<std::unique_ptr<training::Objective>> MakeObjective(const OrpoConfig& config,
                                                                   training::Examples examples,
                                                                   const training::ObjectiveInputs& inputs) {
  return MakeOrpoObjective(config, std::get<std::vector<training::PreferenceExample>>(examples),
                           inputs.parent.config().max_positions);
}

}  // namespace orpo

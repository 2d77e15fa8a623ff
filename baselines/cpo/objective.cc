#include "baselines/cpo/objective.h"

#include <string>
#include <utility>

#include "base/check.h"
#include "base/status.h"
#include "baselines/cpo/loss.h"
#include "baselines/cpo/method.h"
#include "baselines/responses/scores.h"

namespace cpo {
namespace {

using ::sami_harness::CpoConfig;

LossKind KindOf(CpoConfig::LossType type) {
  switch (type) {
    case CpoConfig::SIGMOID:
      return LossKind::kSigmoid;
    case CpoConfig::HINGE:
      return LossKind::kHinge;
    case CpoConfig::IPO:
      return LossKind::kIpo;
    case CpoConfig::SIMPO:
      return LossKind::kSimpo;
  }
  SAMI_CHECK(false) << "unknown loss";
  return LossKind::kSigmoid;
}

class CpoObjective : public training::Objective {
 public:
  CpoObjective(const CpoConfig& config, std::vector<responses::Item> items)
      : options_{KindOf(config.loss_type()), config.beta(), config.label_smoothing(), config.simpo_gamma(),
                 config.alpha()},
        per_token_(config.loss_type() == CpoConfig::IPO || config.loss_type() == CpoConfig::SIMPO),
        nll_weight_(config.cpo_alpha()),
        items_(std::move(items)) {}

  std::string unit() const override { return "pairs"; }
  int64_t num_examples() const override { return items_.size(); }
  double Weight(int64_t) const override { return 1; }
  int64_t NumTokens(int64_t example) const override { return responses::NumTokens(items_[example]); }

  training::Evaluation EvaluateShare(const lm::Decoder& model, const training::Share& share) const override {
    const torch::Tensor sums_N2 = responses::Score(model, items_, share.examples()).sum_NR;
    const torch::Tensor lengths_N2 = responses::Lengths(items_, share.examples(), sums_N2.options());
    const torch::Tensor scores_N2 = per_token_ ? sums_N2 / lengths_N2 : sums_N2;
    const torch::Tensor chosen_P = scores_N2.select(1, 0), rejected_P = scores_N2.select(1, 1);
    const PairLoss pairs = PreferenceLoss(chosen_P, rejected_P, options_);
    torch::Tensor loss_P = pairs.loss_P;
    if (nll_weight_ > 0) {
      loss_P = loss_P + nll_weight_ * responses::TokenMeanLoss(sums_N2.select(1, 0), share.batch.size(),
                                                               responses::TotalLength(items_, share.batch, 0));
    }
    training::Evaluation evaluation = {
        loss_P.sum(),
        responses::PairMetrics({loss_P, pairs.chosen_reward_P, pairs.rejected_reward_P, chosen_P, rejected_P})};
    evaluation.metrics.push_back(
        {"nll_loss", -sums_N2.select(1, 0).sum(), responses::TotalLength(items_, share.examples(), 0)});
    return evaluation;
  }

 private:
  const LossOptions options_;
  const bool per_token_;
  const double nll_weight_;
  const std::vector<responses::Item> items_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<training::Objective>> MakeCpoObjective(
    const CpoConfig& config, const std::vector<training::PreferenceExample>& examples, int64_t max_tokens) {
  RETURN_IF_ERROR(CheckConfig(config, "", base::FieldLocations()));
  std::vector<responses::Item> items = responses::PairItems(examples);
  RETURN_IF_ERROR(responses::CheckPairs(items, max_tokens));
  return std::make_unique<CpoObjective>(config, std::move(items));
}

absl::StatusOr<std::unique_ptr<training::Objective>> MakeObjective(const CpoConfig& config, training::Examples examples,
                                                                   const training::ObjectiveInputs& inputs) {
  return MakeCpoObjective(config, std::get<std::vector<training::PreferenceExample>>(examples),
                          inputs.parent.config().max_positions);
}

}  // namespace cpo

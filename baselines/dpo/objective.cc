#include "baselines/dpo/objective.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"
#include "baselines/dpo/aot_loss.h"
#include "baselines/dpo/loss.h"
#include "baselines/dpo/method.h"
#include "baselines/responses/reference.h"
#include "baselines/responses/scores.h"

namespace dpo {
namespace {

using ::sami_harness::DpoConfig;

// Of a loss that is a function of one pair; nothing for the others.
std::optional<LossKind> KindOf(DpoConfig::LossType type) {
  switch (type) {
    case DpoConfig::SIGMOID:
    case DpoConfig::SIGMOID_NORM:
      return LossKind::kSigmoid;
    case DpoConfig::HINGE:
      return LossKind::kHinge;
    case DpoConfig::IPO:
    case DpoConfig::IPO_SUM:
      return LossKind::kIpo;
    case DpoConfig::ROBUST:
      return LossKind::kRobust;
    case DpoConfig::EXO_PAIR:
      return LossKind::kExoPair;
    case DpoConfig::NCA_PAIR:
      return LossKind::kNcaPair;
    case DpoConfig::BCO_PAIR:
      return LossKind::kBcoPair;
    case DpoConfig::SPPO_HARD:
      return LossKind::kSppoHard;
    case DpoConfig::APO_ZERO:
      return LossKind::kApoZero;
    case DpoConfig::APO_DOWN:
      return LossKind::kApoDown;
    case DpoConfig::DISCOPOP:
      return LossKind::kDiscopop;
    case DpoConfig::AOT:
    case DpoConfig::AOT_UNPAIRED:
    case DpoConfig::SFT:
      return std::nullopt;
  }
  SAMI_CHECK(false) << "unknown loss";
  return std::nullopt;
}

LossOptions OptionsOf(const DpoConfig& config) {
  LossOptions options;
  options.beta = config.beta();
  options.label_smoothing = config.label_smoothing();
  options.reference_free = config.reference_free();
  options.discopop_tau = config.discopop_tau();
  switch (config.f_divergence_type()) {
    case DpoConfig::REVERSE_KL:
      options.f_divergence = FDivergence::kReverseKl;
      break;
    case DpoConfig::FORWARD_KL:
      options.f_divergence = FDivergence::kForwardKl;
      break;
    case DpoConfig::JS_DIVERGENCE:
      options.f_divergence = FDivergence::kJsDivergence;
      break;
  }
  return options;
}

std::optional<double> LdAlpha(const DpoConfig& config) {
  if (!config.has_ld_alpha()) return std::nullopt;
  return config.ld_alpha();
}

PairLogProbs Columns(const torch::Tensor& sums_N2) { return {sums_N2.select(1, 0), sums_N2.select(1, 1)}; }

class DpoObjective : public training::Objective {
 public:
  DpoObjective(const DpoConfig& config, std::vector<responses::Item> items, torch::Tensor references_N2)
      : losses_(LossesOf(config)),
        options_(OptionsOf(config)),
        scoring_{LdAlpha(config)},
        items_(std::move(items)),
        references_N2_(std::move(references_N2)) {}

  std::string unit() const override { return "pairs"; }
  int64_t num_examples() const override { return items_.size(); }
  double Weight(int64_t) const override { return 1; }
  int64_t NumTokens(int64_t example) const override { return responses::NumTokens(items_[example]); }

  bool has_statistics() const override {
    return std::any_of(losses_.begin(), losses_.end(), [](const WeightedLoss& loss) {
      return loss.type == DpoConfig::AOT || loss.type == DpoConfig::AOT_UNPAIRED;
    });
  }
  // The policy's log-probabilities, which AOT's losses sort.
  torch::Tensor Statistics(const lm::Decoder& model, absl::Span<const int64_t> examples) const override {
    return responses::Score(model, items_, examples, scoring_).weighted_NR.to(torch::kCPU, torch::kFloat64);
  }

  training::Evaluation EvaluateShare(const lm::Decoder& model, const training::Share& share) const override {
    const responses::Scores scores = responses::Score(model, items_, share.examples(), scoring_);
    const PairLogProbs policy = Columns(scores.weighted_NR);
    const PairLogProbs reference = Columns(responses::Rows(references_N2_, share.examples(), scores.sum_NR.options()));
    torch::Tensor loss_P;
    for (const WeightedLoss& loss : losses_) {
      torch::Tensor part_P = PartOf(loss.type, scores, policy, reference, share);
      if (loss.weight != 1) part_P = loss.weight * part_P;
      loss_P = loss_P.defined() ? loss_P + part_P : part_P;
    }
    const Rewards rewards = ComputeRewards(policy, reference, options_.beta);
    return {loss_P.sum(),
            responses::PairMetrics({loss_P, rewards.chosen_P, rewards.rejected_P, policy.chosen_P, policy.rejected_P})};
  }

 private:
  torch::Tensor PartOf(DpoConfig::LossType type, const responses::Scores& scores, const PairLogProbs& policy,
                       const PairLogProbs& reference, const training::Share& share) const {
    if (type == DpoConfig::SFT) {
      return responses::TokenMeanLoss(scores.sum_NR.select(1, 0), share.batch.size(),
                                      responses::TotalLength(items_, share.batch, 0));
    }
    if (type == DpoConfig::AOT || type == DpoConfig::AOT_UNPAIRED) {
      const auto like = scores.sum_NR.options().requires_grad(false);
      const WholeBatch batch = {Columns(share.statistics_BS.to(like)),
                                Columns(responses::Rows(references_N2_, share.batch, like)), share.begin};
      return type == DpoConfig::AOT ? AotLoss(policy, batch, options_) : AotUnpairedLoss(policy, batch, options_);
    }
    LossOptions options = options_;
    options.kind = *KindOf(type);
    if (type != DpoConfig::IPO && type != DpoConfig::SIGMOID_NORM) return PreferenceLoss(policy, reference, options);
    const PairLogProbs lengths = Columns(responses::Lengths(items_, share.examples(), scores.sum_NR.options()));
    return PreferenceLoss(policy, reference, options, &lengths);
  }

  const std::vector<WeightedLoss> losses_;
  const LossOptions options_;
  const responses::ScoreOptions scoring_;
  const std::vector<responses::Item> items_;
  const torch::Tensor references_N2_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<training::Objective>> MakeDpoObjective(
    const DpoConfig& config, const std::vector<training::PreferenceExample>& examples,
    const torch::Tensor& references_N2, int64_t max_tokens) {
  RETURN_IF_ERROR(CheckConfig(config, "", base::FieldLocations()));
  std::vector<responses::Item> items = responses::PairItems(examples);
  RETURN_IF_ERROR(responses::CheckPairs(items, max_tokens));
  torch::Tensor references = references_N2;
  const int64_t count = items.size();
  if (config.reference_free() && !references.defined()) references = torch::zeros({count, 2}, torch::kFloat64);
  if (!references.defined() || references.size(0) != count) {
    return absl::InvalidArgumentError(absl::StrCat(count, " preference examples, but reference log-probabilities of ",
                                                   references.defined() ? references.size(0) : 0));
  }
  return std::make_unique<DpoObjective>(config, std::move(items), std::move(references));
}

absl::StatusOr<std::unique_ptr<training::Objective>> MakeObjective(const DpoConfig& config, training::Examples examples,
                                                                   const training::ObjectiveInputs& inputs) {
  const auto& preferences = std::get<std::vector<training::PreferenceExample>>(examples);
  const int64_t max_tokens = inputs.parent.config().max_positions;
  const std::vector<responses::Item> items = responses::PairItems(preferences);
  RETURN_IF_ERROR(responses::CheckPairs(items, max_tokens));
  torch::Tensor references;
  if (!config.reference_free()) {
    ASSIGN_OR_RETURN(references, responses::ParentSums(inputs, items, LdAlpha(config), "preference example"));
  }
  return MakeDpoObjective(config, preferences, references, max_tokens);
}

}  // namespace dpo

#include "baselines/kto/objective.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "baselines/kto/loss.h"
#include "baselines/kto/method.h"
#include "baselines/responses/reference.h"

namespace kto {
namespace {

using ::sami_harness::KtoConfig;
using training::LabeledExample;

class KtoObjective : public training::Objective {
 public:
  KtoObjective(const KtoConfig& config, std::vector<responses::Item> items, std::vector<double> desirable,
               torch::Tensor references)
      : options_{config.beta(), config.desirable_weight(), config.undesirable_weight()},
        mismatched_(config.loss_type() == KtoConfig::KTO),
        items_(std::move(items)),
        desirable_(std::move(desirable)),
        references_(std::move(references)) {
    for (const responses::Item& item : items_) {
      responses_.push_back({item.prompt, {item.responses[0]}});
      if (mismatched_) mismatches_.push_back({item.prompt, {item.responses[1]}});
    }
  }

  std::string unit() const override { return "responses"; }
  int64_t num_examples() const override { return items_.size(); }
  double Weight(int64_t) const override { return 1; }
  int64_t NumTokens(int64_t example) const override {
    return responses::NumTokens(responses_[example]) + (mismatched_ ? responses::NumTokens(mismatches_[example]) : 0);
  }

  bool has_statistics() const override { return mismatched_; }
  // [N, 1]: the mismatched responses' log-ratios.
  torch::Tensor Statistics(const lm::Decoder& model, absl::Span<const int64_t> examples) const override {
    const torch::Tensor sums_N1 =
        responses::Score(model, mismatches_, examples).sum_NR.to(torch::kCPU, torch::kFloat64);
    return sums_N1 - responses::Rows(references_, examples, sums_N1.options()).narrow(1, 1, 1);
  }

  training::Evaluation EvaluateShare(const lm::Decoder& model, const training::Share& share) const override {
    const auto examples = share.examples();
    const torch::Tensor logp_N = responses::Score(model, responses_, examples).sum_NR.select(1, 0);
    const torch::Tensor ratio_N = logp_N - responses::Rows(references_, examples, logp_N.options()).select(1, 0);
    std::vector<double> labels;
    for (const int64_t i : examples) labels.push_back(desirable_[i]);
    const torch::Tensor desirable_N = torch::tensor(labels, torch::kFloat64).to(logp_N.options().requires_grad(false));
    const double point = mismatched_ ? ReferencePoint(share.statistics_BS) : 0;
    const torch::Tensor loss_N = ResponseLoss(ratio_N, desirable_N, point, options_);
    const torch::Tensor weighted_loss = loss_N.sum();

    const torch::NoGradGuard no_grad;
    const double count = examples.size();
    const auto over = [&](const char* name, const torch::Tensor& values_N, const torch::Tensor& which_N) {
      return training::Metric{name, (values_N * which_N).sum(), which_N.sum()};
    };
    const torch::Tensor reward_N = options_.beta * ratio_N, undesirable_N = 1 - desirable_N;
    return {weighted_loss,
            {responses::MeanOf("loss", loss_N),
             over("rewards/chosen", reward_N, desirable_N),
             over("rewards/rejected", reward_N, undesirable_N),
             Margin(reward_N, desirable_N, share),
             over("logps/chosen", logp_N, desirable_N),
             over("logps/rejected", logp_N, undesirable_N),
             {"kl", point * count, count}}};
  }

 private:
  // The batch's mean reward of desirable responses less that of undesirable ones, a share's part of it. Nothing where
  // the batch lacks either.
  training::Metric Margin(const torch::Tensor& reward_N, const torch::Tensor& desirable_N,
                          const training::Share& share) const {
    const double batch = share.batch.size();
    double desirable = 0;
    for (const int64_t i : share.batch) desirable += desirable_[i];
    if (desirable == 0 || desirable == batch) return {"rewards/margins", 0, 0};
    const torch::Tensor part_N = desirable_N / desirable - (1 - desirable_N) / (batch - desirable);
    return {"rewards/margins", (reward_N * part_N).sum().to(torch::kFloat64) * batch,
            static_cast<double>(share.examples().size())};
  }

  const LossOptions options_;
  const bool mismatched_;
  const std::vector<responses::Item> items_;
  const std::vector<double> desirable_;
  const torch::Tensor references_;
  std::vector<responses::Item> responses_, mismatches_;
};

absl::StatusOr<std::vector<responses::Item>> CheckedItems(const KtoConfig& config,
                                                          const std::vector<LabeledExample>& examples,
                                                          int64_t max_tokens) {
  RETURN_IF_ERROR(CheckConfig(config, "", base::FieldLocations()));
  const bool mismatched = config.loss_type() == KtoConfig::KTO;
  if (mismatched && examples.size() == 1) {
    return absl::InvalidArgumentError("loss_type KTO: one labeled example; its reference point needs at least 2");
  }
  std::vector<responses::Item> items = Items(config, examples);
  std::vector<std::string> names = {""};
  if (mismatched) names.push_back("with the response of its neighbour, for the reference point");
  RETURN_IF_ERROR(responses::CheckItems(items, max_tokens, "labeled example", names));
  return items;
}

}  // namespace

std::vector<responses::Item> Items(const KtoConfig& config, const std::vector<LabeledExample>& examples) {
  const size_t count = examples.size(), size = config.training().batch_size();
  const bool mismatched = config.loss_type() == KtoConfig::KTO;
  std::vector<responses::Item> items;
  for (size_t begin = 0, end = 0; begin < count; begin = end) {
    end = std::min(count, begin + size);
    if (count - end == 1) end = count;
    for (size_t i = begin; i < end; ++i) {
      items.push_back({examples[i].prompt, {examples[i].response}});
      if (mismatched) items.back().responses.push_back(examples[i == begin ? end - 1 : i - 1].response);
    }
  }
  return items;
}

absl::StatusOr<std::unique_ptr<training::Objective>> MakeKtoObjective(const KtoConfig& config,
                                                                      const std::vector<LabeledExample>& examples,
                                                                      const torch::Tensor& references,
                                                                      int64_t max_tokens) {
  ASSIGN_OR_RETURN(std::vector<responses::Item> items, CheckedItems(config, examples, max_tokens));
  const int64_t count = references.defined() ? references.size(0) : 0;
  if (count != static_cast<int64_t>(examples.size())) {
    return absl::InvalidArgumentError(
        absl::StrCat(examples.size(), " labeled examples, but reference log-probabilities of ", count));
  }
  std::vector<double> desirable;
  for (const LabeledExample& example : examples) desirable.push_back(example.desirable ? 1 : 0);
  return std::make_unique<KtoObjective>(config, std::move(items), std::move(desirable), references);
}

absl::StatusOr<std::unique_ptr<training::Objective>> MakeObjective(const KtoConfig& config, training::Examples examples,
                                                                   const training::ObjectiveInputs& inputs) {
  const auto& labeled = std::get<std::vector<LabeledExample>>(examples);
  const int64_t max_tokens = inputs.parent.config().max_positions;
  ASSIGN_OR_RETURN(const std::vector<responses::Item> items, CheckedItems(config, labeled, max_tokens));
  ASSIGN_OR_RETURN(const torch::Tensor references,
                   responses::ParentSums(inputs, items, std::nullopt, "labeled example"));
  return MakeKtoObjective(config, labeled, references, max_tokens);
}

}  // namespace kto

#include "baselines/dpo/aot_loss.h"

#include "base/check.h"

namespace dpo {
namespace {

// f of aot_loss.h.
torch::Tensor SmoothedLoss(const torch::Tensor& q, const LossOptions& options) {
  const double b = options.beta, e = options.label_smoothing;
  SAMI_CHECK(b > 0);
  SAMI_CHECK(e >= 0 && e <= 0.5);
  return -torch::log_sigmoid(b * q) * (1 - e) - torch::log_sigmoid(-b * q) * e;
}

// [B]: each value's place among the sorted ones.
torch::Tensor Ranks(const torch::Tensor& values_B) {
  const torch::Tensor order_B = torch::argsort(values_B, /*stable=*/true, /*dim=*/0, /*descending=*/false);
  torch::Tensor ranks_B = torch::empty_like(order_B);
  ranks_B.index_copy_(0, order_B, torch::arange(order_B.size(0), order_B.options()));
  return ranks_B;
}

// [P]: what the share's own values are matched with: of the other sorted ones, that of the same place.
torch::Tensor Matches(const torch::Tensor& own_B, const torch::Tensor& others_B, int64_t begin, int64_t size) {
  return std::get<0>(torch::sort(others_B)).index_select(0, Ranks(own_B).narrow(0, begin, size));
}

PairLogProbs Reference(const WholeBatch& batch, const LossOptions& options) {
  if (!options.reference_free) return batch.reference;
  return {torch::zeros_like(batch.reference.chosen_P), torch::zeros_like(batch.reference.rejected_P)};
}

}  // namespace

torch::Tensor AotLoss(const PairLogProbs& policy, const WholeBatch& batch, const LossOptions& options) {
  const PairLogProbs reference = Reference(batch, options);
  const torch::Tensor match_P =
      Matches(batch.policy.chosen_P - batch.policy.rejected_P, reference.chosen_P - reference.rejected_P, batch.begin,
              policy.chosen_P.size(0));
  return SmoothedLoss(policy.chosen_P - policy.rejected_P - match_P, options);
}

torch::Tensor AotUnpairedLoss(const PairLogProbs& policy, const WholeBatch& batch, const LossOptions& options) {
  const PairLogProbs reference = Reference(batch, options);
  const int64_t begin = batch.begin, size = policy.chosen_P.size(0);
  const torch::Tensor x_B = batch.policy.chosen_P - reference.chosen_P;
  const torch::Tensor y_B = batch.policy.rejected_P - reference.rejected_P;
  const torch::Tensor x_P = policy.chosen_P - reference.chosen_P.narrow(0, begin, size);
  const torch::Tensor y_P = policy.rejected_P - reference.rejected_P.narrow(0, begin, size);
  const torch::Tensor ends_P = SmoothedLoss(x_P - Matches(x_B, y_B, begin, size), options) +
                               SmoothedLoss(Matches(y_B, x_B, begin, size) - y_P, options);
  return ends_P - ends_P.detach() / 2;
}

}  // namespace dpo

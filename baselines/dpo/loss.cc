#include "baselines/dpo/loss.h"

#include "base/check.h"

namespace dpo {
namespace {

void CheckShapes(const PairLogProbs& policy, const PairLogProbs& reference) {
  SAMI_CHECK_EQ(policy.chosen_P.dim(), 1);
  for (const torch::Tensor* other : {&policy.rejected_P, &reference.chosen_P, &reference.rejected_P}) {
    SAMI_CHECK(other->sizes() == policy.chosen_P.sizes()) << "log-probabilities must all be [P]";
  }
}

}  // namespace

torch::Tensor PreferenceLoss(const PairLogProbs& policy, const PairLogProbs& reference, const LossOptions& options) {
  CheckShapes(policy, reference);
  const double beta = options.beta;
  const double s = options.label_smoothing;
  SAMI_CHECK(beta > 0);
  SAMI_CHECK(s >= 0 && s <= 0.5);

  torch::Tensor h = policy.chosen_P - policy.rejected_P;
  if (!options.reference_free) h = h - (reference.chosen_P - reference.rejected_P);
  switch (options.kind) {
    case LossKind::kSigmoid:
      return -torch::log_sigmoid(beta * h) * (1 - s) - torch::log_sigmoid(-beta * h) * s;
    case LossKind::kIpo:
      return (h - 1 / (2 * beta)).square();
    case LossKind::kHinge:
      return torch::relu(1 - beta * h);
    case LossKind::kRobust:
      SAMI_CHECK(s < 0.5) << "nothing is known of labels that are wrong half the time";
      return (-torch::log_sigmoid(beta * h) * (1 - s) + torch::log_sigmoid(-beta * h) * s) / (1 - 2 * s);
  }
  SAMI_CHECK(false) << "unknown loss";
  return {};
}

Rewards ComputeRewards(const PairLogProbs& policy, const PairLogProbs& reference, double beta) {
  CheckShapes(policy, reference);
  const torch::NoGradGuard no_grad;
  const torch::Tensor chosen = beta * (policy.chosen_P - reference.chosen_P);
  const torch::Tensor rejected = beta * (policy.rejected_P - reference.rejected_P);
  return {chosen, rejected, (chosen > rejected).to(chosen.scalar_type())};
}

}  // namespace dpo

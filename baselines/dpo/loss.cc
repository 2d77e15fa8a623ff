#include "baselines/dpo/loss.h"

#include <cmath>

#include "base/check.h"

namespace dpo {
namespace {

void CheckShapes(const PairLogProbs& policy, const PairLogProbs& reference) {
  SAMI_CHECK_EQ(policy.chosen_P.dim(), 1);
  for (const torch::Tensor* other : {&policy.rejected_P, &reference.chosen_P, &reference.rejected_P}) {
    SAMI_CHECK(other->sizes() == policy.chosen_P.sizes()) << "log-probabilities must all be [P]";
  }
}

torch::Tensor Divergence(FDivergence divergence, const torch::Tensor& ratio) {
  switch (divergence) {
    case FDivergence::kReverseKl:
      return ratio;
    case FDivergence::kForwardKl:
      return 1 - torch::exp(-ratio);
    case FDivergence::kJsDivergence:
      return std::log(2.0) + torch::log_sigmoid(ratio);
  }
  SAMI_CHECK(false) << "unknown divergence";
  return {};
}

// The names of loss.h's formulas.
struct Terms {
  torch::Tensor plain_x, plain_y;  // before the divergence
  torch::Tensor x, y, h;           // h = x - y
};

Terms TermsOf(const PairLogProbs& policy, const PairLogProbs& reference, const LossOptions& options,
              const PairLogProbs* lengths) {
  Terms terms;
  const bool free = options.reference_free;
  terms.plain_x = free ? policy.chosen_P : policy.chosen_P - reference.chosen_P;
  terms.plain_y = free ? policy.rejected_P : policy.rejected_P - reference.rejected_P;
  terms.x = Divergence(options.f_divergence, terms.plain_x);
  terms.y = Divergence(options.f_divergence, terms.plain_y);
  if (lengths != nullptr) {
    terms.x = terms.x / lengths->chosen_P;
    terms.y = terms.y / lengths->rejected_P;
  }
  if (lengths != nullptr || options.f_divergence != FDivergence::kReverseKl) {
    terms.h = terms.x - terms.y;
    return terms;
  }
  // Both differences are of like numbers, and so lose the fewest bits.
  terms.h = policy.chosen_P - policy.rejected_P;
  if (!free) terms.h = terms.h - (reference.chosen_P - reference.rejected_P);
  return terms;
}

}  // namespace

torch::Tensor PreferenceLoss(const PairLogProbs& policy, const PairLogProbs& reference, const LossOptions& options,
                             const PairLogProbs* lengths) {
  CheckShapes(policy, reference);
  if (lengths != nullptr) CheckShapes(policy, *lengths);
  const double b = options.beta, e = options.label_smoothing;
  SAMI_CHECK(b > 0);
  SAMI_CHECK(e >= 0 && e <= 0.5);

  const auto [plain_x, plain_y, x, y, h] = TermsOf(policy, reference, options, lengths);
  const auto log_sigmoid = [](const torch::Tensor& value) { return torch::log_sigmoid(value); };
  switch (options.kind) {
    case LossKind::kSigmoid:
      return -log_sigmoid(b * h) * (1 - e) - log_sigmoid(-b * h) * e;
    case LossKind::kIpo:
      return (h - 1 / (2 * b)).square();
    case LossKind::kHinge:
      return torch::relu(1 - b * h);
    case LossKind::kRobust:
      SAMI_CHECK(e < 0.5) << "nothing is known of labels that are wrong half the time";
      return (-log_sigmoid(b * h) * (1 - e) + log_sigmoid(-b * h) * e) / (1 - 2 * e);
    case LossKind::kExoPair:
      SAMI_CHECK(e > 0) << "the divergence from certain labels is infinite";
      return torch::sigmoid(b * h) * (log_sigmoid(b * h) - std::log1p(-e)) +
             torch::sigmoid(-b * h) * (log_sigmoid(-b * h) - std::log(e));
    case LossKind::kNcaPair:
      return -log_sigmoid(b * x) - 0.5 * log_sigmoid(-b * x) - 0.5 * log_sigmoid(-b * y);
    case LossKind::kBcoPair:
      return -log_sigmoid(b * x) - log_sigmoid(-b * y);
    case LossKind::kSppoHard:
      return (x - 1 / (2 * b)).square() + (y + 1 / (2 * b)).square();
    case LossKind::kApoZero:
      return 1 - torch::sigmoid(b * plain_x) + torch::sigmoid(b * plain_y);
    case LossKind::kApoDown:
      return torch::sigmoid(b * plain_x) + 1 - torch::sigmoid(b * h);
    case LossKind::kDiscopop: {
      SAMI_CHECK(options.discopop_tau > 0);
      const torch::Tensor m = torch::sigmoid(b * h / options.discopop_tau);
      return -log_sigmoid(b * h) * (1 - m) + torch::exp(-b * h) * m;
    }
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

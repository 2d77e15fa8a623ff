#include "baselines/cpo/loss.h"

#include "base/check.h"

namespace cpo {
namespace {

torch::Tensor Shaped(const torch::Tensor& log_prob, double alpha) {
  if (alpha == 0) return log_prob;
  return -torch::expm1(-alpha * log_prob) / alpha;
}

torch::Tensor LossOf(const torch::Tensor& margin, const LossOptions& options) {
  const double b = options.beta, e = options.label_smoothing;
  switch (options.kind) {
    case LossKind::kSigmoid:
    case LossKind::kSimpo: {
      const torch::Tensor d = options.kind == LossKind::kSimpo ? margin - options.gamma / b : margin;
      return -torch::log_sigmoid(b * d) * (1 - e) - torch::log_sigmoid(-b * d) * e;
    }
    case LossKind::kHinge:
      return torch::relu(1 - b * margin);
    case LossKind::kIpo:
      return (margin - 1 / (2 * b)).square();
  }
  SAMI_CHECK(false) << "unknown loss";
  return {};
}

}  // namespace

PairLoss PreferenceLoss(const torch::Tensor& chosen_P, const torch::Tensor& rejected_P, const LossOptions& options) {
  SAMI_CHECK_EQ(chosen_P.dim(), 1);
  SAMI_CHECK(chosen_P.sizes() == rejected_P.sizes()) << "log-probabilities must both be [P]";
  SAMI_CHECK(options.beta > 0);
  SAMI_CHECK(options.label_smoothing >= 0 && options.label_smoothing <= 0.5);
  const torch::Tensor chosen = Shaped(chosen_P, options.alpha), rejected = Shaped(rejected_P, options.alpha);
  return {LossOf(chosen - rejected, options), options.beta * chosen.detach(), options.beta * rejected.detach()};
}

}  // namespace cpo

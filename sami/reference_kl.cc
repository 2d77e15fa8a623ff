#include "sami/reference_kl.h"

#include "base/check.h"

namespace sami {

torch::Tensor KlOverAllPositions(const torch::Tensor& policy_logits_BTV, const torch::Tensor& reference_logits_BTV) {
  SAMI_CHECK_EQ(policy_logits_BTV.dim(), 3);
  SAMI_CHECK(policy_logits_BTV.sizes() == reference_logits_BTV.sizes());
  const torch::Tensor policy = torch::log_softmax(policy_logits_BTV, -1);
  const torch::Tensor reference = torch::log_softmax(reference_logits_BTV, -1);
  return (policy.exp() * (policy - reference)).sum(-1).mean();
}

}  // namespace sami

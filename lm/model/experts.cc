#include "lm/model/experts.h"

#include <tuple>

#include "base/check.h"
#include "lm/runtime/precision.h"

namespace lm {

void RouterLoad::Add(const RouterLoad& other) {
  if (other.empty()) return;
  if (keeps_logits) logits.insert(logits.end(), other.logits.begin(), other.logits.end());
  if (empty()) {
    chosen_E = other.chosen_E;
    probability_E = other.probability_E;
    tokens = other.tokens;
    return;
  }
  chosen_E = chosen_E + other.chosen_E;
  probability_E = probability_E + other.probability_E;
  tokens = tokens + other.tokens;
}

torch::Tensor RouterLoad::Loss() const {
  SAMI_CHECK(!empty());
  return (chosen_E / tokens * (probability_E / tokens)).sum() * chosen_E.size(0);
}

ExpertsOutput MixExperts(const torch::Tensor& x_ND, const torch::Tensor& router_ED,
                         const std::vector<FeedForwardWeights>& experts, const Routing& routing,
                         const torch::Tensor& is_token_N) {
  const torch::Tensor logits_NE = torch::linear(x_ND, router_ED);
  const torch::Tensor probability_NE = torch::softmax(logits_NE, -1, AtLeastFloat32(x_ND.scalar_type()));
  const auto [top_Nk, expert_Nk] = torch::topk(probability_NE, routing.experts_per_token, -1);
  const torch::Tensor wide_Nk = routing.normalizes ? top_Nk / top_Nk.sum(-1, /*keepdim=*/true) : top_Nk;
  const torch::Tensor share_Nk = wide_Nk.to(x_ND.scalar_type());

  ExpertsOutput output;
  output.y_ND = torch::zeros_like(x_ND);
  for (size_t e = 0; e < experts.size(); ++e) {
    const std::vector<torch::Tensor> places = torch::where(expert_Nk == static_cast<int64_t>(e));
    const torch::Tensor &token = places[0], &rank = places[1];
    if (token.numel() == 0) continue;
    const torch::Tensor share = share_Nk.index({token, rank}).unsqueeze(1);
    const torch::Tensor y = FeedForward(x_ND.index_select(0, token), experts[e], routing.activation);
    output.y_ND = output.y_ND.index_add(0, token, y * share);
  }
  if (is_token_N.defined()) {
    const torch::Tensor chosen_NE = torch::zeros_like(probability_NE.detach()).scatter_(1, expert_Nk, 1);
    output.load = {is_token_N.matmul(chosen_NE), is_token_N.matmul(probability_NE), is_token_N.sum()};
    output.load.logits = {logits_NE.detach()};
  }
  return output;
}

}  // namespace lm

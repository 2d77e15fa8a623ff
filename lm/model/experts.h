// A mixture of experts (Jiang et al., arXiv:2401.04088): a router sends each token to a few of several feed-forward
// networks, and their outputs are mixed by the router's probabilities.
//
// Shapes: N = tokens, D = hidden size, E = experts, k = experts a token.
#ifndef LM_MODEL_EXPERTS_H_
#define LM_MODEL_EXPERTS_H_

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "lm/model/feed_forward.h"

namespace lm {

// What routers did with tokens, summed over tokens and layers.
struct RouterLoad {
  torch::Tensor chosen_E;       // how many tokens chose the expert; no gradient
  torch::Tensor probability_E;  // the router's probabilities; differentiable
  torch::Tensor tokens;         // scalar: tokens times layers
  // Where they are wanted, of each layer with experts (and outside recomputation) what its router said: [N, E].
  bool keeps_logits = false;
  std::vector<torch::Tensor> logits;

  bool empty() const { return !tokens.defined(); }
  void Add(const RouterLoad& other);
  // The load-balancing loss of Fedus et al., arXiv:2101.03961, eq. 4, over all layers together, as transformers
  // computes it for Mixtral: E sum_e f_e p_e, where f_e is the mean number of choices of e a token (their sum is k),
  // and p_e its mean probability. k when all experts are used alike. Scalar; not for an empty load.
  torch::Tensor Loss() const;
};

struct ExpertsOutput {
  torch::Tensor y_ND;
  RouterLoad load;  // empty unless is_token_N was given
};

struct Routing {
  int64_t experts_per_token = 1;
  bool normalizes = true;  // whether the k's probabilities are divided by their sum
  Activation activation = Activation::kSilu;
};

// sum over the k most probable experts e of x: p_e / (sum of the k's p) * FeedForward_e(x), with p the softmax of
// x router^T, in float32 (float64 for float64); the sum is left out where routing does not normalize. is_token_N: 1 for
// the tokens that count for the load, 0 for padding; in the probabilities' type; undefined when nobody asks for it.
// Differentiable once.
ExpertsOutput MixExperts(const torch::Tensor& x_ND, const torch::Tensor& router_ED,
                         const std::vector<FeedForwardWeights>& experts, const Routing& routing,
                         const torch::Tensor& is_token_N);

}  // namespace lm

#endif  // LM_MODEL_EXPERTS_H_

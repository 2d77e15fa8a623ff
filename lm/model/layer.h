// One layer of a decoder: attention, then a feed-forward network or a mixture of them, each behind a norm and added to
// the residual stream.
//
// Shapes: B = rows, T = tokens a row, N = B * T, D = hidden size, H = heads, K = key/value heads, d = head_dim.
#ifndef LM_MODEL_LAYER_H_
#define LM_MODEL_LAYER_H_

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "lm/config/config.h"
#include "lm/model/attention/rotary.h"
#include "lm/model/experts.h"
#include "lm/model/feed_forward.h"
#include "lm/model/heads.h"
#include "lm/model/projection.h"

namespace lm {

struct LayerWeights {
  torch::Tensor input_norm_D, attention_norm_D;
  Projection query, key, value, output;
  torch::Tensor router_ED;                  // undefined where there is one expert
  std::vector<FeedForwardWeights> experts;  // at least one
};

// Calls visit for each parameter that a layer of this config has, in the order of Decoder::parameters(): its name
// within the layer ("self_attn.q_proj.weight"), its shape and its place in `layer`, which is given its experts first.
using ParameterVisitor =
    absl::FunctionRef<void(const std::string& name, const std::vector<int64_t>& shape, torch::Tensor& value)>;
void VisitParameters(const ModelConfig& config, LayerWeights& layer, ParameterVisitor visit);

// Likewise for the projections ("self_attn.q_proj"), the linear maps with [O, I] weights, without the experts' router.
using ProjectionVisitor =
    absl::FunctionRef<void(const std::string& name, int64_t outputs, int64_t inputs, Projection& projection)>;
void VisitProjections(const ModelConfig& config, LayerWeights& layer, ProjectionVisitor visit);

// Every tensor that a layer has, its adapters' included, in a fixed order.
std::vector<torch::Tensor*> Tensors(LayerWeights& layer);

struct LayerOutput {
  torch::Tensor hidden_BTD;
  RouterLoad load;  // empty unless is_token_N was given and the layer has a router
};

// attend: heads -> [B, T, H * d]. is_token_N as in MixExperts.
LayerOutput RunLayer(const ModelConfig& config, const RotaryTables& rotary, const LayerWeights& layer,
                     const torch::Tensor& input_BTD, const torch::Tensor& is_token_N,
                     absl::FunctionRef<torch::Tensor(const Heads&)> attend);

}  // namespace lm

#endif  // LM_MODEL_LAYER_H_

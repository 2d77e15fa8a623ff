// One layer of a decoder: attention, then (or beside it) a feed-forward network or a mixture of them, each between the
// norms that its family has, and added to the residual stream.
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
#include "lm/config/layout.h"
#include "lm/model/attention/rotary.h"
#include "lm/model/experts.h"
#include "lm/model/feed_forward.h"
#include "lm/model/heads.h"
#include "lm/model/norm.h"
#include "lm/model/projection.h"

namespace lm {

// What the family has not, or has in one with something else, is undefined.
struct LayerWeights {
  NormWeights attention_in, attention_out, network_in, network_out;
  NormWeights query_norm, key_norm;
  Projection query, key, value;
  Projection qkv;  // the three in one
  Projection output;
  torch::Tensor router_ED;                  // undefined where there is one expert
  std::vector<FeedForwardWeights> experts;  // at least one
};

// Calls visit for each parameter that layer `index` of this config has, in the order of Decoder::parameters(): its name
// within the layer ("self_attn.q_proj.weight"), its shape and its place in `layer`, which is given its experts first.
using ParameterVisitor =
    absl::FunctionRef<void(const std::string& name, const std::vector<int64_t>& shape, torch::Tensor& value)>;
void VisitParameters(const ModelConfig& config, int64_t index, LayerWeights& layer, ParameterVisitor visit);

// Likewise for the projections ("self_attn.q_proj"), the linear maps with [O, I] weights, without the experts' router.
using ProjectionVisitor =
    absl::FunctionRef<void(const std::string& name, int64_t outputs, int64_t inputs, Projection& projection)>;
void VisitProjections(const ModelConfig& config, int64_t index, LayerWeights& layer, ProjectionVisitor visit);

// Every tensor that a layer has, its adapters' included, in a fixed order.
std::vector<torch::Tensor*> Tensors(LayerWeights& layer);

struct LayerOutput {
  torch::Tensor hidden_BTD;
  RouterLoad load;  // empty unless is_token_N was given and the layer has a router
};

// rotary: undefined tables for a layer without positions. attend: heads -> [B, T, H * d]. is_token_N as in MixExperts.
LayerOutput RunLayer(const ModelConfig& config, const RotaryTables& rotary, const LayerWeights& layer,
                     const torch::Tensor& input_BTD, const torch::Tensor& is_token_N,
                     absl::FunctionRef<torch::Tensor(const Heads&)> attend);

}  // namespace lm

#endif  // LM_MODEL_LAYER_H_

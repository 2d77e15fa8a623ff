#include "lm/model/layer.h"

#include "absl/strings/str_cat.h"
#include "lm/model/norm.h"

namespace lm {
namespace {

// One product for all three: the weights are small beside the activations.
Heads ProjectHeads(const ModelConfig& config, const RotaryTables& rotary, const LayerWeights& layer,
                   const torch::Tensor& x_BTD) {
  return SplitHeads(ProjectTogether({&layer.query, &layer.key, &layer.value}, x_BTD), config.num_heads,
                    config.num_kv_heads, rotary);
}

void VisitFeedForward(const ModelConfig& config, const std::string& prefix, bool is_expert, FeedForwardWeights& weights,
                      ProjectionVisitor visit) {
  const int64_t width = config.hidden_size, inner = config.intermediate_size;
  visit(absl::StrCat(prefix, is_expert ? "w1" : "gate_proj"), inner, width, weights.gate);
  visit(absl::StrCat(prefix, is_expert ? "w3" : "up_proj"), inner, width, weights.up);
  visit(absl::StrCat(prefix, is_expert ? "w2" : "down_proj"), width, inner, weights.down);
}

void AppendTensors(Projection& projection, std::vector<torch::Tensor*>& tensors) {
  tensors.push_back(&projection.weight_OI);
  if (projection.bias_O.defined()) tensors.push_back(&projection.bias_O);
  if (projection.adapter.a_RI.defined()) {
    tensors.insert(tensors.end(), {&projection.adapter.a_RI, &projection.adapter.b_OR});
  }
}

}  // namespace

void VisitProjections(const ModelConfig& config, LayerWeights& layer, ProjectionVisitor visit) {
  const int64_t width = config.hidden_size;
  const int64_t queries = config.num_heads * config.head_dim, keys = config.num_kv_heads * config.head_dim;
  visit("self_attn.q_proj", queries, width, layer.query);
  visit("self_attn.k_proj", keys, width, layer.key);
  visit("self_attn.v_proj", keys, width, layer.value);
  visit("self_attn.o_proj", width, queries, layer.output);
  if (config.num_experts == 0) {
    layer.experts.resize(1);
    VisitFeedForward(config, "mlp.", /*is_expert=*/false, layer.experts[0], visit);
    return;
  }
  layer.experts.resize(config.num_experts);
  for (int64_t e = 0; e < config.num_experts; ++e) {
    const std::string prefix = absl::StrCat("block_sparse_moe.experts.", e, ".");
    VisitFeedForward(config, prefix, /*is_expert=*/true, layer.experts[e], visit);
  }
}

void VisitParameters(const ModelConfig& config, LayerWeights& layer, ParameterVisitor visit) {
  const int64_t width = config.hidden_size;
  if (config.num_experts > 0) visit("block_sparse_moe.gate.weight", {config.num_experts, width}, layer.router_ED);
  const auto has_bias = [&](const Projection& projection) {
    if (&projection == &layer.output) return config.output_bias;
    const bool is_attention = &projection == &layer.query || &projection == &layer.key || &projection == &layer.value;
    return is_attention ? config.qkv_bias : config.mlp_bias;
  };
  VisitProjections(config, layer,
                   [&](const std::string& name, int64_t outputs, int64_t inputs, Projection& projection) {
                     visit(name + ".weight", {outputs, inputs}, projection.weight_OI);
                     if (has_bias(projection)) visit(name + ".bias", {outputs}, projection.bias_O);
                   });
  visit("input_layernorm.weight", {width}, layer.input_norm_D);
  visit("post_attention_layernorm.weight", {width}, layer.attention_norm_D);
}

std::vector<torch::Tensor*> Tensors(LayerWeights& layer) {
  std::vector<torch::Tensor*> tensors = {&layer.input_norm_D, &layer.attention_norm_D};
  for (Projection* projection : {&layer.query, &layer.key, &layer.value, &layer.output}) {
    AppendTensors(*projection, tensors);
  }
  if (layer.router_ED.defined()) tensors.push_back(&layer.router_ED);
  for (FeedForwardWeights& expert : layer.experts) {
    for (Projection* projection : {&expert.gate, &expert.up, &expert.down}) AppendTensors(*projection, tensors);
  }
  return tensors;
}

LayerOutput RunLayer(const ModelConfig& config, const RotaryTables& rotary, const LayerWeights& layer,
                     const torch::Tensor& input_BTD, const torch::Tensor& is_token_N,
                     absl::FunctionRef<torch::Tensor(const Heads&)> attend) {
  const double eps = config.rms_norm_eps;
  const torch::Tensor normed_BTD = RmsNorm(input_BTD, layer.input_norm_D, eps);
  const torch::Tensor mixed_BTD = attend(ProjectHeads(config, rotary, layer, normed_BTD));
  const torch::Tensor hidden_BTD = input_BTD + Project(layer.output, mixed_BTD);
  const torch::Tensor inner_BTD = RmsNorm(hidden_BTD, layer.attention_norm_D, eps);
  if (!layer.router_ED.defined()) return {hidden_BTD + FeedForward(inner_BTD, layer.experts[0]), {}};
  const ExpertsOutput experts =
      MixExperts(inner_BTD.flatten(0, 1), layer.router_ED, layer.experts, config.experts_per_token, is_token_N);
  return {hidden_BTD + experts.y_ND.view_as(hidden_BTD), experts.load};
}

}  // namespace lm

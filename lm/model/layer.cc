#include "lm/model/layer.h"

#include <algorithm>

namespace lm {
namespace {

// x [..., H * d], each of its heads, or all of them at once, through a norm.
torch::Tensor NormHeads(const ModelConfig& config, const FamilyTraits& traits, const NormWeights& weights,
                        const torch::Tensor& x) {
  if (traits.query_key_norm == QueryKeyNorm::kWhole) return Norm(traits.norm, config.norm_eps, weights, x);
  return Norm(traits.norm, config.norm_eps, weights, x.unflatten(-1, {-1, config.head_dim})).flatten(-2);
}

// [B, T, (H + 2 K) d]: queries, keys and values. One product for all three: the weights are small beside the
// activations.
torch::Tensor ProjectedHeads(const ModelConfig& config, const FamilyTraits& traits, const LayerWeights& layer,
                             const torch::Tensor& x_BTD) {
  switch (traits.qkv_layout) {
    case QkvLayout::kSeparate:
      break;
    case QkvLayout::kBlocks:
      return Project(layer.qkv, x_BTD);
    case QkvLayout::kPerHead:
      return Project(layer.qkv, x_BTD).unflatten(-1, {config.num_heads, 3, config.head_dim}).transpose(2, 3).flatten(2);
  }
  return ProjectTogether({&layer.query, &layer.key, &layer.value}, x_BTD);
}

Heads ProjectHeads(const ModelConfig& config, const RotaryTables& rotary, const LayerWeights& layer,
                   const torch::Tensor& x_BTD) {
  const FamilyTraits& traits = TraitsOf(config.family);
  torch::Tensor projected = ProjectedHeads(config, traits, layer, x_BTD);
  if (traits.query_key_norm != QueryKeyNorm::kNone) {
    const int64_t queries = config.num_heads * config.head_dim, keys = config.num_kv_heads * config.head_dim;
    const auto parts = projected.split_with_sizes({queries, keys, keys}, -1);
    projected = torch::cat({NormHeads(config, traits, layer.query_norm, parts[0]),
                            NormHeads(config, traits, layer.key_norm, parts[1]), parts[2]},
                           -1);
  }
  return SplitHeads(projected, config.num_heads, config.num_kv_heads, rotary);
}

Projection* ProjectionOf(LayerWeights& layer, const LayerTensor& tensor) {
  FeedForwardWeights& network = layer.experts[tensor.expert];
  switch (tensor.part) {
    case Part::kQuery:
      return &layer.query;
    case Part::kKey:
      return &layer.key;
    case Part::kValue:
      return &layer.value;
    case Part::kQkv:
      return &layer.qkv;
    case Part::kOutput:
      return &layer.output;
    case Part::kGate:
      return &network.gate;
    case Part::kUp:
      return &network.up;
    case Part::kGateUp:
      return &network.gate_up;
    case Part::kDown:
      return &network.down;
    default:
      return nullptr;
  }
}

NormWeights& NormOf(LayerWeights& layer, Part part) {
  switch (part) {
    case Part::kAttentionIn:
      return layer.attention_in;
    case Part::kAttentionOut:
      return layer.attention_out;
    case Part::kNetworkIn:
      return layer.network_in;
    case Part::kNetworkOut:
      return layer.network_out;
    case Part::kQueryNorm:
      return layer.query_norm;
    default:
      return layer.key_norm;
  }
}

torch::Tensor& Place(LayerWeights& layer, const LayerTensor& tensor) {
  if (tensor.part == Part::kRouter) return layer.router_ED;
  if (Projection* projection = ProjectionOf(layer, tensor); projection != nullptr) {
    return tensor.is_bias ? projection->bias_O : projection->weight_OI;
  }
  NormWeights& norm = NormOf(layer, tensor.part);
  return tensor.is_bias ? norm.bias_D : norm.weight_D;
}

// The tensors that a layer has, in whose `layer` there is room for all experts.
std::vector<LayerTensor> Prepared(const ModelConfig& config, int64_t index, LayerWeights& layer) {
  layer.experts.resize(KindOf(config, index).has_experts ? config.num_experts : 1);
  return LayerTensors(config, index);
}

void AppendDefined(std::initializer_list<torch::Tensor*> some, std::vector<torch::Tensor*>& tensors) {
  std::copy_if(some.begin(), some.end(), std::back_inserter(tensors), [](torch::Tensor* t) { return t->defined(); });
}

void AppendTensors(Projection& projection, std::vector<torch::Tensor*>& tensors) {
  AppendDefined({&projection.weight_OI, &projection.bias_O, &projection.adapter.a_RI, &projection.adapter.b_OR},
                tensors);
}

}  // namespace

void VisitProjections(const ModelConfig& config, int64_t index, LayerWeights& layer, ProjectionVisitor visit) {
  for (const LayerTensor& tensor : Prepared(config, index, layer)) {
    if (!IsProjection(tensor.part) || tensor.is_bias) continue;
    visit(tensor.module, tensor.shape[0], tensor.shape[1], *ProjectionOf(layer, tensor));
  }
}

void VisitParameters(const ModelConfig& config, int64_t index, LayerWeights& layer, ParameterVisitor visit) {
  for (const LayerTensor& tensor : Prepared(config, index, layer)) {
    visit(tensor.name(), tensor.shape, Place(layer, tensor));
  }
}

std::vector<torch::Tensor*> Tensors(LayerWeights& layer) {
  std::vector<torch::Tensor*> tensors;
  for (NormWeights* norm : {&layer.attention_in, &layer.network_in, &layer.attention_out, &layer.network_out,
                            &layer.query_norm, &layer.key_norm}) {
    AppendDefined({&norm->weight_D, &norm->bias_D}, tensors);
  }
  for (Projection* projection : {&layer.query, &layer.key, &layer.value, &layer.qkv, &layer.output}) {
    AppendTensors(*projection, tensors);
  }
  AppendDefined({&layer.router_ED}, tensors);
  for (FeedForwardWeights& expert : layer.experts) {
    for (Projection* projection : {&expert.gate, &expert.up, &expert.gate_up, &expert.down}) {
      AppendTensors(*projection, tensors);
    }
  }
  return tensors;
}

LayerOutput RunLayer(const ModelConfig& config, const RotaryTables& rotary, const LayerWeights& layer,
                     const torch::Tensor& input_BTD, const torch::Tensor& is_token_N,
                     absl::FunctionRef<torch::Tensor(const Heads&)> attend) {
  const FamilyTraits& traits = TraitsOf(config.family);
  const auto norm = [&](const NormWeights& weights, const torch::Tensor& x) {
    return Norm(traits.norm, config.norm_eps, weights, x);
  };
  const auto add = [&](const torch::Tensor& stream, const torch::Tensor& x) {
    return config.residual_multiplier == 1 ? stream + x : stream + x * config.residual_multiplier;
  };
  const torch::Tensor mixed_BTD = attend(ProjectHeads(config, rotary, layer, norm(layer.attention_in, input_BTD)));
  const torch::Tensor hidden_BTD = add(input_BTD, norm(layer.attention_out, Project(layer.output, mixed_BTD)));
  const torch::Tensor inner_BTD = norm(layer.network_in, config.parallel_residual ? input_BTD : hidden_BTD);
  if (!layer.router_ED.defined()) {
    const torch::Tensor y_BTD = FeedForward(inner_BTD, layer.experts[0], config.activation);
    return {add(hidden_BTD, norm(layer.network_out, y_BTD)), {}};
  }
  const Routing routing = {config.experts_per_token, config.normalizes_routes, config.activation};
  const ExpertsOutput experts =
      MixExperts(inner_BTD.flatten(0, 1), layer.router_ED, layer.experts, routing, is_token_N);
  return {add(hidden_BTD, norm(layer.network_out, experts.y_ND.view_as(hidden_BTD))), experts.load};
}

}  // namespace lm

#include "lm/decoder.h"

#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/random.h"
#include "lm/rotary.h"
#include "lm/runtime.h"

namespace lm {
namespace {

// Where a layer's parameters stand in ParameterShapes.
enum LayerParameter { kQuery, kKey, kValue, kOutput, kGate, kUp, kDown, kInputNorm, kAttentionNorm, kLayerParameters };

constexpr int64_t kEmbedding = 0;
constexpr int64_t kFirstLayer = 1;

int64_t FinalNorm(const ModelConfig& config) { return kFirstLayer + config.num_layers * kLayerParameters; }

bool IsNorm(const std::string& name) { return absl::EndsWith(name, "norm.weight"); }

bool WritesToResidual(const std::string& name) {
  return absl::EndsWith(name, "o_proj.weight") || absl::EndsWith(name, "down_proj.weight");
}

// Norms and softmax of a half-precision model are computed in float32.
torch::Dtype AtLeastFloat32(torch::Dtype dtype) { return dtype == torch::kFloat64 ? dtype : torch::kFloat32; }

torch::Tensor RmsNorm(const torch::Tensor& x, const torch::Tensor& weight, double eps) {
  const torch::Tensor wide = x.to(AtLeastFloat32(x.scalar_type()));
  const torch::Tensor scale = torch::rsqrt(wide.square().mean(-1, /*keepdim=*/true) + eps);
  return weight * (wide * scale).to(x.scalar_type());
}

// What every layer of one forward pass shares. Heads that share a key/value head (a group of G) are stacked along T.
struct Context {
  const ModelConfig& config;
  RotaryTables rotary;
  torch::Tensor mask;  // [B * KV, G * T, T], added to the scores
};

// 0 where a position may be attended to. Elsewhere a number so low that the softmax gives exactly 0, yet finite, so
// that the row of a position which may see nothing (left padding) is not NaN.
torch::Tensor AttentionMask(const ModelConfig& config, const torch::Tensor& segments_BT, torch::Dtype dtype) {
  const int64_t rows = segments_BT.size(0), tokens = segments_BT.size(1);
  const torch::Tensor query_segment = segments_BT.unsqueeze(2), key_segment = segments_BT.unsqueeze(1);
  const torch::Tensor causal = torch::ones({tokens, tokens}, segments_BT.options().dtype(torch::kBool)).tril();
  const torch::Tensor seen =
      ((key_segment == 0) | ((key_segment == query_segment) & (key_segment >= 0))).logical_and(causal);
  const double never = dtype == torch::kFloat64 ? -1e300 : -1e38;
  const torch::Tensor mask_BTT =
      torch::zeros({rows, tokens, tokens}, segments_BT.options().dtype(dtype)).masked_fill_(~seen, never);
  return mask_BTT.unsqueeze(1)
      .expand({rows, config.num_heads, tokens, tokens})
      .reshape({rows * config.num_kv_heads, config.num_heads / config.num_kv_heads * tokens, tokens});
}

// [B, T, heads, d] -> [B * KV, heads / KV * T, d]
torch::Tensor StackGroups(const torch::Tensor& x, int64_t kv_heads) {
  return x.transpose(1, 2).reshape({x.size(0) * kv_heads, x.size(2) / kv_heads * x.size(1), x.size(3)});
}

torch::Tensor Attention(const Context& context, const Parameter* layer, const torch::Tensor& x_BTD) {
  const ModelConfig& config = context.config;
  const int64_t rows = x_BTD.size(0), tokens = x_BTD.size(1), dim = config.head_dim;
  const int64_t heads = config.num_heads, kv_heads = config.num_kv_heads;
  // One product for all three: the weights are small beside the activations.
  const torch::Tensor weight = torch::cat({layer[kQuery].value, layer[kKey].value, layer[kValue].value});
  const torch::Tensor heads_BTHd = torch::linear(x_BTD, weight).view({rows, tokens, heads + 2 * kv_heads, dim});
  const torch::Tensor turned_BTHd = Rotate(heads_BTHd.narrow(2, 0, heads + kv_heads), context.rotary);
  const torch::Tensor query = StackGroups(turned_BTHd.narrow(2, 0, heads), kv_heads);
  const torch::Tensor key = StackGroups(turned_BTHd.narrow(2, heads, kv_heads), kv_heads);
  const torch::Tensor value = StackGroups(heads_BTHd.narrow(2, heads + kv_heads, kv_heads), kv_heads);

  const double scale = 1 / std::sqrt(static_cast<double>(dim));
  const torch::Dtype wide = context.mask.scalar_type();
  const torch::Tensor scores =
      x_BTD.scalar_type() == wide
          ? torch::baddbmm(context.mask, query, key.transpose(1, 2), /*beta=*/1, /*alpha=*/scale)
          : torch::bmm(query, key.transpose(1, 2)).to(wide) * scale + context.mask;
  const torch::Tensor weights = torch::softmax(scores, -1).to(x_BTD.scalar_type());
  const torch::Tensor mixed_BTD =
      torch::bmm(weights, value).view({rows, heads, tokens, dim}).transpose(1, 2).reshape({rows, tokens, heads * dim});
  return torch::linear(mixed_BTD, layer[kOutput].value);
}

torch::Tensor FeedForward(const Parameter* layer, const torch::Tensor& x_BTD) {
  const torch::Tensor gate = torch::silu(torch::linear(x_BTD, layer[kGate].value));
  return torch::linear(gate * torch::linear(x_BTD, layer[kUp].value), layer[kDown].value);
}

}  // namespace

std::vector<ParameterShape> ParameterShapes(const ModelConfig& config) {
  const int64_t width = config.hidden_size, inner = config.intermediate_size;
  const int64_t queries = config.num_heads * config.head_dim, keys = config.num_kv_heads * config.head_dim;
  std::vector<ParameterShape> shapes = {{"model.embed_tokens.weight", {config.vocab_size, width}}};
  for (int64_t i = 0; i < config.num_layers; ++i) {
    const std::string layer = absl::StrCat("model.layers.", i, ".");
    shapes.push_back({layer + "self_attn.q_proj.weight", {queries, width}});
    shapes.push_back({layer + "self_attn.k_proj.weight", {keys, width}});
    shapes.push_back({layer + "self_attn.v_proj.weight", {keys, width}});
    shapes.push_back({layer + "self_attn.o_proj.weight", {width, queries}});
    shapes.push_back({layer + "mlp.gate_proj.weight", {inner, width}});
    shapes.push_back({layer + "mlp.up_proj.weight", {inner, width}});
    shapes.push_back({layer + "mlp.down_proj.weight", {width, inner}});
    shapes.push_back({layer + "input_layernorm.weight", {width}});
    shapes.push_back({layer + "post_attention_layernorm.weight", {width}});
  }
  shapes.push_back({"model.norm.weight", {width}});
  if (!config.tie_word_embeddings) shapes.push_back({"lm_head.weight", {config.vocab_size, width}});
  return shapes;
}

Decoder Decoder::Random(const ModelConfig& config, uint64_t seed) {
  std::vector<Parameter> parameters;
  for (const auto& [name, shape] : ParameterShapes(config)) {
    torch::Tensor value = torch::ones(shape, torch::kFloat32);
    if (!IsNorm(name)) {
      const double narrowing = WritesToResidual(name) ? std::sqrt(2.0 * config.num_layers) : 1;
      base::RandomStream stream(seed, absl::StrCat("lm/init/", name));
      float* const elements = value.data_ptr<float>();
      for (int64_t i = 0; i < value.numel(); ++i) {
        elements[i] = static_cast<float>(stream.Normal() * config.initializer_range / narrowing);
      }
    }
    parameters.push_back({name, value});
  }
  return Decoder(config, std::move(parameters));
}

Decoder::Decoder(ModelConfig config, std::vector<Parameter> parameters)
    : config_(std::move(config)), parameters_(std::move(parameters)) {
  SetUpRuntime();
  SAMI_CHECK(config_.num_kv_heads > 0 && config_.num_heads % config_.num_kv_heads == 0 && config_.head_dim % 2 == 0);
  const std::vector<ParameterShape> shapes = ParameterShapes(config_);
  SAMI_CHECK_EQ(parameters_.size(), shapes.size());
  for (size_t i = 0; i < shapes.size(); ++i) {
    SAMI_CHECK_EQ(parameters_[i].name, shapes[i].name);
    SAMI_CHECK_EQ(parameters_[i].value.sizes(), torch::IntArrayRef(shapes[i].shape)) << shapes[i].name;
  }
}

int64_t Decoder::num_parameters() const {
  int64_t count = 0;
  for (const Parameter& parameter : parameters_) count += parameter.value.numel();
  return count;
}

Decoder Decoder::Clone() const {
  std::vector<Parameter> copies;
  for (const Parameter& parameter : parameters_) {
    copies.push_back({parameter.name, parameter.value.detach().clone()});
    copies.back().value.set_requires_grad(parameter.value.requires_grad());
  }
  return Decoder(config_, std::move(copies));
}

void Decoder::SetRequiresGrad(bool requires_grad) {
  for (Parameter& parameter : parameters_) parameter.value.set_requires_grad(requires_grad);
}

torch::Tensor Decoder::Forward(const DecoderInput& input) const {
  SAMI_CHECK(input.ids_BT.dim() == 2 && input.positions_BT.sizes() == input.ids_BT.sizes() &&
             input.segments_BT.sizes() == input.ids_BT.sizes());
  ObeyThreadLimit();
  torch::Tensor hidden_BTD = torch::embedding(parameters_[kEmbedding].value, input.ids_BT);
  const torch::Dtype dtype = hidden_BTD.scalar_type();
  const Context context = {config_, MakeRotaryTables(config_, input.positions_BT, dtype),
                           AttentionMask(config_, input.segments_BT, AtLeastFloat32(dtype))};
  for (int64_t i = 0; i < config_.num_layers; ++i) {
    const Parameter* const layer = &parameters_[kFirstLayer + i * kLayerParameters];
    const double eps = config_.rms_norm_eps;
    hidden_BTD = hidden_BTD + Attention(context, layer, RmsNorm(hidden_BTD, layer[kInputNorm].value, eps));
    hidden_BTD = hidden_BTD + FeedForward(layer, RmsNorm(hidden_BTD, layer[kAttentionNorm].value, eps));
  }
  return RmsNorm(hidden_BTD, parameters_[FinalNorm(config_)].value, config_.rms_norm_eps);
}

const torch::Tensor& Decoder::head() const {
  return (config_.tie_word_embeddings ? parameters_[kEmbedding] : parameters_.back()).value;
}

torch::Tensor Decoder::Logits(const torch::Tensor& hidden) const { return torch::linear(hidden, head()); }

}  // namespace lm

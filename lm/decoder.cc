#include "lm/decoder.h"

#include <cmath>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/random.h"
#include "lm/attention.h"
#include "lm/feed_forward.h"
#include "lm/norm.h"
#include "lm/recomputation.h"
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

// One layer's queries [B, T, H, d], keys and values [B, T, K, d], queries and keys turned by their positions.
struct Heads {
  torch::Tensor query, key, value;
};

Heads ProjectHeads(const ModelConfig& config, const RotaryTables& rotary, const Parameter* layer,
                   const torch::Tensor& x_BTD) {
  const int64_t queries = config.num_heads, keys = config.num_kv_heads;
  // One product for all three: the weights are small beside the activations.
  const torch::Tensor weight = torch::cat({layer[kQuery].value, layer[kKey].value, layer[kValue].value});
  const torch::Tensor heads_BTHd = torch::linear(x_BTD, weight).unflatten(-1, {queries + 2 * keys, config.head_dim});
  const auto parts = heads_BTHd.split_with_sizes({queries + keys, keys}, 2);
  const auto turned = Rotate(parts[0], rotary).split_with_sizes({queries, keys}, 2);
  return {turned[0], turned[1], parts[1]};
}

// One layer; `attend` gives [B, T, H * d].
torch::Tensor RunLayer(const ModelConfig& config, const RotaryTables& rotary, const Parameter* layer,
                       const torch::Tensor& input_BTD, absl::FunctionRef<torch::Tensor(const Heads&)> attend) {
  const double eps = config.rms_norm_eps;
  const torch::Tensor normed_BTD = RmsNorm(input_BTD, layer[kInputNorm].value, eps);
  const torch::Tensor mixed_BTD = attend(ProjectHeads(config, rotary, layer, normed_BTD));
  const torch::Tensor hidden_BTD = input_BTD + torch::linear(mixed_BTD, layer[kOutput].value);
  return hidden_BTD + FeedForward(RmsNorm(hidden_BTD, layer[kAttentionNorm].value, eps), layer[kGate].value,
                                  layer[kUp].value, layer[kDown].value);
}

// The same over a whole row, nothing of it kept for the backward pass but its input.
torch::Tensor RecomputedLayer(const ModelConfig& config, const RotaryTables& rotary, const AttentionPattern& pattern,
                              const Parameter* layer, const torch::Tensor& input_BTD) {
  std::vector<torch::Tensor> inputs = {input_BTD};
  for (int k = 0; k < kLayerParameters; ++k) inputs.push_back(layer[k].value);
  // Owns what it needs: the backward pass may come when the forward pass's variables are gone.
  const auto block = [config, rotary, pattern](const std::vector<torch::Tensor>& inputs) {
    std::vector<Parameter> parameters;
    for (int k = 0; k < kLayerParameters; ++k) parameters.push_back({"", inputs[1 + k]});
    return RunLayer(config, rotary, parameters.data(), inputs[0],
                    [&pattern](const Heads& heads) { return Attend(heads.query, heads.key, heads.value, pattern); });
  };
  return Recomputed(block, inputs);
}

// From token ids to hidden states after the last norm; `run_layer` takes a layer's input to its output, [B, T, D].
torch::Tensor RunLayers(const ModelConfig& config, const std::vector<Parameter>& parameters,
                        const torch::Tensor& ids_BT, const torch::Tensor& positions_BT,
                        absl::FunctionRef<torch::Tensor(int64_t i, const Parameter* layer, const RotaryTables& rotary,
                                                        const torch::Tensor& input_BTD)>
                            run_layer) {
  ObeyThreadLimit();
  torch::Tensor hidden_BTD = torch::embedding(parameters[kEmbedding].value, ids_BT);
  const RotaryTables rotary = MakeRotaryTables(config, positions_BT, hidden_BTD.scalar_type());
  for (int64_t i = 0; i < config.num_layers; ++i) {
    hidden_BTD = run_layer(i, &parameters[kFirstLayer + i * kLayerParameters], rotary, hidden_BTD);
  }
  return RmsNorm(hidden_BTD, parameters[FinalNorm(config)].value, config.rms_norm_eps);
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

torch::Tensor Decoder::Forward(const DecoderInput& input, KeyValueCache* cache) const {
  SAMI_CHECK(input.ids_BT.dim() == 2 && input.positions_BT.sizes() == input.ids_BT.sizes() &&
             input.segments_BT.sizes() == input.ids_BT.sizes());
  const AttentionPattern pattern = MakeAttentionPattern(input.segments_BT, config_.num_heads, config_.num_kv_heads,
                                                        parameters_[kEmbedding].value.scalar_type());
  const bool recompute = recompute_ && cache == nullptr && torch::GradMode::is_enabled();
  const auto run_layer = [&](int64_t i, const Parameter* layer, const RotaryTables& rotary,
                             const torch::Tensor& input_BTD) {
    if (recompute) return RecomputedLayer(config_, rotary, pattern, layer, input_BTD);
    return RunLayer(config_, rotary, layer, input_BTD, [&](const Heads& heads) {
      if (cache != nullptr) cache->FillNewRows(i, heads.key, heads.value);
      return Attend(heads.query, heads.key, heads.value, pattern);
    });
  };
  return RunLayers(config_, parameters_, input.ids_BT, input.positions_BT, run_layer);
}

torch::Tensor Decoder::Step(const torch::Tensor& ids_B, KeyValueCache& cache) const {
  SAMI_CHECK(ids_B.dim() == 1 && ids_B.size(0) == cache.rows());
  const torch::Tensor positions_B = torch::tensor(cache.lengths(), torch::kInt64).to(ids_B.device());
  std::vector<int64_t> seen = cache.lengths();
  for (int64_t& length : seen) ++length;
  const auto run_layer = [&](int64_t i, const Parameter* layer, const RotaryTables& rotary,
                             const torch::Tensor& input_BTD) {
    return RunLayer(config_, rotary, layer, input_BTD, [&](const Heads& heads) {
      cache.Append(i, heads.key.squeeze(1), heads.value.squeeze(1));
      return AttendCached(heads.query.squeeze(1), cache.keys(i), cache.values(i), seen).unsqueeze(1);
    });
  };
  const torch::Tensor hidden_BTD =
      RunLayers(config_, parameters_, ids_B.unsqueeze(1), positions_B.unsqueeze(1), run_layer);
  cache.Advance();
  return hidden_BTD.squeeze(1);
}

const torch::Tensor& Decoder::head() const {
  return (config_.tie_word_embeddings ? parameters_[kEmbedding] : parameters_.back()).value;
}

torch::Tensor Decoder::Logits(const torch::Tensor& hidden) const { return torch::linear(hidden, head()); }

}  // namespace lm

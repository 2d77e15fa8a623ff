// Test models and texts, small and random, for the tests of this room.
#ifndef LM_TESTING_TEST_MODEL_H_
#define LM_TESTING_TEST_MODEL_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/jsonl.h"
#include "base/random.h"
#include "lm/model/adapter.h"
#include "lm/model/decoder.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

// Awkward on purpose: nothing equals anything else, so that no transposed or mixed-up weight fits by chance.
inline ModelConfig TinyConfig(bool tied = true) {
  ModelConfig config;
  config.vocab_size = 29;
  config.hidden_size = 14;
  config.intermediate_size = 20;
  config.num_layers = 2;
  config.num_heads = 4;
  config.num_kv_heads = 2;
  config.head_dim = 6;
  config.max_positions = 64;
  config.initializer_range = 0.5;  // large enough for attention and gates to matter
  config.tie_word_embeddings = tied;
  return config;
}

inline Decoder TinyModel(torch::Dtype dtype, bool tied = true, uint64_t seed = 1) {
  const Decoder random = Decoder::Random(TinyConfig(tied), seed);
  std::vector<Parameter> parameters;
  for (const Parameter& parameter : random.parameters()) {
    // Norms that are not 1, so that a forgotten one is noticed.
    const bool norm = parameter.value.dim() == 1;
    const torch::Tensor value = norm ? torch::linspace(0.5, 1.5, parameter.value.numel()) : parameter.value;
    parameters.push_back({parameter.name, value.to(dtype)});
  }
  return Decoder(random.config(), std::move(parameters));
}

// The model with its adapter in its weights.
inline Decoder Merged(const Decoder& model) {
  std::vector<Parameter> parameters = model.parameters();
  for (size_t i = 0; i < parameters.size(); ++i) parameters[i].value = MergedWeight(model, i, parameters[i].value);
  return Decoder(model.config(), std::move(parameters));
}

// A config of each family with all that it has: windows of 5 in some layers, and in turn every kind of scaling, layers
// without positions, caps and multipliers that matter. 29 tokens, 4 layers, heads of 6.
inline ModelConfig TinyConfigOf(const FamilyTraits& traits) {
  base::Json json = {{"model_type", traits.name},     {"vocab_size", 29},        {"hidden_size", 24},
                     {"intermediate_size", 20},       {"num_hidden_layers", 4},  {"num_attention_heads", 4},
                     {"max_position_embeddings", 64}, {"initializer_range", 0.4}};
  if (traits.family != Family::kGptNeox) json.update({{"num_key_value_heads", 2}, {"head_dim", 6}});
  if (traits.windows != WindowRule::kNone) json["sliding_window"] = 5;
  switch (traits.family) {
    case Family::kLlama:
      json.update({{"attention_bias", true}, {"mlp_bias", true}});
      break;
    case Family::kQwen2:
      json["rope_scaling"] = {{"type", "yarn"}, {"factor", 4}, {"original_max_position_embeddings", 16}};
      json.update({{"use_sliding_window", true}, {"max_window_layers", 2}});
      break;
    case Family::kQwen3Moe:
      json.update({{"num_experts", 5},
                   {"num_experts_per_tok", 3},
                   {"moe_intermediate_size", 7},
                   {"mlp_only_layers", {1}},
                   {"use_sliding_window", true}});
      break;
    case Family::kMixtral:
      json.update({{"num_local_experts", 3}, {"sliding_window", nullptr}});
      break;
    case Family::kGemma2:
      json.update({{"attn_logit_softcapping", 2.0}, {"final_logit_softcapping", 3.0}, {"query_pre_attn_scalar", 9}});
      break;
    case Family::kGemma3:
      json.update({{"sliding_window_pattern", 3}, {"query_pre_attn_scalar", 9}, {"rope_local_base_freq", 50}});
      break;
    case Family::kSmolLm3:
      json.update({{"no_rope_layers", {1, 0, 1, 0}}, {"use_sliding_window", true}});
      break;
    case Family::kPhi3:
      json["rope_scaling"] = {{"type", "longrope"}, {"short_factor", {1, 1.2}}, {"long_factor", {2.5, 4}}};
      json.update({{"partial_rotary_factor", 0.7}, {"original_max_position_embeddings", 16}});
      break;
    case Family::kGptNeox:
      json["rotary_pct"] = 0.4;
      break;
    case Family::kGranite:
      json.update({{"attention_multiplier", 0.3},
                   {"embedding_multiplier", 2.0},
                   {"residual_multiplier", 0.4},
                   {"logits_scaling", 1.5}});
      break;
    case Family::kMinistral:
      json["layer_types"] = {"full_attention", "sliding_attention", "full_attention", "sliding_attention"};
      break;
    default:
      break;
  }
  const absl::StatusOr<ModelConfig> config = ParseModelConfig(json.dump(), traits.name);
  SAMI_CHECK(config.ok()) << config.status().message();
  return *config;
}

// A model of that config, all parameters random, biases and norms too.
inline Decoder RandomModelOf(const ModelConfig& config, torch::Dtype dtype) {
  std::vector<Parameter> parameters;
  for (const ParameterShape& shape : ParameterShapes(config)) {
    base::RandomStream stream(1, "lm/testing/" + shape.name);
    const torch::Tensor value = torch::empty(shape.shape, torch::kFloat64);
    for (int64_t i = 0; i < value.numel(); ++i) value.data_ptr<double>()[i] = 0.4 * stream.Normal();
    parameters.push_back({shape.name, (shape.shape.size() == 1 ? value + 1 : value).to(dtype)});
  }
  return Decoder(config, std::move(parameters));
}

inline TokenIds RandomTokens(int64_t length, base::RandomStream& stream, int64_t vocab_size = 29) {
  TokenIds ids(length);
  for (int32_t& id : ids) id = static_cast<int32_t>(stream.Below(vocab_size));
  return ids;
}

// A row of its own, in one segment, from position 0.
inline DecoderInput PlainInput(const TokenIds& ids) {
  const torch::Tensor ids_BT = torch::tensor(ids).to(torch::kInt64).unsqueeze(0);
  return {ids_BT, torch::arange(static_cast<int64_t>(ids.size())).unsqueeze(0), torch::zeros_like(ids_BT)};
}

}  // namespace lm

#endif  // LM_TESTING_TEST_MODEL_H_

#include <cmath>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "lm/config/config.h"

namespace lm {
namespace {

using base::Json;

// No token is null.
Json TokenIdJson(int32_t id) { return id < 0 ? Json(nullptr) : Json(id); }

// A class of transformers 5 may want an integer where it could be one.
Json WholeIfItIs(double value) {
  const bool is_whole = std::abs(value) < 1e15 && std::floor(value) == value;
  return is_whole ? Json(static_cast<int64_t>(value)) : Json(value);
}

Json NumberOrNull(double value) { return value > 0 ? Json(value) : Json(nullptr); }

Json RopeScalingJson(const RopeScaling& scaling) {
  Json json;
  switch (scaling.type) {
    case RopeScaling::kLinear:
      return {{"rope_type", "linear"}, {"factor", scaling.factor}};
    case RopeScaling::kDynamic:
      return {{"rope_type", "dynamic"}, {"factor", scaling.factor}};
    case RopeScaling::kLlama3:
      return {{"rope_type", "llama3"},
              {"factor", scaling.factor},
              {"low_freq_factor", scaling.low_freq_factor},
              {"high_freq_factor", scaling.high_freq_factor},
              {"original_max_position_embeddings", scaling.original_max_positions}};
    case RopeScaling::kYarn:
      json = {{"rope_type", "yarn"},
              {"factor", scaling.factor},
              {"beta_fast", scaling.beta_fast},
              {"beta_slow", scaling.beta_slow},
              {"original_max_position_embeddings", scaling.original_max_positions}};
      if (!scaling.truncate) json["truncate"] = false;
      break;
    case RopeScaling::kLongrope:
      // Phi-3's class of transformers 4 wants these three by these names alone, and the rest elsewhere.
      json = {{"type", "longrope"}, {"short_factor", scaling.short_factors}, {"long_factor", scaling.long_factors}};
      break;
  }
  if (scaling.attention_factor) json["attention_factor"] = *scaling.attention_factor;
  return json;
}

// As in rope_parameters.
Json RopeJson(const Rope& rope) {
  Json json = rope.scaling ? RopeScalingJson(*rope.scaling) : Json{{"rope_type", "default"}};
  json["rope_theta"] = rope.theta;
  if (rope.scaling && rope.scaling->type == RopeScaling::kLongrope) {
    json["original_max_position_embeddings"] = rope.scaling->original_max_positions;
  }
  return json;
}

const char* ActivationName(Activation activation) {
  switch (activation) {
    case Activation::kSilu:
      break;
    case Activation::kGelu:
      return "gelu";
    case Activation::kGeluTanh:
      return "gelu_pytorch_tanh";
  }
  return "silu";
}

void AddRope(const ModelConfig& config, const FamilyTraits& traits, Json& json) {
  const bool is_neox = config.family == Family::kGptNeox;
  json[is_neox ? "rotary_emb_base" : "rope_theta"] = config.rope.theta;
  json["rope_scaling"] = config.rope.scaling ? RopeScalingJson(*config.rope.scaling) : Json(nullptr);
  if (config.rope.scaling && config.rope.scaling->type == RopeScaling::kLongrope) {
    json["original_max_position_embeddings"] = config.rope.scaling->original_max_positions;
  }
  if (traits.has_partial_rotary) {
    // A share whose product is rounded down to rotary_dim again.
    const auto turned = static_cast<double>(RotaryDim(config)), dim = static_cast<double>(config.head_dim);
    const bool is_exact = std::floor(dim * (turned / dim)) == turned;
    json[is_neox ? "rotary_pct" : "partial_rotary_factor"] = is_exact ? turned / dim : (turned + 0.25) / dim;
  }
  if (!config.sliding_rope) return;
  // transformers 4 reads the keys above, with those of Gemma 3's; 5 these.
  if (config.family == Family::kGemma3) json["rope_local_base_freq"] = config.sliding_rope->theta;
  json["rope_parameters"] = {{"full_attention", RopeJson(config.rope)},
                             {"sliding_attention", RopeJson(*config.sliding_rope)}};
}

void AddLayers(const ModelConfig& config, const FamilyTraits& traits, Json& json) {
  const bool has_window = config.sliding_window > 0;
  int64_t first = config.num_layers;  // of those that slide
  Json types = Json::array(), rotates = Json::array(), dense = Json::array();
  for (int64_t i = config.num_layers; i-- > 0;) {
    if (KindOf(config, i).slides) first = i;
  }
  for (int64_t i = 0; i < config.num_layers; ++i) {
    const LayerKind kind = KindOf(config, i);
    types.push_back(kind.slides ? "sliding_attention" : "full_attention");
    rotates.push_back(kind.rotates ? 1 : 0);
    if (!kind.has_experts) dense.push_back(i);
  }
  if (traits.windows != WindowRule::kNone) {
    // Where layer_types says which layers slide, classes of transformers want a window though none does.
    const bool may_be_null = !traits.reads_layer_types || traits.windows == WindowRule::kFromMaxWindowLayers ||
                             traits.windows == WindowRule::kLayersWithoutRope;
    json["sliding_window"] = has_window    ? Json(config.sliding_window)
                             : may_be_null ? Json(nullptr)
                                           : Json(traits.window);
  }
  if (traits.windows == WindowRule::kEveryLayerIfUsed || traits.windows == WindowRule::kFromMaxWindowLayers ||
      traits.windows == WindowRule::kLayersWithoutRope) {
    json["use_sliding_window"] = has_window;
  }
  if (traits.windows == WindowRule::kFromMaxWindowLayers) json["max_window_layers"] = first;
  if (traits.reads_layer_types) json["layer_types"] = types;
  if (traits.has_nope_layers) json["no_rope_layers"] = rotates;
  if (traits.has_sparse_step) {
    json["mlp_only_layers"] = dense;
    json["decoder_sparse_step"] = 1;
  }
}

void AddExperts(const ModelConfig& config, const FamilyTraits& traits, Json& json) {
  if (traits.experts_count == 0) return;
  json["num_experts_per_tok"] = config.experts_per_token;
  json[traits.has_sparse_step ? "num_experts" : "num_local_experts"] = config.num_experts;
  json["router_aux_loss_coef"] = config.router_aux_loss_coef;
  if (traits.has_sparse_step) {
    json["moe_intermediate_size"] = ExpertSize(config);
    json["norm_topk_prob"] = config.normalizes_routes;
  } else {
    json["router_jitter_noise"] = 0.0;
  }
}

// What only some families have.
void AddFamilyFields(const ModelConfig& config, const FamilyTraits& traits, Json& json) {
  AddRope(config, traits, json);
  AddLayers(config, traits, json);
  AddExperts(config, traits, json);
  if (traits.biases == BiasRule::kAttention || traits.biases == BiasRule::kLlama ||
      traits.biases == BiasRule::kNetworkToo) {
    json["attention_bias"] = config.qkv_bias;
  }
  if (traits.biases == BiasRule::kLlama) json["mlp_bias"] = config.mlp_bias;
  if (traits.has_multipliers) {
    json["attention_multiplier"] = AttentionScale(config);
    json["embedding_multiplier"] = config.embedding_multiplier;
    json["residual_multiplier"] = config.residual_multiplier;
    json["logits_scaling"] = config.logits_divisor;
  }
  if (traits.has_softcaps) {
    json["attn_logit_softcapping"] = NumberOrNull(config.attention_softcap);
    json["final_logit_softcapping"] = NumberOrNull(config.final_softcap);
    json["query_pre_attn_scalar"] =
        config.query_pre_attn_scalar > 0 ? WholeIfItIs(config.query_pre_attn_scalar) : Json(config.head_dim);
  }
  if (config.family == Family::kGptNeox) {
    json["use_parallel_residual"] = config.parallel_residual;
  } else {
    json["head_dim"] = config.head_dim;
    json["num_key_value_heads"] = config.num_kv_heads;
  }
}

}  // namespace

const char* StorageTypeName(StorageType storage) {
  switch (storage) {
    case StorageType::kFloat32:
      break;
    case StorageType::kBfloat16:
      return "bfloat16";
    case StorageType::kFloat16:
      return "float16";
  }
  return "float32";
}

std::string ModelConfigToJson(const ModelConfig& config) {
  const FamilyTraits& traits = TraitsOf(config.family);
  Json eos = config.eos_ids;
  if (config.eos_ids.empty()) eos = nullptr;
  if (config.eos_ids.size() == 1) eos = config.eos_ids[0];
  Json json = {{"architectures", {traits.architecture}},
               {"attention_dropout", 0.0},
               {"bos_token_id", TokenIdJson(config.bos_id)},
               {"eos_token_id", eos},
               {traits.activation_key, ActivationName(config.activation)},
               {"hidden_size", config.hidden_size},
               {"initializer_range", config.initializer_range},
               {"intermediate_size", config.intermediate_size},
               {"max_position_embeddings", config.max_positions},
               {"model_type", traits.name},
               {"num_attention_heads", config.num_heads},
               {"num_hidden_layers", config.num_layers},
               {"pad_token_id", TokenIdJson(config.pad_id)},
               {traits.eps_key, config.norm_eps},
               {"tie_word_embeddings", config.tie_word_embeddings},
               {"torch_dtype", StorageTypeName(config.storage)},
               {"use_cache", true},
               {"vocab_size", config.vocab_size}};
  AddFamilyFields(config, traits, json);
  return json.dump(2) + "\n";
}

}  // namespace lm

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "lm/config/config.h"

namespace lm {
namespace {

using base::Json;

const char* Architecture(Family family) {
  switch (family) {
    case Family::kLlama:
      break;
    case Family::kMistral:
      return "MistralForCausalLM";
    case Family::kQwen2:
      return "Qwen2ForCausalLM";
    case Family::kMixtral:
      return "MixtralForCausalLM";
  }
  return "LlamaForCausalLM";
}

// No token is null.
Json TokenIdJson(int32_t id) { return id < 0 ? Json(nullptr) : Json(id); }

Json RopeScalingJson(const RopeScaling& scaling) {
  if (scaling.type == RopeScaling::kLinear) return {{"rope_type", "linear"}, {"factor", scaling.factor}};
  if (scaling.type == RopeScaling::kDynamic) return {{"rope_type", "dynamic"}, {"factor", scaling.factor}};
  return {{"rope_type", "llama3"},
          {"factor", scaling.factor},
          {"low_freq_factor", scaling.low_freq_factor},
          {"high_freq_factor", scaling.high_freq_factor},
          {"original_max_position_embeddings", scaling.original_max_positions}};
}

// What only some families have.
void AddFamilyFields(const ModelConfig& config, Json& json) {
  if (config.family == Family::kLlama) {
    json["attention_bias"] = config.qkv_bias;
    json["mlp_bias"] = config.mlp_bias;
    return;
  }
  if (config.family == Family::kQwen2) {
    json["sliding_window"] = nullptr;
    json["use_sliding_window"] = false;
    return;
  }
  json["sliding_window"] = config.sliding_window > 0 ? Json(config.sliding_window) : Json(nullptr);
  if (config.family == Family::kMistral) return;
  json["num_experts_per_tok"] = config.experts_per_token;
  json["num_local_experts"] = config.num_experts;
  json["router_aux_loss_coef"] = config.router_aux_loss_coef;
  json["router_jitter_noise"] = 0.0;
}

}  // namespace

const char* FamilyName(Family family) {
  switch (family) {
    case Family::kLlama:
      break;
    case Family::kMistral:
      return "mistral";
    case Family::kQwen2:
      return "qwen2";
    case Family::kMixtral:
      return "mixtral";
  }
  return "llama";
}

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
  Json eos = config.eos_ids;
  if (config.eos_ids.empty()) eos = nullptr;
  if (config.eos_ids.size() == 1) eos = config.eos_ids[0];
  Json json = {{"architectures", {Architecture(config.family)}},
               {"attention_dropout", 0.0},
               {"bos_token_id", TokenIdJson(config.bos_id)},
               {"eos_token_id", eos},
               {"head_dim", config.head_dim},
               {"hidden_act", "silu"},
               {"hidden_size", config.hidden_size},
               {"initializer_range", config.initializer_range},
               {"intermediate_size", config.intermediate_size},
               {"max_position_embeddings", config.max_positions},
               {"model_type", FamilyName(config.family)},
               {"num_attention_heads", config.num_heads},
               {"num_hidden_layers", config.num_layers},
               {"num_key_value_heads", config.num_kv_heads},
               {"pad_token_id", TokenIdJson(config.pad_id)},
               {"rms_norm_eps", config.rms_norm_eps},
               {"rope_scaling", config.rope_scaling ? RopeScalingJson(*config.rope_scaling) : Json(nullptr)},
               {"rope_theta", config.rope_theta},
               {"tie_word_embeddings", config.tie_word_embeddings},
               {"torch_dtype", StorageTypeName(config.storage)},
               {"use_cache", true},
               {"vocab_size", config.vocab_size}};
  AddFamilyFields(config, json);
  return json.dump(2) + "\n";
}

}  // namespace lm

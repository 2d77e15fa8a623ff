#include "lm/config/config.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/config/config_reader.h"

namespace lm {
namespace {

using base::Json;

constexpr int64_t kMaxLayers = 10000;
// Of all layers together: each has weights with names, which are listed before anything is read. Kimi K2 has 23,000.
constexpr int64_t kMaxExperts = 200000;

absl::StatusOr<const FamilyTraits*> ParseFamily(const Fields& fields) {
  ASSIGN_OR_RETURN(const std::string name, fields.StringOr("model_type", ""));
  if (name.empty()) return fields.Invalid("model_type", "is missing");
  std::vector<std::string> names;
  for (const FamilyTraits& traits : Families()) {
    if (name == traits.name) return &traits;
    names.push_back(absl::StrCat("\"", traits.name, "\""));
  }
  return fields.Unsupported("model_type", absl::StrCat("one of the families ", absl::StrJoin(names, ", ")));
}

absl::Status ParseSizes(const Fields& fields, const FamilyTraits& traits, ModelConfig* config) {
  ASSIGN_OR_RETURN(config->vocab_size, fields.Size("vocab_size"));
  ASSIGN_OR_RETURN(config->hidden_size, fields.Size("hidden_size"));
  ASSIGN_OR_RETURN(config->intermediate_size, fields.Size("intermediate_size"));
  ASSIGN_OR_RETURN(config->num_layers, fields.Size("num_hidden_layers", kMaxLayers));
  ASSIGN_OR_RETURN(config->num_heads, fields.Size("num_attention_heads"));
  ASSIGN_OR_RETURN(config->max_positions, fields.Size("max_position_embeddings"));
  // Null is not as good as absent: it means as many as heads.
  const char* const kv_heads = "num_key_value_heads";
  const bool has_default = fields.IsAbsent(kv_heads) && traits.kv_heads > 0;
  ASSIGN_OR_RETURN(config->num_kv_heads, fields.SizeOr(kv_heads, has_default ? traits.kv_heads : config->num_heads));
  if (traits.family == Family::kGptNeox && config->num_kv_heads != config->num_heads) {
    return fields.Unsupported(kv_heads, "num_attention_heads in a gpt_neox model");
  }
  if (config->num_heads % config->num_kv_heads != 0) {
    return fields.Invalid(kv_heads, absl::StrCat("must divide num_attention_heads, and ", config->num_kv_heads,
                                                 " does not divide ", config->num_heads));
  }
  // GPT-NeoX's class knows no such key.
  const char* const head_dim = traits.family == Family::kGptNeox ? "" : "head_dim";
  if (fields.IsAbsent(head_dim) && traits.head_dim > 0) {
    config->head_dim = traits.head_dim;
    return absl::OkStatus();
  }
  if (fields.Find(head_dim) == nullptr && config->hidden_size % config->num_heads != 0) {
    return fields.Invalid("hidden_size", absl::StrCat("must be a multiple of num_attention_heads when there is no "
                                                      "head_dim, and ",
                                                      config->hidden_size, " is none of ", config->num_heads));
  }
  ASSIGN_OR_RETURN(config->head_dim, fields.SizeOr(head_dim, config->hidden_size / config->num_heads));
  if (config->head_dim % 2 != 0) {
    return fields.Invalid("head_dim", absl::StrCat("must be even for rotary positions, and is ", config->head_dim));
  }
  return absl::OkStatus();
}

absl::Status ParseBiases(const Fields& fields, const FamilyTraits& traits, ModelConfig* config) {
  switch (traits.biases) {
    case BiasRule::kNone:
      return absl::OkStatus();
    case BiasRule::kQkvAlways:
      config->qkv_bias = true;
      return absl::OkStatus();
    case BiasRule::kAttention:
      break;
    case BiasRule::kLlama: {
      ASSIGN_OR_RETURN(config->mlp_bias, fields.BoolOr("mlp_bias", false));
      break;
    }
    case BiasRule::kNetworkToo:
      config->mlp_bias = true;
      break;
  }
  ASSIGN_OR_RETURN(config->qkv_bias, fields.BoolOr("attention_bias", traits.biases == BiasRule::kNetworkToo));
  config->output_bias = config->qkv_bias;
  return absl::OkStatus();
}

absl::Status ParseExperts(const Fields& fields, const FamilyTraits& traits, ModelConfig* config) {
  if (traits.experts_count == 0) return absl::OkStatus();
  // transformers 4 has another name for it in Qwen3-MoE.
  const bool is_older = traits.has_sparse_step && fields.Find("num_experts") != nullptr;
  const char* const count = is_older ? "num_experts" : "num_local_experts";
  fields.Find("num_local_experts");
  ASSIGN_OR_RETURN(config->num_experts, fields.SizeOr(count, traits.experts_count));
  ASSIGN_OR_RETURN(config->experts_per_token, fields.SizeOr("num_experts_per_tok", traits.experts_per_token));
  if (config->num_experts > kMaxExperts / config->num_layers) {
    return fields.Invalid(count, absl::StrCat("is ", config->num_experts, ", and a model of ", config->num_layers,
                                              " layers may have at most ", kMaxExperts / config->num_layers));
  }
  if (config->experts_per_token > config->num_experts) {
    return fields.Invalid("num_experts_per_tok", absl::StrCat("is ", config->experts_per_token, ", more than ", count,
                                                              ", ", config->num_experts));
  }
  ASSIGN_OR_RETURN(config->router_aux_loss_coef, fields.NumberOr("router_aux_loss_coef", 0, 0.001));
  if (!traits.has_sparse_step) return absl::OkStatus();
  ASSIGN_OR_RETURN(config->expert_size, fields.SizeOr("moe_intermediate_size", 768));
  ASSIGN_OR_RETURN(config->normalizes_routes, fields.BoolOr("norm_topk_prob", false));
  return absl::OkStatus();
}

absl::Status ParseActivation(const Fields& fields, const FamilyTraits& traits, ModelConfig* config) {
  // Gemma's class reads "hidden_activation" alone, of which older files have a wrong twin.
  if (absl::string_view(traits.activation_key) != "hidden_act") fields.Find("hidden_act");
  ASSIGN_OR_RETURN(const std::string name, fields.StringOr(traits.activation_key, ""));
  config->activation = traits.activation;
  if (name.empty()) return absl::OkStatus();
  constexpr std::pair<const char*, Activation> kNames[] = {{"silu", Activation::kSilu},
                                                           {"swish", Activation::kSilu},
                                                           {"gelu", Activation::kGelu},
                                                           {"gelu_pytorch_tanh", Activation::kGeluTanh},
                                                           {"gelu_new", Activation::kGeluTanh}};
  for (const auto& [known, activation] : kNames) {
    if (name != known) continue;
    config->activation = activation;
    return absl::OkStatus();
  }
  return fields.Unsupported(traits.activation_key, "\"silu\", \"gelu\", \"gelu_pytorch_tanh\" or \"gelu_new\"");
}

// A cap: absent, it has its default; null, there is none.
absl::StatusOr<double> ParseCap(const Fields& fields, const char* key, double fallback) {
  if (fields.IsWrittenAsNull(key)) return 0;
  ASSIGN_OR_RETURN(const double cap, fields.NumberOr(key, 0, fallback));
  return cap;
}

absl::Status ParseMultipliers(const Fields& fields, const FamilyTraits& traits, ModelConfig* config) {
  const auto positive = [&](const char* key) -> absl::StatusOr<double> {
    ASSIGN_OR_RETURN(const double value, fields.NumberOr(key, 0, 1));
    return value > 0 ? absl::StatusOr<double>(value) : fields.Wrong(key, "a number > 0");
  };
  if (traits.has_multipliers) {
    ASSIGN_OR_RETURN(config->attention_multiplier, positive("attention_multiplier"));
    ASSIGN_OR_RETURN(config->embedding_multiplier, positive("embedding_multiplier"));
    ASSIGN_OR_RETURN(config->residual_multiplier, positive("residual_multiplier"));
    ASSIGN_OR_RETURN(config->logits_divisor, positive("logits_scaling"));
  }
  if (traits.scales_embedding) {
    config->embedding_multiplier = std::sqrt(static_cast<double>(config->hidden_size));
  }
  if (!traits.has_softcaps) return absl::OkStatus();
  const double attention_default = traits.caps_attention ? 50 : 0, final_default = traits.caps_attention ? 30 : 0;
  ASSIGN_OR_RETURN(const double attention_cap, ParseCap(fields, "attn_logit_softcapping", attention_default));
  if (traits.caps_attention) config->attention_softcap = attention_cap;
  ASSIGN_OR_RETURN(config->final_softcap, ParseCap(fields, "final_logit_softcapping", final_default));
  ASSIGN_OR_RETURN(config->query_pre_attn_scalar, fields.NumberOr("query_pre_attn_scalar", 1e-6, 256));
  return absl::OkStatus();
}

absl::StatusOr<int32_t> ParseTokenId(const Fields& fields, const char* key, const Json& value, int64_t vocab_size) {
  if (!value.is_number_integer() || value.get<int64_t>() < 0 || value.get<int64_t>() >= vocab_size) {
    return fields.Wrong(key, absl::StrCat("a token id from 0 to ", vocab_size - 1));
  }
  return value.get<int32_t>();
}

// The default holds where the key is absent (as for transformers); null and -1 mean that there is none.
absl::StatusOr<int32_t> ParseTokenIdOr(const Fields& fields, const char* key, int32_t fallback, int64_t vocab_size) {
  const Json* value = fields.Find(key);
  if (value == nullptr) return fields.IsWrittenAsNull(key) || fallback >= vocab_size ? -1 : fallback;
  if (*value == -1) return -1;
  return ParseTokenId(fields, key, *value, vocab_size);
}

absl::Status ParseTokenIds(const Fields& fields, const FamilyTraits& traits, ModelConfig* config) {
  ASSIGN_OR_RETURN(config->bos_id, ParseTokenIdOr(fields, "bos_token_id", traits.bos, config->vocab_size));
  ASSIGN_OR_RETURN(config->pad_id, ParseTokenIdOr(fields, "pad_token_id", traits.pad, config->vocab_size));
  const Json* eos = fields.Find("eos_token_id");
  if (eos != nullptr && eos->is_array()) {
    for (const Json& element : *eos) {
      ASSIGN_OR_RETURN(const int32_t id, ParseTokenId(fields, "eos_token_id", element, config->vocab_size));
      config->eos_ids.push_back(id);
    }
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const int32_t id, ParseTokenIdOr(fields, "eos_token_id", traits.eos, config->vocab_size));
  if (id >= 0) config->eos_ids.push_back(id);
  return absl::OkStatus();
}

absl::Status ParseStorage(const Fields& fields, ModelConfig* config) {
  // "dtype" since transformers 4.56.
  const char* const key =
      fields.Find("torch_dtype") == nullptr && fields.Find("dtype") != nullptr ? "dtype" : "torch_dtype";
  fields.Find("dtype");
  config->has_storage = fields.Find(key) != nullptr && *fields.Find(key) != "auto";
  if (!config->has_storage) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string name, fields.StringOr(key, ""));
  for (const StorageType storage : {StorageType::kFloat32, StorageType::kBfloat16, StorageType::kFloat16}) {
    // "torch.bfloat16" in files of some trainers.
    if (absl::StripPrefix(name, "torch.") != StorageTypeName(storage)) continue;
    config->storage = storage;
    return absl::OkStatus();
  }
  return fields.Unsupported(key, "\"float32\", \"bfloat16\" or \"float16\"");
}

}  // namespace

LayerKind KindOf(const ModelConfig& config, int64_t index) {
  if (!config.layers.empty()) return config.layers[index];
  return {config.sliding_window > 0, /*rotates=*/true, config.num_experts > 0};
}

const Rope& RopeOf(const ModelConfig& config, const LayerKind& layer) {
  return layer.slides && config.sliding_rope ? *config.sliding_rope : config.rope;
}

double AttentionScale(const ModelConfig& config) {
  if (config.attention_multiplier > 0) return config.attention_multiplier;
  const double scalar =
      config.query_pre_attn_scalar > 0 ? config.query_pre_attn_scalar : static_cast<double>(config.head_dim);
  return 1 / std::sqrt(scalar);
}

int64_t ExpertSize(const ModelConfig& config) {
  return config.expert_size > 0 ? config.expert_size : config.intermediate_size;
}

int64_t RotaryDim(const ModelConfig& config) { return config.rotary_dim > 0 ? config.rotary_dim : config.head_dim; }

int64_t CommonWindow(const ModelConfig& config) {
  for (int64_t i = 0; i < config.num_layers; ++i) {
    if (!KindOf(config, i).slides) return 0;
  }
  return config.sliding_window;
}

absl::StatusOr<ModelConfig> ParseModelConfig(absl::string_view json, absl::string_view where) {
  ASSIGN_OR_RETURN(const Json object, base::ParseJson(json, where));
  if (!object.is_object()) return absl::InvalidArgumentError(absl::StrCat(where, ": not a JSON object"));
  const Fields fields(object, where, "");
  ASSIGN_OR_RETURN(const FamilyTraits* const family, ParseFamily(fields));
  const FamilyTraits& traits = *family;

  ModelConfig config;
  config.family = traits.family;
  RETURN_IF_ERROR(ParseSizes(fields, traits, &config));
  RETURN_IF_ERROR(ParseBiases(fields, traits, &config));
  RETURN_IF_ERROR(ParseExperts(fields, traits, &config));
  RETURN_IF_ERROR(ParseLayers(fields, traits, &config));
  RETURN_IF_ERROR(ParseRope(fields, where, traits, &config));
  RETURN_IF_ERROR(ParseActivation(fields, traits, &config));
  RETURN_IF_ERROR(ParseMultipliers(fields, traits, &config));
  RETURN_IF_ERROR(ParseTokenIds(fields, traits, &config));
  RETURN_IF_ERROR(ParseStorage(fields, &config));
  ASSIGN_OR_RETURN(config.norm_eps, fields.NumberOr(traits.eps_key, 0, traits.eps));
  ASSIGN_OR_RETURN(config.initializer_range, fields.NumberOr("initializer_range", 0, 0.02));
  ASSIGN_OR_RETURN(config.tie_word_embeddings, fields.BoolOr("tie_word_embeddings", traits.tied));
  if (traits.family == Family::kGptNeox) {
    ASSIGN_OR_RETURN(config.parallel_residual, fields.BoolOr("use_parallel_residual", true));
  }
  RETURN_IF_ERROR(CheckOtherKeys(fields, traits));
  return config;
}

}  // namespace lm

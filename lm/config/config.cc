#include "lm/config/config.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/config/config_fields.h"

namespace lm {
namespace {

using base::Json;

constexpr int64_t kMaxLayers = 10000;

// What a config.json may leave unsaid, by transformers' class.
struct Defaults {
  Family family;
  int64_t kv_heads;  // 0: as many as heads
  double rms_norm_eps, rope_theta;
  int64_t sliding_window;  // 0: none
  int32_t bos_id, eos_id;  // -1: none
};

constexpr Defaults kDefaults[] = {
    {Family::kLlama, 0, 1e-6, 1e4, 0, 1, 2},
    {Family::kMistral, 8, 1e-6, 1e4, 4096, 1, 2},
    {Family::kQwen2, 32, 1e-6, 1e4, 0, -1, -1},
    {Family::kMixtral, 8, 1e-5, 1e6, 0, 1, 2},
};

absl::Status Refuse(const Fields& fields, const char* key) {
  ASSIGN_OR_RETURN(const bool value, fields.BoolOr(key, false));
  return value ? fields.Unsupported(key, "false") : absl::OkStatus();
}

absl::Status ParseBiases(const Fields& fields, ModelConfig* config) {
  config->qkv_bias = config->family == Family::kQwen2;
  if (config->family != Family::kLlama) {
    RETURN_IF_ERROR(Refuse(fields, "attention_bias"));
    return Refuse(fields, "mlp_bias");
  }
  ASSIGN_OR_RETURN(config->qkv_bias, fields.BoolOr("attention_bias", false));
  config->output_bias = config->qkv_bias;
  ASSIGN_OR_RETURN(config->mlp_bias, fields.BoolOr("mlp_bias", false));
  return absl::OkStatus();
}

absl::Status ParseSlidingWindow(const Fields& fields, int64_t fallback, ModelConfig* config) {
  const char* const key = "sliding_window";
  switch (config->family) {
    case Family::kLlama:
      return fields.Find(key) == nullptr ? absl::OkStatus() : fields.Unsupported(key, "null");
    case Family::kQwen2:
      // Which layers' windows are used has changed between versions of transformers.
      return Refuse(fields, "use_sliding_window");
    case Family::kMistral:
    case Family::kMixtral:
      break;
  }
  if (fields.IsWrittenAsNull(key)) return absl::OkStatus();
  ASSIGN_OR_RETURN(config->sliding_window, fields.SizeOr(key, fallback));
  return absl::OkStatus();
}

absl::Status ParseExperts(const Fields& fields, ModelConfig* config) {
  if (config->family != Family::kMixtral) return absl::OkStatus();
  ASSIGN_OR_RETURN(config->num_experts, fields.SizeOr("num_local_experts", 8));
  ASSIGN_OR_RETURN(config->experts_per_token, fields.SizeOr("num_experts_per_tok", 2));
  if (config->experts_per_token > config->num_experts) {
    return fields.Invalid("num_experts_per_tok", absl::StrCat("is ", config->experts_per_token,
                                                              ", more than num_local_experts, ", config->num_experts));
  }
  ASSIGN_OR_RETURN(config->router_aux_loss_coef, fields.NumberOr("router_aux_loss_coef", 0, 0.001));
  ASSIGN_OR_RETURN(const double noise, fields.NumberOr("router_jitter_noise", 0, 0));
  return noise == 0 ? absl::OkStatus() : fields.Unsupported("router_jitter_noise", "0");
}

// Refuses fields that make transformers compute something else than lm/model/decoder.h does.
absl::Status CheckSupported(const Fields& fields) {
  ASSIGN_OR_RETURN(const std::string activation, fields.StringOr("hidden_act", "silu"));
  if (activation != "silu") return fields.Unsupported("hidden_act", "\"silu\"");
  ASSIGN_OR_RETURN(const double dropout, fields.NumberOr("attention_dropout", 0, 0));
  if (dropout != 0) return fields.Unsupported("attention_dropout", "0");
  ASSIGN_OR_RETURN(const double rotary_share, fields.NumberOr("partial_rotary_factor", 0, 1));
  if (rotary_share != 1) return fields.Unsupported("partial_rotary_factor", "1");
  if (fields.Find("quantization_config") != nullptr) return fields.Unsupported("quantization_config", "null");
  if (const Json* types = fields.Find("layer_types"); types != nullptr) {
    if (!types->is_array()) return fields.Wrong("layer_types", "a list");
    for (const Json& type : *types) {
      if (type != "full_attention") return fields.Unsupported("layer_types", "\"full_attention\" for every layer");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<RopeScaling> ParseRopeScaling(const Fields& rope, const char* type_key, const std::string& type) {
  RopeScaling scaling;
  if (type != "llama3" && type != "linear" && type != "dynamic") {
    return rope.Unsupported(type_key, "\"default\", \"linear\", \"dynamic\" or \"llama3\"");
  }
  ASSIGN_OR_RETURN(scaling.factor, rope.Number("factor", 1));
  if (type == "linear") {
    scaling.type = RopeScaling::kLinear;
    return scaling;
  }
  if (type == "dynamic") {
    scaling.type = RopeScaling::kDynamic;
    // Some versions of transformers read it, others max_position_embeddings.
    if (rope.Find("original_max_position_embeddings") != nullptr) {
      return rope.Unsupported("original_max_position_embeddings", "null with dynamic scaling");
    }
    return scaling;
  }
  ASSIGN_OR_RETURN(scaling.low_freq_factor, rope.Number("low_freq_factor", 1e-6));
  ASSIGN_OR_RETURN(scaling.high_freq_factor, rope.Number("high_freq_factor", 1e-6));
  ASSIGN_OR_RETURN(scaling.original_max_positions, rope.Size("original_max_position_embeddings"));
  if (scaling.high_freq_factor <= scaling.low_freq_factor) {
    return rope.Wrong("high_freq_factor", absl::StrCat("greater than low_freq_factor, ", scaling.low_freq_factor));
  }
  return scaling;
}

// Reads rope_theta and the scaling from the two places where they have been written: "rope_theta" and "rope_scaling",
// and since transformers 5 "rope_parameters" for both.
absl::Status ParseRope(const Fields& fields, absl::string_view where, double theta, ModelConfig* config) {
  ASSIGN_OR_RETURN(config->rope_theta, fields.NumberOr("rope_theta", 1, theta));
  for (const char* key : {"rope_scaling", "rope_parameters"}) {
    const Json* value = fields.Find(key);
    if (value == nullptr) continue;
    if (!value->is_object()) return fields.Wrong(key, "null or an object");
    const std::string prefix = absl::StrCat(key, ".");
    const Fields rope(*value, where, prefix);
    ASSIGN_OR_RETURN(config->rope_theta, rope.NumberOr("rope_theta", 1, config->rope_theta));
    // The type's older name is "type".
    const char* const type_key =
        rope.Find("rope_type") == nullptr && rope.Find("type") != nullptr ? "type" : "rope_type";
    ASSIGN_OR_RETURN(const std::string type, rope.StringOr(type_key, "default"));
    if (type == "default") continue;
    ASSIGN_OR_RETURN(config->rope_scaling, ParseRopeScaling(rope, type_key, type));
  }
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

absl::Status ParseTokenIds(const Fields& fields, const Defaults& defaults, ModelConfig* config) {
  ASSIGN_OR_RETURN(config->bos_id, ParseTokenIdOr(fields, "bos_token_id", defaults.bos_id, config->vocab_size));
  ASSIGN_OR_RETURN(config->pad_id, ParseTokenIdOr(fields, "pad_token_id", -1, config->vocab_size));
  const Json* eos = fields.Find("eos_token_id");
  if (eos != nullptr && eos->is_array()) {
    for (const Json& element : *eos) {
      ASSIGN_OR_RETURN(const int32_t id, ParseTokenId(fields, "eos_token_id", element, config->vocab_size));
      config->eos_ids.push_back(id);
    }
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const int32_t id, ParseTokenIdOr(fields, "eos_token_id", defaults.eos_id, config->vocab_size));
  if (id >= 0) config->eos_ids.push_back(id);
  return absl::OkStatus();
}

absl::Status ParseSizes(const Fields& fields, int64_t kv_heads, ModelConfig* config) {
  ASSIGN_OR_RETURN(config->vocab_size, fields.Size("vocab_size"));
  ASSIGN_OR_RETURN(config->hidden_size, fields.Size("hidden_size"));
  ASSIGN_OR_RETURN(config->intermediate_size, fields.Size("intermediate_size"));
  ASSIGN_OR_RETURN(config->num_layers, fields.Size("num_hidden_layers", kMaxLayers));
  ASSIGN_OR_RETURN(config->num_heads, fields.Size("num_attention_heads"));
  ASSIGN_OR_RETURN(config->num_kv_heads,
                   fields.SizeOr("num_key_value_heads", kv_heads > 0 ? kv_heads : config->num_heads));
  ASSIGN_OR_RETURN(config->max_positions, fields.Size("max_position_embeddings"));
  if (config->num_heads % config->num_kv_heads != 0) {
    return fields.Invalid("num_key_value_heads",
                          absl::StrCat("must divide num_attention_heads, and ", config->num_kv_heads,
                                       " does not divide ", config->num_heads));
  }
  if (fields.Find("head_dim") == nullptr && config->hidden_size % config->num_heads != 0) {
    return fields.Invalid("hidden_size", absl::StrCat("must be a multiple of num_attention_heads when there is no "
                                                      "head_dim, and ",
                                                      config->hidden_size, " is none of ", config->num_heads));
  }
  ASSIGN_OR_RETURN(config->head_dim, fields.SizeOr("head_dim", config->hidden_size / config->num_heads));
  if (config->head_dim % 2 != 0) {
    return fields.Invalid("head_dim", absl::StrCat("must be even for rotary positions, and is ", config->head_dim));
  }
  return absl::OkStatus();
}

absl::Status ParseStorage(const Fields& fields, ModelConfig* config) {
  // "dtype" since transformers 4.56.
  const char* const key =
      fields.Find("torch_dtype") == nullptr && fields.Find("dtype") != nullptr ? "dtype" : "torch_dtype";
  ASSIGN_OR_RETURN(const std::string name, fields.StringOr(key, "float32"));
  for (const StorageType storage : {StorageType::kFloat32, StorageType::kBfloat16, StorageType::kFloat16}) {
    if (name != StorageTypeName(storage)) continue;
    config->storage = storage;
    return absl::OkStatus();
  }
  return fields.Unsupported(key, "\"float32\", \"bfloat16\" or \"float16\"");
}

absl::StatusOr<Defaults> DefaultsOf(const Fields& fields) {
  ASSIGN_OR_RETURN(const std::string name, fields.StringOr("model_type", ""));
  if (name.empty()) return fields.Invalid("model_type", "is missing");
  for (const Defaults& defaults : kDefaults) {
    if (name == FamilyName(defaults.family)) return defaults;
  }
  return fields.Unsupported("model_type", "one of the families \"llama\", \"mistral\", \"qwen2\" and \"mixtral\"");
}

}  // namespace

absl::StatusOr<ModelConfig> ParseModelConfig(absl::string_view json, absl::string_view where) {
  ASSIGN_OR_RETURN(const Json object, base::ParseJson(json, where));
  if (!object.is_object()) return absl::InvalidArgumentError(absl::StrCat(where, ": not a JSON object"));
  const Fields fields(object, where, "");
  ASSIGN_OR_RETURN(const Defaults defaults, DefaultsOf(fields));
  RETURN_IF_ERROR(CheckSupported(fields));

  ModelConfig config;
  config.family = defaults.family;
  RETURN_IF_ERROR(ParseSizes(fields, defaults.kv_heads, &config));
  RETURN_IF_ERROR(ParseBiases(fields, &config));
  RETURN_IF_ERROR(ParseSlidingWindow(fields, defaults.sliding_window, &config));
  RETURN_IF_ERROR(ParseExperts(fields, &config));
  RETURN_IF_ERROR(ParseRope(fields, where, defaults.rope_theta, &config));
  RETURN_IF_ERROR(ParseTokenIds(fields, defaults, &config));
  RETURN_IF_ERROR(ParseStorage(fields, &config));
  ASSIGN_OR_RETURN(config.rms_norm_eps, fields.NumberOr("rms_norm_eps", 0, defaults.rms_norm_eps));
  ASSIGN_OR_RETURN(config.initializer_range, fields.NumberOr("initializer_range", 0, 0.02));
  ASSIGN_OR_RETURN(config.tie_word_embeddings, fields.BoolOr("tie_word_embeddings", false));
  return config;
}

}  // namespace lm

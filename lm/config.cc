#include "lm/config.h"

#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"

namespace lm {
namespace {

using base::Json;

constexpr int64_t kMaxInt32 = std::numeric_limits<int32_t>::max();
constexpr int64_t kMaxLayers = 10000;

struct StorageRow {
  StorageType storage;
  const char* name;
};
constexpr StorageRow kStorageTypes[] = {
    {StorageType::kFloat32, "float32"}, {StorageType::kBfloat16, "bfloat16"}, {StorageType::kFloat16, "float16"}};

// What a value of a config looks like in a message: one line of ASCII, not too long.
std::string Shown(const Json& value) { return value.dump(-1, ' ', /*ensure_ascii=*/true).substr(0, 100); }

// The members of one JSON object. An absent or null member is the default, if there is one.
class Fields {
 public:
  // `prefix`: of the object's members in messages ("rope_scaling.").
  Fields(const Json& object, absl::string_view where, absl::string_view prefix)
      : object_(object), where_(where), prefix_(prefix) {}

  const Json* Find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }
  bool IsWrittenAsNull(const char* key) const { return object_.contains(key) && object_[key].is_null(); }

  absl::Status Invalid(const char* key, absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(where_, ": \"", prefix_, key, "\" ", what));
  }
  absl::Status Wrong(const char* key, absl::string_view expected) const {
    return Invalid(key, absl::StrCat("must be ", expected, ", and is ", Shown(*Find(key))));
  }
  absl::Status Unsupported(const char* key, absl::string_view supported) const {
    return absl::UnimplementedError(absl::StrCat(where_, ": \"", prefix_, key, "\": ", Shown(*Find(key)),
                                                 " is not supported; supported is ", supported));
  }

  // An integer in [1, max].
  absl::StatusOr<int64_t> Size(const char* key, int64_t max = kMaxInt32) const {
    const Json* value = Find(key);
    if (value == nullptr) return Invalid(key, "is missing");
    if (!value->is_number_unsigned() || value->get<uint64_t>() < 1 || value->get<uint64_t>() > max) {
      return Wrong(key, absl::StrCat("an integer from 1 to ", max));
    }
    return value->get<int64_t>();
  }
  absl::StatusOr<int64_t> SizeOr(const char* key, int64_t fallback) const {
    return Find(key) == nullptr ? fallback : Size(key);
  }

  // A finite number >= min.
  absl::StatusOr<double> Number(const char* key, double min) const {
    const Json* value = Find(key);
    if (value == nullptr) return Invalid(key, "is missing");
    if (!value->is_number() || !std::isfinite(value->get<double>()) || value->get<double>() < min) {
      return Wrong(key, absl::StrCat("a number >= ", min));
    }
    return value->get<double>();
  }
  absl::StatusOr<double> NumberOr(const char* key, double min, double fallback) const {
    return Find(key) == nullptr ? fallback : Number(key, min);
  }

  absl::StatusOr<bool> BoolOr(const char* key, bool fallback) const {
    const Json* value = Find(key);
    if (value == nullptr) return fallback;
    if (!value->is_boolean()) return Wrong(key, "true or false");
    return value->get<bool>();
  }

  absl::StatusOr<std::string> StringOr(const char* key, const char* fallback) const {
    const Json* value = Find(key);
    if (value == nullptr) return std::string(fallback);
    if (!value->is_string()) return Wrong(key, "a text");
    return value->get<std::string>();
  }

 private:
  const Json& object_;
  const absl::string_view where_;
  const absl::string_view prefix_;
};

// Refuses fields that make transformers compute something else than lm/decoder.h does.
absl::Status CheckSupported(const Fields& fields) {
  ASSIGN_OR_RETURN(const std::string activation, fields.StringOr("hidden_act", "silu"));
  if (activation != "silu") return fields.Unsupported("hidden_act", "\"silu\"");
  for (const char* key : {"attention_bias", "mlp_bias"}) {
    ASSIGN_OR_RETURN(const bool has_bias, fields.BoolOr(key, false));
    if (has_bias) return fields.Unsupported(key, "false");
  }
  ASSIGN_OR_RETURN(const double dropout, fields.NumberOr("attention_dropout", 0, 0));
  if (dropout != 0) return fields.Unsupported("attention_dropout", "0");
  ASSIGN_OR_RETURN(const double rotary_share, fields.NumberOr("partial_rotary_factor", 0, 1));
  if (rotary_share != 1) return fields.Unsupported("partial_rotary_factor", "1");
  for (const char* key : {"sliding_window", "quantization_config"}) {
    if (fields.Find(key) != nullptr) return fields.Unsupported(key, "null");
  }
  return absl::OkStatus();
}

// Reads rope_theta and the scaling from the two places where they have been written: "rope_theta" and "rope_scaling",
// and since transformers 5 "rope_parameters" for both.
absl::Status ParseRope(const Fields& fields, absl::string_view where, ModelConfig* config) {
  ASSIGN_OR_RETURN(config->rope_theta, fields.NumberOr("rope_theta", 1, 10000));
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
    if (type != "llama3") return rope.Unsupported(type_key, "\"default\" or \"llama3\"");
    Llama3RopeScaling scaling;
    ASSIGN_OR_RETURN(scaling.factor, rope.Number("factor", 1));
    ASSIGN_OR_RETURN(scaling.low_freq_factor, rope.Number("low_freq_factor", 1e-6));
    ASSIGN_OR_RETURN(scaling.high_freq_factor, rope.Number("high_freq_factor", 1e-6));
    ASSIGN_OR_RETURN(scaling.original_max_positions, rope.Size("original_max_position_embeddings"));
    if (scaling.high_freq_factor <= scaling.low_freq_factor) {
      return rope.Wrong("high_freq_factor", absl::StrCat("greater than low_freq_factor, ", scaling.low_freq_factor));
    }
    config->rope_scaling = scaling;
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

absl::Status ParseTokenIds(const Fields& fields, ModelConfig* config) {
  ASSIGN_OR_RETURN(config->bos_id, ParseTokenIdOr(fields, "bos_token_id", 1, config->vocab_size));
  ASSIGN_OR_RETURN(config->pad_id, ParseTokenIdOr(fields, "pad_token_id", -1, config->vocab_size));
  const Json* eos = fields.Find("eos_token_id");
  if (eos != nullptr && eos->is_array()) {
    for (const Json& element : *eos) {
      ASSIGN_OR_RETURN(const int32_t id, ParseTokenId(fields, "eos_token_id", element, config->vocab_size));
      config->eos_ids.push_back(id);
    }
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const int32_t id, ParseTokenIdOr(fields, "eos_token_id", 2, config->vocab_size));
  if (id >= 0) config->eos_ids.push_back(id);
  return absl::OkStatus();
}

absl::Status ParseSizes(const Fields& fields, ModelConfig* config) {
  ASSIGN_OR_RETURN(config->vocab_size, fields.Size("vocab_size"));
  ASSIGN_OR_RETURN(config->hidden_size, fields.Size("hidden_size"));
  ASSIGN_OR_RETURN(config->intermediate_size, fields.Size("intermediate_size"));
  ASSIGN_OR_RETURN(config->num_layers, fields.Size("num_hidden_layers", kMaxLayers));
  ASSIGN_OR_RETURN(config->num_heads, fields.Size("num_attention_heads"));
  ASSIGN_OR_RETURN(config->num_kv_heads, fields.SizeOr("num_key_value_heads", config->num_heads));
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
  for (const StorageRow& row : kStorageTypes) {
    if (name != row.name) continue;
    config->storage = row.storage;
    return absl::OkStatus();
  }
  return fields.Unsupported(key, "\"float32\", \"bfloat16\" or \"float16\"");
}

// No token is null.
Json TokenIdJson(int32_t id) { return id < 0 ? Json(nullptr) : Json(id); }

}  // namespace

absl::StatusOr<ModelConfig> ParseModelConfig(absl::string_view json, absl::string_view where) {
  ASSIGN_OR_RETURN(const Json object, base::ParseJson(json, where));
  if (!object.is_object()) return absl::InvalidArgumentError(absl::StrCat(where, ": not a JSON object"));
  const Fields fields(object, where, "");
  ASSIGN_OR_RETURN(const std::string family, fields.StringOr("model_type", ""));
  if (family.empty()) return fields.Invalid("model_type", "is missing");
  if (family != "llama") return fields.Unsupported("model_type", "the family \"llama\"");
  RETURN_IF_ERROR(CheckSupported(fields));

  ModelConfig config;
  RETURN_IF_ERROR(ParseSizes(fields, &config));
  RETURN_IF_ERROR(ParseRope(fields, where, &config));
  RETURN_IF_ERROR(ParseTokenIds(fields, &config));
  RETURN_IF_ERROR(ParseStorage(fields, &config));
  ASSIGN_OR_RETURN(config.rms_norm_eps, fields.NumberOr("rms_norm_eps", 0, 1e-6));
  ASSIGN_OR_RETURN(config.initializer_range, fields.NumberOr("initializer_range", 0, 0.02));
  ASSIGN_OR_RETURN(config.tie_word_embeddings, fields.BoolOr("tie_word_embeddings", false));
  return config;
}

std::string ModelConfigToJson(const ModelConfig& config) {
  Json rope_scaling = nullptr;
  if (config.rope_scaling.has_value()) {
    rope_scaling = {{"rope_type", "llama3"},
                    {"factor", config.rope_scaling->factor},
                    {"low_freq_factor", config.rope_scaling->low_freq_factor},
                    {"high_freq_factor", config.rope_scaling->high_freq_factor},
                    {"original_max_position_embeddings", config.rope_scaling->original_max_positions}};
  }
  Json eos = config.eos_ids;
  if (config.eos_ids.empty()) eos = nullptr;
  if (config.eos_ids.size() == 1) eos = config.eos_ids[0];
  const char* storage = "";
  for (const StorageRow& row : kStorageTypes) {
    if (row.storage == config.storage) storage = row.name;
  }
  const Json json = {{"architectures", {"LlamaForCausalLM"}},
                     {"attention_bias", false},
                     {"attention_dropout", 0.0},
                     {"bos_token_id", TokenIdJson(config.bos_id)},
                     {"eos_token_id", eos},
                     {"head_dim", config.head_dim},
                     {"hidden_act", "silu"},
                     {"hidden_size", config.hidden_size},
                     {"initializer_range", config.initializer_range},
                     {"intermediate_size", config.intermediate_size},
                     {"max_position_embeddings", config.max_positions},
                     {"mlp_bias", false},
                     {"model_type", "llama"},
                     {"num_attention_heads", config.num_heads},
                     {"num_hidden_layers", config.num_layers},
                     {"num_key_value_heads", config.num_kv_heads},
                     {"pad_token_id", TokenIdJson(config.pad_id)},
                     {"rms_norm_eps", config.rms_norm_eps},
                     {"rope_scaling", rope_scaling},
                     {"rope_theta", config.rope_theta},
                     {"tie_word_embeddings", config.tie_word_embeddings},
                     {"torch_dtype", storage},
                     {"use_cache", true},
                     {"vocab_size", config.vocab_size}};
  return json.dump(2) + "\n";
}

}  // namespace lm

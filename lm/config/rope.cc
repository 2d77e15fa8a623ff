#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/config/config_reader.h"

namespace lm {
namespace {

using base::Json;

constexpr char kRopeTypes[] = "\"default\", \"linear\", \"dynamic\", \"llama3\", \"yarn\" or \"longrope\"";

double YarnScale(double factor, double mscale) { return factor <= 1 ? 1 : 0.1 * mscale * std::log(factor) + 1; }

// `pairs` numbers > 0.
absl::StatusOr<std::vector<double>> Factors(const Fields& rope, const char* key, int64_t pairs) {
  const Json* value = rope.Find(key);
  if (value == nullptr) return rope.Invalid(key, "is missing");
  const std::string expected = absl::StrCat("a list of ", pairs, " numbers > 0, one a pair of turned coordinates");
  if (!value->is_array() || static_cast<int64_t>(value->size()) != pairs) return rope.Wrong(key, expected);
  std::vector<double> factors;
  for (const Json& element : *value) {
    if (!element.is_number() || !std::isfinite(element.get<double>()) || element.get<double>() <= 0) {
      return rope.Wrong(key, expected);
    }
    factors.push_back(element.get<double>());
  }
  return factors;
}

// The context of pretraining, 0 when it is not there. Beside the rotary parameters it wins over within them, but for
// entries by kind of layer; Phi-3's class has a default for it.
absl::StatusOr<int64_t> OriginalPositions(const Fields& fields, const Fields& rope, bool is_nested,
                                          const FamilyTraits& traits) {
  const char* const key = "original_max_position_embeddings";
  ASSIGN_OR_RETURN(const int64_t inner, rope.SizeOr(key, 0));
  if (is_nested) return inner;
  return fields.SizeOr(key, traits.family == Family::kPhi3 ? 4096 : inner);
}

absl::Status ParseLlama3(const Fields& rope, RopeScaling* scaling) {
  ASSIGN_OR_RETURN(scaling->factor, rope.Number("factor", 1));
  ASSIGN_OR_RETURN(scaling->low_freq_factor, rope.Number("low_freq_factor", 1e-6));
  ASSIGN_OR_RETURN(scaling->high_freq_factor, rope.Number("high_freq_factor", 1e-6));
  if (scaling->original_max_positions == 0) return rope.Invalid("original_max_position_embeddings", "is missing");
  if (scaling->high_freq_factor > scaling->low_freq_factor) return absl::OkStatus();
  return rope.Wrong("high_freq_factor", absl::StrCat("greater than low_freq_factor, ", scaling->low_freq_factor));
}

absl::Status ParseAttentionFactor(const Fields& rope, RopeScaling* scaling) {
  if (rope.Find("attention_factor") == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(scaling->attention_factor, rope.Number("attention_factor", 1e-6));
  return absl::OkStatus();
}

// is_nested: transformers 5.24 looks for "truncate" beside a nested entry, where it never is.
absl::Status ParseYarn(const Fields& rope, bool is_nested, int64_t max_positions, RopeScaling* scaling) {
  if (scaling->original_max_positions == 0) scaling->original_max_positions = max_positions;
  const double ratio = static_cast<double>(max_positions) / static_cast<double>(scaling->original_max_positions);
  ASSIGN_OR_RETURN(scaling->factor, rope.NumberOr("factor", 1, std::max(1.0, ratio)));
  // As for transformers 0 is as good as absent.
  ASSIGN_OR_RETURN(const double fast, rope.NumberOr("beta_fast", 0, 0));
  ASSIGN_OR_RETURN(const double slow, rope.NumberOr("beta_slow", 0, 0));
  scaling->beta_fast = fast > 0 ? fast : 32;
  scaling->beta_slow = slow > 0 ? slow : 1;
  if (scaling->beta_fast < scaling->beta_slow) {
    return rope.Invalid(
        "beta_fast", absl::StrCat("must be at least beta_slow, ", scaling->beta_slow, ", and is ", scaling->beta_fast));
  }
  ASSIGN_OR_RETURN(const bool truncate, rope.BoolOr("truncate", true));
  scaling->truncate = truncate || is_nested;
  ASSIGN_OR_RETURN(const double mscale, rope.NumberOr("mscale", 0, 0));
  ASSIGN_OR_RETURN(const double mscale_all_dim, rope.NumberOr("mscale_all_dim", 0, 0));
  if (mscale > 0 && mscale_all_dim > 0) {
    scaling->attention_factor = YarnScale(scaling->factor, mscale) / YarnScale(scaling->factor, mscale_all_dim);
  }
  return ParseAttentionFactor(rope, scaling);
}

absl::Status ParseLongrope(const Fields& rope, const ModelConfig& config, RopeScaling* scaling) {
  const int64_t pairs = RotaryDim(config) / 2;
  ASSIGN_OR_RETURN(scaling->short_factors, Factors(rope, "short_factor", pairs));
  ASSIGN_OR_RETURN(scaling->long_factors, Factors(rope, "long_factor", pairs));
  if (scaling->original_max_positions < 2) {
    return rope.Invalid("original_max_position_embeddings", "is missing, or less than 2; longrope needs it");
  }
  const double ratio = static_cast<double>(config.max_positions) / static_cast<double>(scaling->original_max_positions);
  // A factor that is written serves the attention factor alone.
  ASSIGN_OR_RETURN(scaling->factor, rope.NumberOr("factor", 0, ratio));
  if (scaling->factor != ratio) {
    scaling->attention_factor = RopeAttentionFactor(*scaling);
    scaling->factor = ratio;
  }
  return ParseAttentionFactor(rope, scaling);
}

// One set of rotary parameters: rope_scaling, rope_parameters, or one of the latter's entries.
absl::StatusOr<Rope> ParseOne(const Fields& fields, const Json& value, absl::string_view where, const std::string& key,
                              bool is_nested, double theta, const FamilyTraits& traits, const ModelConfig& config) {
  const std::string prefix = absl::StrCat(key, ".");
  const Fields rope(value, where, prefix);
  Rope parsed;
  ASSIGN_OR_RETURN(parsed.theta, rope.NumberOr("rope_theta", 1, theta));
  rope.Find("partial_rotary_factor");  // read before
  // The type's older name is "type".
  const bool is_older = rope.Find("rope_type") == nullptr && rope.Find("type") != nullptr;
  const char* const type_key = is_older ? "type" : "rope_type";
  rope.Find("type");
  ASSIGN_OR_RETURN(const std::string type, rope.StringOr(type_key, "default"));
  RopeScaling scaling;
  ASSIGN_OR_RETURN(scaling.original_max_positions, OriginalPositions(fields, rope, is_nested, traits));
  if (type == "llama3") {
    scaling.type = RopeScaling::kLlama3;
    RETURN_IF_ERROR(ParseLlama3(rope, &scaling));
  } else if (type == "linear") {
    scaling.type = RopeScaling::kLinear;
    ASSIGN_OR_RETURN(scaling.factor, rope.Number("factor", 1));
  } else if (type == "dynamic") {
    scaling.type = RopeScaling::kDynamic;
    ASSIGN_OR_RETURN(scaling.factor, rope.Number("factor", 1));
    // Some versions of transformers read it, others max_position_embeddings.
    if (rope.Find("original_max_position_embeddings") != nullptr) {
      return rope.Unsupported("original_max_position_embeddings", "null with dynamic scaling");
    }
  } else if (type == "yarn" && traits.family != Family::kPhi3) {  // whose class takes it for longrope
    scaling.type = RopeScaling::kYarn;
    RETURN_IF_ERROR(ParseYarn(rope, is_nested, config.max_positions, &scaling));
  } else if (type == "longrope" || type == "su") {  // "su": its name in the first Phi-3 files
    scaling.type = RopeScaling::kLongrope;
    RETURN_IF_ERROR(ParseLongrope(rope, config, &scaling));
  } else if (type != "default") {
    return rope.Unsupported(type_key, kRopeTypes);
  }
  if (type != "default") parsed.scaling = std::move(scaling);
  for (const std::string& other : rope.Unasked()) {
    if (IsOff(value[other])) continue;
    return rope.Unsupported(other.c_str(), absl::StrCat("none of that name with rope_type \"", type, "\""));
  }
  return parsed;
}

bool IsNested(const Json& value) { return value.contains("full_attention") || value.contains("sliding_attention"); }

// What is written in rope_parameters, and in files of transformers 4 in rope_scaling; null: nothing.
struct Source {
  const char* key = nullptr;
  const Json* value = nullptr;
};

// Of both rope_scaling wins, as in transformers, unless the other has more to say.
absl::StatusOr<Source> FindSource(const Fields& fields) {
  Source source;
  for (const char* key : {"rope_parameters", "rope_scaling"}) {
    const Json* value = fields.Find(key);
    if (value == nullptr) continue;
    if (!value->is_object()) return fields.Wrong(key, "null or an object");
    if (source.value == nullptr || !IsNested(*source.value)) source = {key, value};
  }
  return source;
}

// How many of a head's coordinates are turned.
absl::Status ParseRotaryDim(const Fields& fields, const Source& source, absl::string_view where,
                            const FamilyTraits& traits, ModelConfig* config) {
  const char* const name = "partial_rotary_factor";
  const bool is_neox = traits.family == Family::kGptNeox;
  ASSIGN_OR_RETURN(double share, is_neox ? fields.NumberOr("rotary_pct", 0, 0.25) : fields.NumberOr(name, 0, 1));
  if (source.value != nullptr && !IsNested(*source.value)) {
    const std::string prefix = absl::StrCat(source.key, ".");
    ASSIGN_OR_RETURN(share, Fields(*source.value, where, prefix).NumberOr(name, 0, share));
  }
  if (!traits.has_partial_rotary) {
    if (share == 1) return absl::OkStatus();
    return absl::UnimplementedError(absl::StrCat(where, ": \"", name, "\": ", share,
                                                 " is not supported; supported is 1 for a ", traits.name, " model"));
  }
  if (share <= 1) config->rotary_dim = static_cast<int64_t>(static_cast<double>(config->head_dim) * share);
  if (share <= 1 && config->rotary_dim > 0 && config->rotary_dim % 2 == 0) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(where, ": \"", is_neox ? "rotary_pct" : name, "\" must leave an even ",
                                                 "number of a head's ", config->head_dim,
                                                 " coordinates to be turned, and ", share, " does not"));
}

}  // namespace

double RopeAttentionFactor(const RopeScaling& scaling) {
  if (scaling.type != RopeScaling::kYarn && scaling.type != RopeScaling::kLongrope) return 1;
  if (scaling.attention_factor) return *scaling.attention_factor;
  if (scaling.type == RopeScaling::kYarn) return YarnScale(scaling.factor, 1);
  if (scaling.factor <= 1) return 1;
  return std::sqrt(1 + std::log(scaling.factor) / std::log(static_cast<double>(scaling.original_max_positions)));
}

absl::Status ParseRope(const Fields& fields, absl::string_view where, const FamilyTraits& traits, ModelConfig* config) {
  ASSIGN_OR_RETURN(const Source source, FindSource(fields));
  RETURN_IF_ERROR(ParseRotaryDim(fields, source, where, traits, config));
  const char* const theta_key = traits.family == Family::kGptNeox ? "rotary_emb_base" : "rope_theta";
  ASSIGN_OR_RETURN(config->rope.theta, fields.NumberOr(theta_key, 1, traits.theta));
  if (traits.has_own_local_rope) {
    // Gemma 3 has a key for it; layers of OLMo 3 that slide have the same base, not stretched.
    config->sliding_rope = Rope();
    ASSIGN_OR_RETURN(config->sliding_rope->theta, traits.family == Family::kGemma3
                                                      ? fields.NumberOr("rope_local_base_freq", 1, traits.local_theta)
                                                      : absl::StatusOr<double>(config->rope.theta));
  }
  const auto parse = [&](const Json& value, const std::string& key, bool is_nested, double theta) {
    return ParseOne(fields, value, where, key, is_nested, theta, traits, *config);
  };
  if (source.value == nullptr) return absl::OkStatus();
  const std::string key = source.key;
  if (!IsNested(*source.value)) {
    ASSIGN_OR_RETURN(config->rope, parse(*source.value, key, false, config->rope.theta));
    return absl::OkStatus();
  }
  const std::string prefix = absl::StrCat(key, ".");
  const Fields entries(*source.value, where, prefix);
  if (entries.IsAbsent("sliding_attention") && config->sliding_window > 0 && !config->sliding_rope) {
    return entries.Invalid("sliding_attention", "is missing");
  }
  for (const char* name : {"full_attention", "sliding_attention"}) {
    const Json* entry = entries.Find(name);
    if (entry == nullptr) continue;
    if (!entry->is_object()) return entries.Wrong(name, "null or an object");
    const bool slides = name[0] == 's';
    const double theta = slides && config->sliding_rope ? config->sliding_rope->theta : config->rope.theta;
    ASSIGN_OR_RETURN(Rope rope, parse(*entry, absl::StrCat(prefix, name), true, theta));
    if (slides) {
      config->sliding_rope = std::move(rope);
    } else {
      config->rope = std::move(rope);
    }
  }
  const auto border = [](const Rope& rope) {
    return rope.scaling && rope.scaling->type == RopeScaling::kLongrope ? rope.scaling->original_max_positions : 0;
  };
  const int64_t full = border(config->rope), sliding = config->sliding_rope ? border(*config->sliding_rope) : 0;
  if (full > 0 && sliding > 0 && full != sliding) {
    return entries.Invalid("sliding_attention", "has another original_max_position_embeddings than full_attention");
  }
  for (const std::string& other : entries.Unasked()) {
    if (!IsOff((*source.value)[other])) {
      return entries.Unsupported(other.c_str(), "\"full_attention\" and \"sliding_attention\" beside each other");
    }
  }
  return absl::OkStatus();
}

}  // namespace lm

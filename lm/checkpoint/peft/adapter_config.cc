#include "lm/checkpoint/peft/adapter_config.h"

#include <cmath>
#include <memory>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/config/config_fields.h"

namespace lm {
namespace {

using ::base::Json;
using ::base::OrderedJson;

// Says nothing about the merged model: how the adapter was trained, by what, which modules it was to have (its tensors
// say which it has), and what other fields, which are refused, would make of it.
constexpr const char* kPassedOver[] = {
    "auto_mapping",    "inference_mode", "task_type",         "revision",        "lora_dropout",
    "megatron_core",   "peft_version",   "qalora_group_size", "layers_pattern",  "layers_to_transform",
    "exclude_modules", "eva_config",     "runtime_config",    "modules_to_save",
};

bool IsNothing(const Json& value) {
  return value.is_null() || value == false ||
         ((value.is_object() || value.is_array() || value.is_string()) && value.empty());
}

absl::StatusOr<PeftConfig::Residual> ParseInit(const Fields& fields) {
  const Json* init = fields.Find("init_lora_weights");
  if (init == nullptr || init->is_boolean() || *init == "gaussian" || *init == "eva" || *init == "orthogonal") {
    return PeftConfig::Residual::kNone;
  }
  if (*init == "pissa") return PeftConfig::Residual::kPissa;
  if (*init == "olora") return PeftConfig::Residual::kOlora;
  return absl::UnimplementedError(absl::StrCat(
      fields.Unsupported("init_lora_weights", "true, false, gaussian, eva, orthogonal, pissa, olora").message(),
      "; training by it began from other weights than the base's, which are not in the folder: convert the adapter "
      "with "
      "PEFT (path_initial_model_for_weight_conversion)"));
}

// Patterns keep the order in which they are tried.
absl::Status ParsePattern(const OrderedJson& json, const char* key, const Fields& fields,
                          std::vector<std::pair<std::string, double>>* pattern) {
  if (fields.Find(key) == nullptr) return absl::OkStatus();
  if (!json[key].is_object()) return fields.Wrong(key, "an object");
  for (const auto& [module, value] : json[key].items()) {
    if (!value.is_number() || value.get<double>() <= 0) return fields.Wrong(key, "an object of numbers above 0");
    pattern->emplace_back(module, value.get<double>());
  }
  return absl::OkStatus();
}

absl::Status ParseTargets(const Fields& fields, PeftConfig* config) {
  const Json* targets = fields.Find("target_modules");
  if (targets == nullptr) return absl::OkStatus();
  config->targets_is_list = targets->is_array();
  for (const Json& target : targets->is_array() ? *targets : Json::array({*targets})) {
    if (!target.is_string()) return fields.Wrong("target_modules", "a text or a list of texts");
    config->targets.push_back(target.get<std::string>());
  }
  return absl::OkStatus();
}

absl::Status ParseReplication(const Fields& fields, PeftConfig* config) {
  const Json* ranges = fields.Find("layer_replication");
  if (ranges == nullptr) return absl::OkStatus();
  for (const Json& range : *ranges) {
    const bool good = range.is_array() && range.size() == 2 && range[0].is_number_unsigned() &&
                      range[1].is_number_unsigned() && range[0] < range[1];
    if (!good) return fields.Wrong("layer_replication", "a list of [first, end] with first < end");
    config->layer_replication.emplace_back(range[0].get<int64_t>(), range[1].get<int64_t>());
  }
  return absl::OkStatus();
}

absl::Status ParseTrainableTokens(const Fields& fields, PeftConfig* config) {
  const Json* tokens = fields.Find("trainable_token_indices");
  if (tokens == nullptr) return absl::OkStatus();
  const Json modules = tokens->is_array() ? Json({{"embed_tokens", *tokens}}) : *tokens;
  if (!modules.is_object()) return fields.Wrong("trainable_token_indices", "a list of ids, or of each module one");
  for (const auto& [module, ids] : modules.items()) {
    for (const Json& id : ids) {
      if (!id.is_number_unsigned())
        return fields.Wrong("trainable_token_indices", "a list of ids, or of each module one");
      config->trainable_tokens[module].push_back(id.get<int64_t>());
    }
  }
  return absl::OkStatus();
}

// Whether the whole of `text` is (.*\.)?(pattern), as PEFT matches a pattern's keys.
absl::StatusOr<bool> Matches(const std::string& pattern, const std::string& text) {
  const std::string whole = absl::StrCat("(?:.*\\.)?(?:", pattern, ")");
  int error = 0;
  PCRE2_SIZE place = 0;
  const std::unique_ptr<pcre2_code, void (*)(pcre2_code*)> code(
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(whole.data()), whole.size(), PCRE2_ANCHORED | PCRE2_ENDANCHORED,
                    &error, &place, nullptr),
      pcre2_code_free);
  if (code == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("\"", pattern, "\" is no regular expression"));
  }
  const std::unique_ptr<pcre2_match_data, void (*)(pcre2_match_data*)> match(
      pcre2_match_data_create_from_pattern(code.get(), nullptr), pcre2_match_data_free);
  return pcre2_match(code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, match.get(), nullptr) >=
         0;
}

absl::StatusOr<double> FirstMatch(const std::vector<std::pair<std::string, double>>& patterns,
                                  const std::string& module, double fallback) {
  for (const auto& [pattern, value] : patterns) {
    ASSIGN_OR_RETURN(const bool matches, Matches(pattern, module));
    if (matches) return value;
  }
  return fallback;
}

}  // namespace

absl::StatusOr<PeftConfig> ParsePeftConfig(absl::string_view text, absl::string_view where) {
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(text, where));
  if (!json.is_object()) return absl::InvalidArgumentError(absl::StrCat(where, ": not a JSON object"));
  const OrderedJson ordered = OrderedJson::parse(text.begin(), text.end());
  const Fields fields(json, where, "");
  for (const char* key : kPassedOver) (void)fields.Find(key);
  ASSIGN_OR_RETURN(const std::string type, fields.StringOr("peft_type", ""));
  if (type.empty()) return fields.Invalid("peft_type", "is missing");
  if (type != "LORA") return fields.Unsupported("peft_type", "\"LORA\"");
  PeftConfig config;
  ASSIGN_OR_RETURN(config.base_model, fields.StringOr("base_model_name_or_path", ""));
  ASSIGN_OR_RETURN(config.rank, fields.Size("r"));
  ASSIGN_OR_RETURN(config.alpha, fields.Number("lora_alpha", 0));
  ASSIGN_OR_RETURN(config.rank_stabilized, fields.BoolOr("use_rslora", false));
  ASSIGN_OR_RETURN(config.dora, fields.BoolOr("use_dora", false));
  ASSIGN_OR_RETURN(config.residual, ParseInit(fields));
  ASSIGN_OR_RETURN(const std::string bias, fields.StringOr("bias", "none"));
  if (bias != "none" && bias != "lora_only" && bias != "all") return fields.Wrong("bias", "none, lora_only or all");
  RETURN_IF_ERROR(fields.BoolOr("lora_bias", false).status());  // its tensors say so themselves
  RETURN_IF_ERROR(ParsePattern(ordered, "rank_pattern", fields, &config.rank_pattern));
  RETURN_IF_ERROR(ParsePattern(ordered, "alpha_pattern", fields, &config.alpha_pattern));
  RETURN_IF_ERROR(ParseTargets(fields, &config));
  RETURN_IF_ERROR(ParseReplication(fields, &config));
  RETURN_IF_ERROR(ParseTrainableTokens(fields, &config));
  const Json* invocation = fields.Find("alora_invocation_tokens");
  if (invocation != nullptr && !IsNothing(*invocation)) {
    return absl::UnimplementedError(
        absl::StrCat(fields.Unsupported("alora_invocation_tokens", "null").message(),
                     "; such an adapter acts from these tokens on, and cannot be merged into weights"));
  }
  for (const std::string& key : fields.Unasked()) {
    if (!IsNothing(json[key])) return fields.Unsupported(key.c_str(), "null, false or empty");
  }
  return config;
}

absl::StatusOr<ModuleScale> ScaleOf(const PeftConfig& config, const std::string& module) {
  ASSIGN_OR_RETURN(const double rank, FirstMatch(config.rank_pattern, module, config.rank));
  ASSIGN_OR_RETURN(const double alpha, FirstMatch(config.alpha_pattern, module, config.alpha));
  return ModuleScale{static_cast<int64_t>(rank), alpha / (config.rank_stabilized ? std::sqrt(rank) : rank)};
}

}  // namespace lm

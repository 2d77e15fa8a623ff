#include "lm/checkpoint/peft.h"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/checkpoint/tensor_io.h"
#include "lm/config/config_fields.h"

namespace lm {
namespace {

using base::Json;

constexpr char kAdapterConfigFile[] = "adapter_config.json";
constexpr char kWeightsFile[] = "adapter_model.safetensors";
constexpr char kPrefix[] = "base_model.model.";
constexpr char kAllLinear[] = "all-linear";

std::string ConfigJson(const AdapterConfig& config, const std::string& base_model) {
  const Json json = {{"alpha_pattern", Json::object()},
                     {"auto_mapping", nullptr},
                     {"base_model_name_or_path", base_model.empty() ? Json(nullptr) : Json(base_model)},
                     {"bias", "none"},
                     {"fan_in_fan_out", false},
                     {"inference_mode", true},
                     {"init_lora_weights", true},
                     {"layers_pattern", nullptr},
                     {"layers_to_transform", nullptr},
                     {"lora_alpha", config.alpha},
                     {"lora_dropout", 0.0},
                     {"modules_to_save", nullptr},
                     {"peft_type", "LORA"},
                     {"r", config.rank},
                     {"rank_pattern", Json::object()},
                     {"target_modules", config.targets},
                     {"task_type", "CAUSAL_LM"},
                     {"use_dora", false},
                     {"use_rslora", config.rank_stabilized}};
  return json.dump(2) + "\n";
}

// Refuses fields that make PEFT compute something else.
absl::Status CheckSupported(const Fields& fields) {
  ASSIGN_OR_RETURN(const std::string type, fields.StringOr("peft_type", ""));
  if (type.empty()) return fields.Invalid("peft_type", "is missing");
  if (type != "LORA") return fields.Unsupported("peft_type", "\"LORA\"");
  ASSIGN_OR_RETURN(const std::string bias, fields.StringOr("bias", "none"));
  if (bias != "none") return fields.Unsupported("bias", "\"none\"");
  for (const char* key : {"use_dora", "fan_in_fan_out", "lora_bias"}) {
    ASSIGN_OR_RETURN(const bool value, fields.BoolOr(key, false));
    if (value) return fields.Unsupported(key, "false");
  }
  for (const char* key : {"alpha_pattern", "rank_pattern", "layers_pattern", "layers_to_transform", "modules_to_save",
                          "exclude_modules", "layer_replication", "target_parameters", "trainable_token_indices"}) {
    const Json* value = fields.Find(key);
    if (value != nullptr && !value->empty()) return fields.Unsupported(key, "null or empty");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ParseTargets(const Fields& fields, const ModelConfig& model) {
  const Json* targets = fields.Find("target_modules");
  if (targets == nullptr) return fields.Invalid("target_modules", "is missing");
  if (*targets == kAllLinear && model.num_experts == 0) {
    return std::vector<std::string>{"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"};
  }
  if (targets->is_string()) return fields.Unsupported("target_modules", "a list of names");
  if (!targets->is_array()) return fields.Wrong("target_modules", "a list of names");
  std::vector<std::string> names;
  for (const Json& target : *targets) {
    if (!target.is_string()) return fields.Wrong("target_modules", "a list of names");
    names.push_back(target.get<std::string>());
  }
  return names;
}

absl::StatusOr<AdapterConfig> ReadConfig(const std::string& path, const ModelConfig& model) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(text, path));
  if (!json.is_object()) return absl::InvalidArgumentError(absl::StrCat(path, ": not a JSON object"));
  const Fields fields(json, path, "");
  RETURN_IF_ERROR(CheckSupported(fields));
  AdapterConfig config;
  ASSIGN_OR_RETURN(config.rank, fields.Size("r"));
  ASSIGN_OR_RETURN(config.alpha, fields.Number("lora_alpha", 0));
  ASSIGN_OR_RETURN(config.rank_stabilized, fields.BoolOr("use_rslora", false));
  ASSIGN_OR_RETURN(config.targets, ParseTargets(fields, model));
  return config;
}

absl::StatusOr<torch::Tensor> ReadWeight(const SafetensorsFile& file, const ParameterShape& expected) {
  const TensorView* view = file.Find(absl::StrCat(kPrefix, expected.name));
  const auto bad = [&](absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat(file.path(), ": tensor \"", kPrefix, expected.name, "\" ", what));
  };
  if (view == nullptr) {
    return bad(absl::StrCat("is missing; ", kAdapterConfigFile, " asks for one of shape ", ShapeText(expected.shape)));
  }
  if (view->dtype != DType::kF32 && view->dtype != DType::kBF16 && view->dtype != DType::kF16) {
    return bad(absl::StrCat("is of type ", DTypeName(view->dtype), "; weights must be F32, BF16 or F16"));
  }
  if (view->shape != expected.shape) {
    return bad(absl::StrCat("has the shape ", ShapeText(view->shape), "; ", kAdapterConfigFile, " asks for ",
                            ShapeText(expected.shape)));
  }
  const torch::Tensor value = ToTensor(*view);
  if (!AllFinite(value)) return bad("holds a value that is not finite");
  return value;
}

absl::StatusOr<AdapterConfig> Load(const std::string& folder, Decoder& model) {
  const std::string config_path = absl::StrCat(folder, "/", kAdapterConfigFile);
  ASSIGN_OR_RETURN(const AdapterConfig config, ReadConfig(config_path, model.config()));
  const absl::StatusOr<std::vector<ParameterShape>> shapes = AdapterShapes(model.config(), config);
  if (!shapes.ok()) return base::Annotate(shapes.status(), config_path);
  ASSIGN_OR_RETURN(const SafetensorsFile file, SafetensorsFile::Open(absl::StrCat(folder, "/", kWeightsFile)));
  const torch::Tensor& embedding = model.parameters()[0].value;
  const torch::Dtype dtype = embedding.scalar_type() == torch::kFloat64 ? torch::kFloat64 : torch::kFloat32;
  std::vector<Parameter> parameters;
  for (const ParameterShape& shape : *shapes) {
    ASSIGN_OR_RETURN(const torch::Tensor value, ReadWeight(file, shape));
    parameters.push_back({shape.name, value.to(embedding.device(), dtype)});
  }
  if (file.tensors().size() > parameters.size()) {
    std::vector<std::string> expected;
    for (const Parameter& parameter : parameters) expected.push_back(absl::StrCat(kPrefix, parameter.name));
    for (const TensorView& view : file.tensors()) {
      if (std::find(expected.begin(), expected.end(), view.name) != expected.end()) continue;
      return absl::InvalidArgumentError(absl::StrCat(file.path(), ": tensor \"", absl::Utf8SafeCEscape(view.name),
                                                     "\" is unexpected: ", kAdapterConfigFile,
                                                     " asks for no such weight"));
    }
  }
  model.SetAdapter(std::move(parameters), AdapterScale(config));
  return config;
}

absl::Status FillFolder(const Decoder& model, const AdapterConfig& config, const std::string& base_model,
                        const std::string& folder) {
  RETURN_IF_ERROR(
      base::WriteFileAtomically(absl::StrCat(folder, "/", kAdapterConfigFile), ConfigJson(config, base_model)));
  std::vector<torch::Tensor> stored;  // owns what the views show
  std::vector<TensorView> views;
  for (const auto& [name, value] : model.adapter()) {
    stored.push_back(value.detach().to(torch::kCPU, torch::kFloat32).contiguous());
    if (!AllFinite(stored.back())) {
      return absl::DataLossError(
          absl::StrCat(folder, ": not saved: the adapter's ", name, " holds a value that is not finite"));
    }
    views.push_back(ViewOf(absl::StrCat(kPrefix, name), stored.back()));
  }
  return WriteSafetensors(absl::StrCat(folder, "/", kWeightsFile), std::move(views), {{"format", "pt"}});
}

}  // namespace

absl::Status SaveAdapter(const Decoder& model, const AdapterConfig& config, const std::string& base_model,
                         const std::string& folder) {
  SAMI_CHECK(!model.adapter().empty()) << "there is no adapter to save";
  return base::WriteFolderAtomically(
      folder, [&](const std::string& partial) { return FillFolder(model, config, base_model, partial); });
}

absl::StatusOr<AdapterConfig> LoadAdapter(const std::string& folder, Decoder& model) {
  try {
    return Load(folder, model);
  } catch (const std::exception& e) {  // torch: out of memory
    const std::string what = e.what();
    return absl::ResourceExhaustedError(
        absl::StrCat(folder, ": cannot load the adapter: ", what.substr(0, what.find('\n'))));
  }
}

}  // namespace lm

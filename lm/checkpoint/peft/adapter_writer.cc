#include "lm/checkpoint/peft/adapter_writer.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/check.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/checkpoint/peft/adapter_files.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/checkpoint/tensor_io.h"

namespace lm {
namespace {

using base::Json;

// As PEFT writes them: "all-linear" is spelt out.
std::vector<std::string> Targets(const AdapterConfig& config, const Decoder& model) {
  if (std::count(config.targets.begin(), config.targets.end(), kAllLinear) == 0) return config.targets;
  std::set<std::string> names;
  for (const Parameter& parameter : model.adapter()) {
    const absl::string_view module = absl::StripSuffix(absl::StripSuffix(parameter.name, kAdapterA), kAdapterB);
    names.emplace(module.substr(module.rfind('.') + 1));
  }
  return {names.begin(), names.end()};
}

std::string ConfigJson(const AdapterConfig& config, const Decoder& model, const std::string& base_model) {
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
                     {"target_modules", Targets(config, model)},
                     {"task_type", "CAUSAL_LM"},
                     {"use_dora", false},
                     {"use_rslora", config.rank_stabilized}};
  return json.dump(2) + "\n";
}

absl::Status FillFolder(const Decoder& model, const AdapterConfig& config, const std::string& base_model,
                        StorageType save_dtype, const std::string& folder) {
  RETURN_IF_ERROR(
      base::WriteFileAtomically(absl::StrCat(folder, "/", kAdapterConfigFile), ConfigJson(config, model, base_model)));
  std::vector<torch::Tensor> stored;  // owns what the views show
  std::vector<TensorView> views;
  for (const auto& [name, value] : model.adapter()) {
    stored.push_back(value.detach().to(torch::kCPU, TorchType(save_dtype)).contiguous());
    views.push_back(ViewOf(absl::StrCat(kPeftPrefix, name), stored.back()));
    if (!AllFinite(views.back())) {
      return absl::DataLossError(
          absl::StrCat(folder, ": not saved: the adapter's ", name, " holds a value that is not finite as stored"));
    }
  }
  return WriteSafetensors(absl::StrCat(folder, "/", kAdapterWeightsFile), std::move(views), {{"format", "pt"}});
}

}  // namespace

absl::Status SaveAdapter(const Decoder& model, const AdapterConfig& config, const std::string& base_model,
                         const std::string& folder, StorageType save_dtype) {
  SAMI_CHECK(!model.adapter().empty()) << "there is no adapter to save";
  return base::WriteFolderAtomically(
      folder, [&](const std::string& partial) { return FillFolder(model, config, base_model, save_dtype, partial); });
}

}  // namespace lm

#include "lm/checkpoint/peft/adapter_reader.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/status.h"
#include "lm/checkpoint/peft/adapter_files.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/checkpoint/tensor_io.h"

namespace lm {
namespace {

constexpr char kBinFile[] = "adapter_model.bin";
constexpr const char* kParts[] = {".lora_A.weight",
                                  ".lora_B.weight",
                                  ".lora_B.bias",
                                  ".lora_magnitude_vector",
                                  ".lora_magnitude_vector.weight",
                                  ".lora_embedding_A",
                                  ".lora_embedding_B",
                                  ".token_adapter.trainable_tokens_delta"};

void Place(absl::string_view name, const torch::Tensor& value, PeftAdapter* adapter) {
  for (const char* part : kParts) {
    if (!absl::EndsWith(name, part)) continue;
    // The magnitude's name had a further part once.
    const bool is_old = absl::EndsWith(part, "vector.weight");
    const std::string known(is_old ? absl::StripSuffix(part, ".weight") : part);
    adapter->modules[std::string(absl::StripSuffix(name, part))][known] = value;
    return;
  }
  adapter->whole[std::string(name)] = value;
}

}  // namespace

absl::StatusOr<PeftAdapter> ReadPeftAdapter(const std::string& folder) {
  PeftAdapter adapter;
  const std::string config = absl::StrCat(folder, "/", kAdapterConfigFile);
  ASSIGN_OR_RETURN(const std::string json, base::ReadFile(config));
  ASSIGN_OR_RETURN(adapter.config, ParsePeftConfig(json, config));
  const std::string path = absl::StrCat(folder, "/", kAdapterWeightsFile), bin = absl::StrCat(folder, "/", kBinFile);
  if (!base::FileExists(path) && base::FileExists(bin)) {
    return absl::NotFoundError(absl::StrCat(bin, ": is a Python pickle, which is not read; load the adapter with PEFT ",
                                            "and save it again with save_pretrained, which writes ",
                                            kAdapterWeightsFile));
  }
  ASSIGN_OR_RETURN(const SafetensorsFile file, SafetensorsFile::Open(path));
  for (const TensorView& view : file.tensors()) {
    const auto wrong = [&](absl::string_view what) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": tensor \"", absl::Utf8SafeCEscape(view.name), "\" ", what));
    };
    absl::string_view name = view.name;
    if (!absl::ConsumePrefix(&name, kPeftPrefix))
      return wrong(absl::StrCat("does not begin with \"", kPeftPrefix, "\""));
    if (view.dtype != DType::kF32 && view.dtype != DType::kBF16 && view.dtype != DType::kF16) {
      return wrong(absl::StrCat("is of type ", DTypeName(view.dtype), "; weights must be F32, BF16 or F16"));
    }
    if (!AllFinite(view)) return wrong("holds a value that is not finite");
    Place(name, ToTensor(view), &adapter);
  }
  return adapter;
}

}  // namespace lm

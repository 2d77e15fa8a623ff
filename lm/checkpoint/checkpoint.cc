#include "lm/checkpoint/checkpoint.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/file.h"
#include "base/status.h"
#include "lm/checkpoint/model_places.h"
#include "lm/checkpoint/peft/merge_adapter.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/checkpoint/tensor_io.h"
#include "lm/checkpoint/weight_files.h"
#include "lm/checkpoint/weight_values.h"
#include "lm/config/config.h"
#include "lm/model/adapter.h"
#include "lm/model/layer_source.h"
#include "lm/runtime/device.h"
#include "lm/runtime/runtime.h"

namespace lm {
namespace {

namespace fs = std::filesystem;

constexpr char kConfigFile[] = "config.json";
constexpr const char* kTokenizerFiles[] = {
    "tokenizer.json",    "tokenizer_config.json", "special_tokens_map.json",
    "added_tokens.json", "tokenizer.model",       "vocab.json",
    "merges.txt",        "chat_template.jinja",   "generation_config.json",
    "tekken.json",       "chat_template.json",
};

// Torch's errors go on for many lines.
std::string FirstLine(absl::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

StorageType StorageOf(DType dtype) {
  if (dtype == DType::kBF16) return StorageType::kBfloat16;
  return dtype == DType::kF16 ? StorageType::kFloat16 : StorageType::kFloat32;
}

absl::StatusOr<Decoder> Load(const std::string& folder, const LoadOptions& options) {
  SetUpRuntime();
  RETURN_IF_ERROR(CheckDevice(options.device));
  const std::string config_path = absl::StrCat(folder, "/", kConfigFile);
  ASSIGN_OR_RETURN(const std::string json, base::ReadFile(config_path));
  ASSIGN_OR_RETURN(ModelConfig config, ParseModelConfig(json, config_path));
  ASSIGN_OR_RETURN(const WeightFiles files, OpenWeightFiles(folder));
  const std::vector<ParameterShape> shapes = ParameterShapes(config);
  for (const absl::Status& problem : CheckWeights(config, shapes, files)) return problem;  // the first
  if (!config.has_storage) config.storage = StorageOf(files.weights.at(shapes[0].name).view->dtype);
  config.has_storage = true;
  std::vector<Parameter> parameters;
  for (const auto& [name, shape] : shapes) {
    const StoredWeight& weight = files.weights.at(name);
    const bool keep = options.keep_stored && IsMatrix(config, name);
    torch::Dtype dtype = keep ? ScalarTypeOf(weight.view->dtype) : torch::kFloat32;
    if (options.compute_as_stored) dtype = ScalarTypeOf(files.weights.at(shapes[0].name).view->dtype);
    const torch::TensorOptions kind = torch::TensorOptions(dtype).device(torch::Device(options.device));
    if (options.without_layers && absl::StartsWith(name, TraitsOf(config.family).layers)) {
      parameters.push_back({name, AbsentWeight(shape, kind)});
      continue;
    }
    const torch::Tensor value = torch::empty(shape, kind);
    RETURN_IF_ERROR(ReadValues(weight, value));
    parameters.push_back({name, value});
  }
  if (config.tie_word_embeddings) RETURN_IF_ERROR(CheckTiedHead(config, files));
  return Decoder(config, std::move(parameters));
}

// Writing.

// Writes one shard, of these parameters, each rounded as it is written.
absl::Status WriteShard(const std::string& path, const Decoder& model, torch::Dtype dtype,
                        const std::map<std::string, size_t>& shard, WeightsInTurn& weights) {
  std::vector<TensorInfo> infos;
  for (const auto& [name, parameter] : shard) {
    infos.push_back({name, DTypeOf(dtype), model.parameters()[parameter].value.sizes().vec()});
  }
  torch::Tensor stored;  // owns what the writer is given
  const auto bytes = [&](const TensorInfo& info) -> absl::StatusOr<absl::string_view> {
    const size_t parameter = shard.at(info.name);
    stored = MergedWeight(model, parameter, weights.Get(parameter)).to(torch::kCPU, dtype).contiguous();
    const TensorView view = ViewOf(info.name, stored);
    if (AllFinite(view)) return view.bytes;
    return absl::DataLossError(
        absl::StrCat(path, ": not saved: the weight ", info.name, " holds a value that is not finite as stored"));
  };
  return WriteSafetensors(path, std::move(infos), bytes, {{"format", "pt"}});
}

absl::Status WriteWeights(const Decoder& model, const ModelConfig& config, int64_t max_shard_bytes,
                          const std::string& folder) {
  std::vector<TensorInfo> infos;
  int64_t total_bytes = 0;
  for (const auto& [name, value] : model.parameters()) {
    infos.push_back({name, DTypeOf(TorchType(config.storage)), value.sizes().vec()});
    total_bytes += ByteCount(infos.back().shape, infos.back().dtype);
  }
  const std::vector<int64_t> shard_of = CutIntoShards(infos, max_shard_bytes);
  const int64_t shards = shard_of.back() + 1;
  WeightMap index;
  WeightsInTurn weights(model);
  for (int64_t shard = 0; shard < shards; ++shard) {
    std::map<std::string, size_t> parameters;
    for (size_t i = 0; i < infos.size(); ++i) {
      if (shard_of[i] != shard) continue;
      parameters[infos[i].name] = i;
      index[infos[i].name] = ShardName(shard, shards);
    }
    RETURN_IF_ERROR(WriteShard(absl::StrCat(folder, "/", ShardName(shard, shards)), model, TorchType(config.storage),
                               parameters, weights));
  }
  if (shards == 1) return absl::OkStatus();
  return base::WriteFileAtomically(absl::StrCat(folder, "/", kIndexFile), IndexJson(index, total_bytes));
}

// A link could lead to anything that this user may read, and the copy is made to be handed on. Files of the folder
// itself are its own, and so are the blobs of a Hugging Face cache, where snapshots/REVISION has links to ../../blobs,
// and what lies where config.json leads (a folder of links, such as Bazel's runfiles).
absl::Status CheckIsOfFolder(const std::string& path, const std::string& folder) {
  std::error_code error;
  const fs::path target = fs::canonical(path, error), home = fs::canonical(folder, error);
  const auto is_in = [&](const fs::path& parent) {
    return std::mismatch(parent.begin(), parent.end(), target.begin(), target.end()).first == parent.end();
  };
  if (error) return absl::InvalidArgumentError(absl::StrCat(path, ": ", error.message()));
  const fs::path config = fs::canonical(fs::path(folder) / kConfigFile, error);
  if (!error && target.parent_path() == config.parent_path()) return absl::OkStatus();
  if (is_in(home) || is_in(home.parent_path().parent_path() / "blobs")) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(path, ": is a link out of its folder, to ", target.string(),
                                                 "; copy that file here if it is to go into the new folder"));
}

absl::Status CopyTokenizer(const std::string& from, const std::string& to) {
  std::error_code ignored;
  if (!fs::is_directory(from, ignored)) {
    return absl::NotFoundError(absl::StrCat(from, ": there is no such folder to copy a tokenizer from"));
  }
  for (const char* name : kTokenizerFiles) {
    const std::string path = absl::StrCat(from, "/", name);
    if (!base::FileExists(path)) continue;
    RETURN_IF_ERROR(CheckIsOfFolder(path, from));
    ASSIGN_OR_RETURN(const std::string content, base::ReadFile(path));
    RETURN_IF_ERROR(base::WriteFileAtomically(absl::StrCat(to, "/", name), content));
  }
  return absl::OkStatus();
}

absl::Status FillFolder(const Decoder& model, const ModelConfig& config, const std::string& tokenizer_folder,
                        int64_t max_shard_bytes, const std::string& folder) {
  RETURN_IF_ERROR(base::WriteFileAtomically(absl::StrCat(folder, "/", kConfigFile), ModelConfigToJson(config)));
  if (!tokenizer_folder.empty()) RETURN_IF_ERROR(CopyTokenizer(tokenizer_folder, folder));
  return WriteWeights(model, config, max_shard_bytes, folder);
}

absl::Status Save(const Decoder& model, const std::string& tokenizer_folder, int64_t max_shard_bytes,
                  std::optional<StorageType> save_dtype, const std::string& folder) {
  ModelConfig config = model.config();
  if (save_dtype) config.storage = *save_dtype;
  return base::WriteFolderAtomically(folder, [&](const std::string& partial) {
    return FillFolder(model, config, tokenizer_folder, max_shard_bytes, partial);
  });
}

}  // namespace

absl::StatusOr<WeightReader> WeightReader::Open(const std::string& folder) {
  ASSIGN_OR_RETURN(const ModelPlaces places, FindModelPlaces(folder));
  ASSIGN_OR_RETURN(WeightFiles files, OpenWeightFiles(places.model));
  return WeightReader(std::move(files));
}

absl::Status WeightReader::Read(const std::string& name, int64_t begin, const torch::Tensor& out) const {
  const auto found = files_->weights.find(name);
  SAMI_CHECK(found != files_->weights.end()) << name;
  return ReadValues(found->second, begin, out);
}

absl::StatusOr<Decoder> LoadModel(const std::string& folder, const LoadOptions& options) {
  try {
    ASSIGN_OR_RETURN(const ModelPlaces places, FindModelPlaces(folder));
    if (places.adapter.empty()) return Load(folder, options);
    RETURN_IF_ERROR(CheckDevice(options.device));
    if (options.without_layers) {
      return absl::InvalidArgumentError(absl::StrCat(
          folder, ": an adapter that is merged as it is loaded cannot be loaded in parts; write the model with sami ",
          "merge-adapter, and load that"));
    }
    if (options.compute_as_stored) {
      return absl::InvalidArgumentError(absl::StrCat(
          folder,
          ": an adapter that is merged as it is loaded has no stored type to compute in; write the model with "
          "sami merge-adapter --dtype, and load that"));
    }
    ASSIGN_OR_RETURN(const Decoder base, Load(places.model, LoadOptions()));  // adapters are merged on the CPU
    ASSIGN_OR_RETURN(MergedAdapter merged, MergePeftAdapter(places.adapter, base));
    if (options.device == "cpu") return std::move(merged.model);
    std::vector<Parameter> parameters;
    for (const auto& [name, value] : merged.model.parameters()) {
      parameters.push_back({name, value.to(torch::Device(options.device))});
    }
    return Decoder(merged.model.config(), std::move(parameters));
  } catch (const std::exception& e) {  // torch: out of memory
    return absl::ResourceExhaustedError(absl::StrCat(folder, ": cannot load the model: ", FirstLine(e.what())));
  }
}

absl::Status SaveModel(const Decoder& model, const std::string& tokenizer_folder, const std::string& folder,
                       int64_t max_shard_bytes, std::optional<StorageType> save_dtype) {
  try {
    return Save(model, tokenizer_folder, max_shard_bytes, save_dtype, folder);
  } catch (const std::exception& e) {
    return absl::ResourceExhaustedError(absl::StrCat(folder, ": cannot save the model: ", FirstLine(e.what())));
  }
}

}  // namespace lm

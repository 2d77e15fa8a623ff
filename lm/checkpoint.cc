#include "lm/checkpoint.h"

#include <exception>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/config.h"
#include "lm/safetensors.h"
#include "lm/tensor_io.h"

namespace lm {
namespace {

constexpr char kConfigFile[] = "config.json";
constexpr char kWeightsFile[] = "model.safetensors";
constexpr char kIndexFile[] = "model.safetensors.index.json";
constexpr char kEmbedding[] = "model.embed_tokens.weight";
constexpr char kHead[] = "lm_head.weight";
constexpr const char* kTokenizerFiles[] = {
    "tokenizer.json",    "tokenizer_config.json", "special_tokens_map.json",
    "added_tokens.json", "tokenizer.model",       "vocab.json",
    "merges.txt",        "chat_template.jinja",   "generation_config.json",
};

absl::Status Bad(absl::string_view file, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(file, ": ", what));
}

// Torch's errors go on for many lines.
std::string FirstLine(absl::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

std::string Quoted(absl::string_view name) { return absl::StrCat("\"", absl::Utf8SafeCEscape(name), "\""); }

// Reading.

// A tensor of a checkpoint, and the file that it is in.
struct Stored {
  const TensorView* view;
  std::string path;
};

// All tensors of a checkpoint's files.
struct Weights {
  std::vector<SafetensorsFile> files;
  std::map<std::string, Stored> tensors;
  std::string path;  // that lists them all: the file or the index
};

// Which shard holds a tensor, as an index says.
using WeightMap = std::map<std::string, std::string>;

absl::StatusOr<WeightMap> ReadIndex(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  ASSIGN_OR_RETURN(const base::Json index, base::ParseJson(text, path));
  const auto map = index.is_object() ? index.find("weight_map") : index.end();
  if (map == index.end() || !map->is_object()) return Bad(path, "\"weight_map\" is missing or not an object");
  WeightMap shards;
  for (const auto& item : map->items()) {
    if (!item.value().is_string()) {
      return Bad(path, absl::StrCat("\"weight_map\": the file of ", Quoted(item.key()), " is not a text"));
    }
    const std::string& shard = item.value().get_ref<const std::string&>();
    if (shard.empty() || absl::StrContains(shard, '/') || absl::StrContains(shard, '\0')) {
      return Bad(path, absl::StrCat("\"weight_map\": the file of ", Quoted(item.key()),
                                    " is not a file's name: ", Quoted(shard)));
    }
    shards[item.key()] = shard;
  }
  return shards;
}

absl::StatusOr<Weights> OpenShards(const std::string& folder) {
  Weights weights;
  weights.path = absl::StrCat(folder, "/", kIndexFile);
  ASSIGN_OR_RETURN(const WeightMap shards, ReadIndex(weights.path));
  std::set<std::string> names;
  for (const auto& [tensor, shard] : shards) names.insert(shard);
  weights.files.reserve(names.size());
  for (const std::string& name : names) {
    absl::StatusOr<SafetensorsFile> file = SafetensorsFile::Open(absl::StrCat(folder, "/", name));
    if (absl::IsNotFound(file.status())) {
      return absl::NotFoundError(absl::StrCat(weights.path, ": the shard ", name, " is missing"));
    }
    if (!file.ok()) return file.status();
    weights.files.push_back(*std::move(file));
    for (const TensorView& view : weights.files.back().tensors()) {
      const auto listed = shards.find(view.name);
      if (listed == shards.end() || listed->second != name) {
        return Bad(weights.path,
                   absl::StrCat("tensor ", Quoted(view.name), " is in ", name, ", where the index does not list it"));
      }
      weights.tensors[view.name] = {&view, weights.files.back().path()};
    }
  }
  for (const auto& [tensor, shard] : shards) {
    if (weights.tensors.count(tensor) == 0) {
      return Bad(weights.path,
                 absl::StrCat("tensor ", Quoted(tensor), " is not in ", shard, ", where the index lists it"));
    }
  }
  return weights;
}

absl::StatusOr<Weights> OpenWeights(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/", kWeightsFile);
  if (!base::FileExists(path)) {
    if (base::FileExists(absl::StrCat(folder, "/", kIndexFile))) return OpenShards(folder);
    return absl::NotFoundError(absl::StrCat(folder, ": there is neither ", kWeightsFile, " nor ", kIndexFile));
  }
  Weights weights;
  weights.path = path;
  ASSIGN_OR_RETURN(SafetensorsFile file, SafetensorsFile::Open(path));
  weights.files.push_back(std::move(file));
  for (const TensorView& view : weights.files[0].tensors()) weights.tensors[view.name] = {&view, path};
  return weights;
}

absl::StatusOr<torch::Tensor> ReadWeight(const Weights& weights, const ParameterShape& expected) {
  const auto found = weights.tensors.find(expected.name);
  if (found == weights.tensors.end()) {
    return Bad(weights.path, absl::StrCat("tensor \"", expected.name, "\" is missing; ", kConfigFile,
                                          " asks for one of shape ", ShapeText(expected.shape)));
  }
  const auto& [view, path] = found->second;
  const auto fail = [&, path = path](absl::string_view what) {
    return Bad(path, absl::StrCat("tensor \"", expected.name, "\" ", what));
  };
  if (view->dtype != DType::kF32 && view->dtype != DType::kBF16 && view->dtype != DType::kF16) {
    return fail(absl::StrCat("is of type ", DTypeName(view->dtype), "; weights must be F32, BF16 or F16"));
  }
  if (view->shape != expected.shape) {
    return fail(absl::StrCat("has the shape ", ShapeText(view->shape), "; ", kConfigFile, " asks for ",
                             ShapeText(expected.shape)));
  }
  torch::Tensor value = ToTensor(*view).to(torch::kFloat32);
  if (!torch::isfinite(value).all().item<bool>()) return fail("holds a value that is not finite");
  return value;
}

absl::Status CheckNothingElse(const ModelConfig& config, const Weights& weights,
                              const std::vector<Parameter>& parameters) {
  std::map<std::string, torch::Tensor> known;
  for (const Parameter& parameter : parameters) known[parameter.name] = parameter.value;
  for (const auto& [name, stored] : weights.tensors) {
    if (known.count(name) > 0 || absl::EndsWith(name, ".rotary_emb.inv_freq")) continue;
    if (!config.tie_word_embeddings || name != kHead) {
      return Bad(stored.path,
                 absl::StrCat("tensor ", Quoted(name), " is unexpected: ", kConfigFile, " asks for no such weight"));
    }
    ASSIGN_OR_RETURN(const torch::Tensor head, ReadWeight(weights, {kHead, {config.vocab_size, config.hidden_size}}));
    if (!torch::equal(head, known.at(kEmbedding))) {
      return Bad(stored.path, absl::StrCat("tensor \"", kHead, "\" differs from \"", kEmbedding, "\", although ",
                                           kConfigFile, " says tie_word_embeddings"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Decoder> Load(const std::string& folder) {
  const std::string config_path = absl::StrCat(folder, "/", kConfigFile);
  ASSIGN_OR_RETURN(const std::string json, base::ReadFile(config_path));
  ASSIGN_OR_RETURN(const ModelConfig config, ParseModelConfig(json, config_path));
  ASSIGN_OR_RETURN(const Weights weights, OpenWeights(folder));
  std::vector<Parameter> parameters;
  for (const ParameterShape& expected : ParameterShapes(config)) {
    ASSIGN_OR_RETURN(torch::Tensor value, ReadWeight(weights, expected));
    parameters.push_back({expected.name, std::move(value)});
  }
  RETURN_IF_ERROR(CheckNothingElse(config, weights, parameters));
  return Decoder(config, std::move(parameters));
}

// Writing.

torch::Dtype TorchType(StorageType storage) {
  switch (storage) {
    case StorageType::kBfloat16:
      return torch::kBFloat16;
    case StorageType::kFloat16:
      return torch::kFloat16;
    case StorageType::kFloat32:
      break;
  }
  return torch::kFloat32;
}

absl::Status WriteWeights(const Decoder& model, const std::string& folder) {
  std::vector<torch::Tensor> stored;  // owns what the views show
  std::vector<TensorView> views;
  for (const Parameter& parameter : model.parameters()) {
    stored.push_back(parameter.value.detach().to(torch::kCPU, TorchType(model.config().storage)).contiguous());
    if (!torch::isfinite(stored.back()).all().item<bool>()) {
      return absl::DataLossError(absl::StrCat(folder, ": not saved: the weight ", parameter.name,
                                              " holds a value that is not finite as stored"));
    }
    views.push_back(ViewOf(parameter.name, stored.back()));
  }
  return WriteSafetensors(absl::StrCat(folder, "/", kWeightsFile), std::move(views), {{"format", "pt"}});
}

absl::Status CopyTokenizer(const std::string& from, const std::string& to) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(from, ignored)) {
    return absl::NotFoundError(absl::StrCat(from, ": there is no such folder to copy a tokenizer from"));
  }
  for (const char* name : kTokenizerFiles) {
    const std::string path = absl::StrCat(from, "/", name);
    if (!base::FileExists(path)) continue;
    ASSIGN_OR_RETURN(const std::string content, base::ReadFile(path));
    RETURN_IF_ERROR(base::WriteFileAtomically(absl::StrCat(to, "/", name), content));
  }
  return absl::OkStatus();
}

absl::Status FillFolder(const Decoder& model, const std::string& tokenizer_folder, const std::string& folder) {
  RETURN_IF_ERROR(base::MakeFolders(folder));
  RETURN_IF_ERROR(base::WriteFileAtomically(absl::StrCat(folder, "/", kConfigFile), ModelConfigToJson(model.config())));
  if (!tokenizer_folder.empty()) RETURN_IF_ERROR(CopyTokenizer(tokenizer_folder, folder));
  return WriteWeights(model, folder);
}

absl::Status Save(const Decoder& model, const std::string& tokenizer_folder, std::string folder) {
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  const std::string partial = absl::StrCat(folder, ".partial");
  std::error_code ignored;  // what cannot be removed cannot be written either, and that is reported
  std::filesystem::remove_all(partial, ignored);
  absl::Status status = FillFolder(model, tokenizer_folder, partial);
  if (status.ok()) status = base::Publish(partial, folder);
  if (!status.ok()) std::filesystem::remove_all(partial, ignored);
  return status;
}

}  // namespace

absl::StatusOr<Decoder> LoadModel(const std::string& folder) {
  try {
    return Load(folder);
  } catch (const std::exception& e) {  // torch: out of memory
    return absl::ResourceExhaustedError(absl::StrCat(folder, ": cannot load the model: ", FirstLine(e.what())));
  }
}

absl::Status SaveModel(const Decoder& model, const std::string& tokenizer_folder, const std::string& folder) {
  try {
    return Save(model, tokenizer_folder, folder);
  } catch (const std::exception& e) {
    return absl::ResourceExhaustedError(absl::StrCat(folder, ": cannot save the model: ", FirstLine(e.what())));
  }
}

}  // namespace lm

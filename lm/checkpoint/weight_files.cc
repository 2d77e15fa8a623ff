#include "lm/checkpoint/weight_files.h"

#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "base/text.h"
#include "lm/checkpoint/safetensors_layout.h"

namespace lm {
namespace {

absl::Status Bad(absl::string_view file, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(file, ": ", what));
}

absl::string_view FileName(absl::string_view path) { return path.substr(path.rfind('/') + 1); }

absl::StatusOr<WeightMap> ReadIndex(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  ASSIGN_OR_RETURN(const base::Json index, base::ParseJson(text, path));
  const auto map = index.is_object() ? index.find("weight_map") : index.end();
  if (map == index.end() || !map->is_object()) return Bad(path, "\"weight_map\" is missing or not an object");
  WeightMap shards;
  for (const auto& item : map->items()) {
    if (!item.value().is_string()) {
      return Bad(path, absl::StrCat("\"weight_map\": the file of ", base::Quoted(item.key()), " is not a text"));
    }
    const std::string& shard = item.value().get_ref<const std::string&>();
    if (shard.empty() || absl::StrContains(shard, '/') || absl::StrContains(shard, '\0')) {
      return Bad(path, absl::StrCat("\"weight_map\": the file of ", base::Quoted(item.key()),
                                    " is not a file's name: ", base::Quoted(shard)));
    }
    shards[item.key()] = shard;
  }
  return shards;
}

absl::StatusOr<WeightFiles> OpenShards(const std::string& folder) {
  WeightFiles weights;
  weights.path = absl::StrCat(folder, "/", kIndexFile);
  ASSIGN_OR_RETURN(const WeightMap shards, ReadIndex(weights.path));
  std::set<std::string> names;
  for (const auto& [tensor, shard] : shards) names.insert(shard);
  weights.files.reserve(names.size());
  for (const std::string& name : names) {
    absl::StatusOr<SafetensorsFile> file = SafetensorsFile::Open(absl::StrCat(folder, "/", name));
    if (absl::IsNotFound(file.status())) {
      return absl::NotFoundError(absl::StrCat(weights.path, ": the shard ", name,
                                              " is missing; is the folder still being copied or downloaded?"));
    }
    if (!file.ok()) return file.status();
    weights.files.push_back(*std::move(file));
    for (const TensorView& view : weights.files.back().tensors()) {
      const StoredWeight weight = {&weights.files.back(), &view};
      const auto [found, is_new] = weights.weights.insert({view.name, weight});
      if (is_new) continue;
      return Bad(weights.path,
                 absl::StrCat("tensor ", base::Quoted(view.name), " is in two shards, ",
                              FileName(found->second.file->path()), " and ", name, "; are they of one model?"));
    }
  }
  for (const auto& [tensor, shard] : shards) {
    const auto found = weights.weights.find(tensor);
    if (found != weights.weights.end() && FileName(found->second.file->path()) == shard) continue;
    weights.misplaced[tensor] = shard;
  }
  return weights;
}

// What is there of weights that are not read, and what to do: ", but model.gguf, which ..."; empty: nothing.
std::string OtherWeights(const std::string& folder) {
  const auto convert = [&](absl::string_view file, absl::string_view argument) {
    return absl::StrCat(", but ", file, ", which is not read; convert it: python3 -c 'from transformers import ",
                        "AutoModelForCausalLM as M; M.from_pretrained(\"", folder, "\"", argument,
                        ").save_pretrained(\"NEW_FOLDER\")'");
  };
  for (const char* file : {"pytorch_model.bin", "pytorch_model.bin.index.json"}) {
    if (base::FileExists(absl::StrCat(folder, "/", file))) return convert(file, "");
  }
  std::set<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    names.insert(entry.path().filename().string());
  }
  for (const std::string& name : names) {
    if (absl::EndsWith(name, ".gguf")) return convert(name, absl::StrCat(", gguf_file=\"", name, "\""));
    if (absl::EndsWith(name, ".incomplete")) return absl::StrCat(", but ", name, ": the download has not ended");
    if (absl::StartsWith(name, "consolidated.")) {
      return absl::StrCat(", but ", name, ", of the makers' own format; take the model's Hugging Face folder");
    }
    if (absl::EndsWith(name, ".safetensors")) {
      return absl::StrCat(", but ", name, ", which neither is; of shards, ", kIndexFile, " has to be there");
    }
  }
  return "";
}

absl::Status NoWeights(const std::string& folder) {
  return absl::NotFoundError(
      absl::StrCat(folder, ": there is neither ", kWeightsFile, " nor ", kIndexFile, OtherWeights(folder)));
}

// Tensors without a part in the language model.
bool IsPassedOver(const ModelConfig& config, absl::string_view name) {
  if (absl::EndsWith(name, ".rotary_emb.inv_freq") || absl::StartsWith(name, "v_head.")) return true;
  return config.family == Family::kGptNeox &&
         (absl::EndsWith(name, ".attention.bias") || absl::EndsWith(name, ".attention.masked_bias"));
}

// OK, or what is wrong with the weight.
absl::Status CheckWeight(const FamilyTraits& traits, const WeightFiles& files, const ParameterShape& expected) {
  const auto found = files.weights.find(expected.name);
  if (const auto misplaced = files.misplaced.find(expected.name); misplaced != files.misplaced.end()) {
    return Bad(files.path, absl::StrCat("tensor \"", expected.name, "\" is not in ", misplaced->second,
                                        ", where the index lists it", found == files.weights.end() ? "" : ", but in ",
                                        found == files.weights.end() ? "" : FileName(found->second.file->path()),
                                        "; are index and shards of one model?"));
  }
  if (found == files.weights.end()) {
    return Bad(files.path, absl::StrCat("tensor \"", expected.name, "\" is missing; config.json, of a ", traits.name,
                                        " model, asks for one of shape ", ShapeText(expected.shape)));
  }
  const auto& [file, view] = found->second;
  const std::string name = absl::StrCat("tensor \"", expected.name, "\" ");
  if (view->dtype != DType::kF32 && view->dtype != DType::kBF16 && view->dtype != DType::kF16) {
    return Bad(file->path(),
               absl::StrCat(name, "is of type ", DTypeName(view->dtype), "; weights must be F32, BF16 or F16"));
  }
  if (view->shape != expected.shape) {
    return Bad(file->path(), absl::StrCat(name, "has the shape ", ShapeText(view->shape), "; config.json asks for ",
                                          ShapeText(expected.shape)));
  }
  return absl::OkStatus();
}

}  // namespace

bool HasNoWeights(const std::string& folder) {
  const auto is_there = [&](const char* name) { return base::FileExists(absl::StrCat(folder, "/", name)); };
  return !is_there(kWeightsFile) && !is_there(kIndexFile) && OtherWeights(folder).empty();
}

absl::StatusOr<WeightFiles> OpenWeightFiles(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/", kWeightsFile);
  if (!base::FileExists(path)) {
    if (base::FileExists(absl::StrCat(folder, "/", kIndexFile))) return OpenShards(folder);
    return NoWeights(folder);
  }
  WeightFiles weights;
  weights.path = path;
  ASSIGN_OR_RETURN(SafetensorsFile file, SafetensorsFile::Open(path));
  weights.files.push_back(std::move(file));
  for (const TensorView& view : weights.files[0].tensors()) weights.weights[view.name] = {&weights.files[0], &view};
  return weights;
}

std::vector<absl::Status> CheckWeights(const ModelConfig& config, absl::Span<const ParameterShape> expected,
                                       const WeightFiles& files) {
  const FamilyTraits& traits = TraitsOf(config.family);
  const std::string head = absl::StrCat(traits.head, ".weight");
  std::vector<absl::Status> problems;
  const auto check = [&](const ParameterShape& shape) {
    const absl::Status status = CheckWeight(traits, files, shape);
    if (!status.ok()) problems.push_back(status);
  };
  std::set<std::string> known;
  std::vector<std::string> missing;
  for (const ParameterShape& shape : expected) {
    known.insert(shape.name);
    if (files.weights.count(shape.name) == 0 && files.misplaced.count(shape.name) == 0) missing.push_back(shape.name);
    check(shape);
  }
  std::string stranger;
  for (const auto& [name, weight] : files.weights) {
    if (known.count(name) > 0 || IsPassedOver(config, name)) continue;
    if (config.tie_word_embeddings && name == head) {
      check({head, {config.vocab_size, config.hidden_size}});
      continue;
    }
    if (stranger.empty()) stranger = name;
    problems.push_back(
        Bad(weight.file->path(), absl::StrCat("tensor ", base::Quoted(name), " is unexpected: config.json, of a ",
                                              traits.name, " model, asks for no such weight")));
  }
  if (2 * missing.size() <= expected.size() || stranger.empty()) return problems;
  return {Bad(files.path, absl::StrCat("these are not the weights of the ", traits.name,
                                       " model that config.json describes: of its ", expected.size(), " tensors ",
                                       missing.size(), " are missing, such as ", base::Quoted(missing[0]),
                                       ", and others are there, such as ", base::Quoted(stranger)))};
}

std::vector<int64_t> CutIntoShards(absl::Span<const TensorInfo> tensors, int64_t max_bytes) {
  std::vector<int64_t> shards;
  int64_t shard = 0, bytes = 0;
  for (const TensorInfo& tensor : tensors) {
    const int64_t more = ByteCount(tensor.shape, tensor.dtype);
    if (bytes > 0 && bytes + more > max_bytes) {
      ++shard;
      bytes = 0;
    }
    bytes += more;
    shards.push_back(shard);
  }
  return shards;
}

std::string ShardName(int64_t shard, int64_t shards) {
  if (shards == 1) return kWeightsFile;
  return absl::StrFormat("model-%05d-of-%05d.safetensors", shard + 1, shards);
}

std::string IndexJson(const WeightMap& shards, int64_t total_bytes) {
  const base::Json index = {{"metadata", {{"total_size", total_bytes}}}, {"weight_map", shards}};
  return index.dump(2) + "\n";
}

}  // namespace lm

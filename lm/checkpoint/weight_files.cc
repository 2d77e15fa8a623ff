#include "lm/checkpoint/weight_files.h"

#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/checkpoint/safetensors_layout.h"

namespace lm {
namespace {

constexpr char kHead[] = "lm_head.weight";

absl::Status Bad(absl::string_view file, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(file, ": ", what));
}

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
      weights.weights[view.name] = {&weights.files.back(), &view};
    }
  }
  for (const auto& [tensor, shard] : shards) {
    if (weights.weights.count(tensor) == 0) {
      return Bad(weights.path,
                 absl::StrCat("tensor ", Quoted(tensor), " is not in ", shard, ", where the index lists it"));
    }
  }
  return weights;
}

// OK, or what is wrong with the weight.
absl::Status CheckWeight(const WeightFiles& files, const ParameterShape& expected) {
  const auto found = files.weights.find(expected.name);
  if (found == files.weights.end()) {
    return Bad(files.path, absl::StrCat("tensor \"", expected.name, "\" is missing; config.json asks for one of shape ",
                                        ShapeText(expected.shape)));
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

absl::StatusOr<WeightFiles> OpenWeightFiles(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/", kWeightsFile);
  if (!base::FileExists(path)) {
    if (base::FileExists(absl::StrCat(folder, "/", kIndexFile))) return OpenShards(folder);
    return absl::NotFoundError(absl::StrCat(folder, ": there is neither ", kWeightsFile, " nor ", kIndexFile));
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
  std::vector<absl::Status> problems;
  const auto check = [&](const ParameterShape& shape) {
    const absl::Status status = CheckWeight(files, shape);
    if (!status.ok()) problems.push_back(status);
  };
  std::set<std::string> known;
  for (const ParameterShape& shape : expected) {
    known.insert(shape.name);
    check(shape);
  }
  for (const auto& [name, weight] : files.weights) {
    if (known.count(name) > 0 || absl::EndsWith(name, ".rotary_emb.inv_freq")) continue;
    if (config.tie_word_embeddings && name == kHead) {
      check({kHead, {config.vocab_size, config.hidden_size}});
      continue;
    }
    problems.push_back(Bad(weight.file->path(), absl::StrCat("tensor ", Quoted(name),
                                                             " is unexpected: config.json asks for no such weight")));
  }
  return problems;
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

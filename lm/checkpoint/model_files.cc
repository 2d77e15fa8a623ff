#include "lm/checkpoint/model_files.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/checkpoint/model_places.h"
#include "lm/checkpoint/weight_files.h"

namespace lm {
namespace {

constexpr char kAdapterConfig[] = "adapter_config.json";
constexpr const char* kSmallFiles[] = {
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "tokenizer.model",
    "special_tokens_map.json",
    "vocab.json",
    "merges.txt",
    "added_tokens.json",
    "chat_template.jinja",
    "chat_template.json",
    kAdapterConfig,
    "adapter_model.safetensors",
};

absl::StatusOr<std::set<std::string>> Shards(const std::string& index) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(index));
  ASSIGN_OR_RETURN(const base::Json json, base::ParseJson(text, index));
  const auto map = json.is_object() ? json.find("weight_map") : json.end();
  std::set<std::string> shards;
  bool good = json.is_object() && map != json.end() && map->is_object();
  if (good) {
    for (const auto& shard : *map) {
      good = good && shard.is_string();
      if (good) shards.insert(shard.get<std::string>());
    }
  }
  if (good) return shards;
  return absl::InvalidArgumentError(absl::StrCat(index, ": is no JSON object with a weight_map of names"));
}

// Of base and adapter; where the base lies is no part of it.
absl::StatusOr<std::string> AdapterIdentity(const ModelPlaces& places) {
  ASSIGN_OR_RETURN(const std::string base, ModelIdentity(places.model));
  ASSIGN_OR_RETURN(std::vector<std::string> files, ModelFiles(places.adapter));
  files.erase(std::remove(files.begin(), files.end(), kAdapterConfig), files.end());
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(absl::StrCat(places.adapter, "/", kAdapterConfig)));
  ASSIGN_OR_RETURN(base::Json config, base::ParseJson(text, kAdapterConfig));
  config.erase("base_model_name_or_path");
  ASSIGN_OR_RETURN(const std::string rest, base::Sha256HexOfFiles(places.adapter, std::move(files)));
  return base::Sha256Hex(absl::StrCat(base, "\n", config.dump(), "\n", rest));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ModelFiles(const std::string& folder) {
  const auto is_there = [&](const std::string& name) { return base::FileExists(absl::StrCat(folder, "/", name)); };
  std::vector<std::string> files;
  for (const char* name : kSmallFiles) {
    if (is_there(name)) files.emplace_back(name);
  }
  if (is_there(kWeightsFile)) {
    files.emplace_back(kWeightsFile);
  } else if (is_there(kIndexFile)) {
    files.emplace_back(kIndexFile);
    ASSIGN_OR_RETURN(const std::set<std::string> shards, Shards(absl::StrCat(folder, "/", kIndexFile)));
    for (const std::string& shard : shards) {
      if (is_there(shard)) files.push_back(shard);
    }
  }
  return files;
}

absl::StatusOr<std::string> ModelIdentity(const std::string& folder) {
  ASSIGN_OR_RETURN(const ModelPlaces places, FindModelPlaces(folder));
  if (!places.adapter.empty()) return AdapterIdentity(places);
  ASSIGN_OR_RETURN(std::vector<std::string> files, ModelFiles(folder));
  if (files.empty()) {
    return absl::NotFoundError(
        absl::StrCat(folder, ": is no model folder; it has neither config.json nor any other file of a model"));
  }
  return base::Sha256HexOfFiles(folder, std::move(files));
}

}  // namespace lm

#include "lm/checkpoint/model_places.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/program.h"
#include "base/status.h"

namespace lm {
namespace {

namespace fs = std::filesystem;

constexpr char kHub[] = "hf:";

std::optional<std::string> Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
}

std::string HubCache() {
  if (const auto cache = Environment("HF_HUB_CACHE")) return *cache;
  if (const auto home = Environment("HF_HOME")) return *home + "/hub";
  if (const auto cache = Environment("XDG_CACHE_HOME")) return *cache + "/huggingface/hub";
  return Environment("HOME").value_or("") + "/.cache/huggingface/hub";
}

// "ORG/NAME".
bool LooksLikeName(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  return parts.size() == 2 && std::all_of(parts.begin(), parts.end(), [](absl::string_view part) {
           return !part.empty() && part[0] != '.' && std::all_of(part.begin(), part.end(), [](char c) {
             return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == '@';
           });
         });
}

// The snapshot of a revision: the one that refs/REVISION names, or REVISION itself where it is a commit; of a cache
// without refs the only one.
std::optional<std::string> Snapshot(const std::string& model, const std::string& revision) {
  std::error_code error;
  const auto at = [&](const std::string& commit) -> std::optional<std::string> {
    const std::string path = absl::StrCat(model, "/snapshots/", commit);
    return !commit.empty() && fs::is_directory(path, error) ? std::optional<std::string>(path) : std::nullopt;
  };
  const auto ref = base::ReadFile(absl::StrCat(model, "/refs/", revision));
  if (ref.ok()) return at(std::string(absl::StripAsciiWhitespace(*ref)));
  if (const auto commit = at(revision)) return commit;
  std::vector<std::string> all;
  for (const auto& entry : fs::directory_iterator(model + "/snapshots", error)) all.push_back(entry.path().string());
  return revision == "main" && all.size() == 1 ? std::optional<std::string>(all[0]) : std::nullopt;
}

}  // namespace

absl::StatusOr<std::string> FindModelFolder(const std::string& path_or_name) {
  std::error_code error;
  absl::string_view name = path_or_name;
  const bool is_of_hub = absl::ConsumePrefix(&name, kHub);
  const std::string path = base::UserPath(path_or_name);
  if (!is_of_hub && (fs::exists(path, error) || !LooksLikeName(name))) return path;
  const std::pair<std::string, std::string> parts = absl::StrSplit(name, absl::MaxSplits('@', 1));
  const std::string revision = parts.second.empty() ? "main" : parts.second;
  const std::string cache = HubCache();
  const std::string model = absl::StrCat(cache, "/models--", absl::StrReplaceAll(parts.first, {{"/", "--"}}));
  // Names hold no "..": what is found is in the cache.
  const auto found = absl::StrContains(name, "..") ? std::nullopt : Snapshot(model, revision);
  if (found.has_value()) return *found;
  return absl::NotFoundError(absl::StrCat(path_or_name, ": is no folder here, and revision ", revision, " of ",
                                          parts.first, " is not in the Hugging Face cache ", cache,
                                          " (HF_HOME, HF_HUB_CACHE); download it with: hf download ", parts.first,
                                          parts.second.empty() ? "" : absl::StrCat(" --revision ", revision)));
}

absl::Status CheckEntries(const std::string& folder) {
  std::error_code none;
  for (fs::directory_iterator it(folder, none), end; !none && it != end; it.increment(none)) {
    const std::string path = it->path().string();
    std::error_code unknown;
    const fs::file_status found = it->status(unknown);
    if (it->is_symlink(unknown) && !fs::exists(found)) return base::OpenRegularFile(path).status();
    if (fs::exists(found) && !fs::is_regular_file(found) && !fs::is_directory(found)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": is a device or a FIFO, which no model has; take it away"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ModelPlaces> FindModelPlaces(const std::string& folder) {
  RETURN_IF_ERROR(CheckEntries(folder));
  const std::string adapter_config = absl::StrCat(folder, "/adapter_config.json");
  if (base::FileExists(absl::StrCat(folder, "/config.json")) || !base::FileExists(adapter_config)) {
    return ModelPlaces{folder, "", folder};
  }
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(adapter_config));
  ASSIGN_OR_RETURN(const base::Json json, base::ParseJson(text, adapter_config));
  const base::Json name = json.is_object() ? json.value("base_model_name_or_path", base::Json()) : base::Json();
  constexpr char kMerge[] = "; or merge it into its base by sami merge-adapter --model_dir=BASE";
  if (!name.is_string() || name.get<std::string>().empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        adapter_config, ": is an adapter, and base_model_name_or_path names no base model; name it there", kMerge));
  }
  ModelPlaces places;
  places.adapter = folder;
  const fs::path beside = fs::path(folder) / name.get<std::string>();
  std::error_code error;
  if (fs::is_directory(beside, error)) {
    places.model = beside.lexically_normal().string();
  } else {
    const auto found = FindModelFolder(name.get<std::string>());
    if (!found.ok() || !base::FileExists(absl::StrCat(*found, "/config.json"))) {
      return absl::NotFoundError(absl::StrCat(
          adapter_config, ": the base model that it names is not here: ",
          found.ok() ? absl::StrCat(*found, " holds no config.json") : std::string(found.status().message()), kMerge));
    }
    places.model = *found;
  }
  const bool has_tokenizer = base::FileExists(absl::StrCat(folder, "/tokenizer.json")) ||
                             base::FileExists(absl::StrCat(folder, "/tokenizer.model"));
  places.texts = has_tokenizer ? folder : places.model;
  return places;
}

}  // namespace lm

#include "experiments/export/export.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/program.h"
#include "base/status.h"
#include "base/textproto/canonical.h"
#include "base/textproto/text_proto.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;
using ::sami_harness::Deployment;
using ::sami_harness::ExperimentSpec;

// Where a spec's path leads, if it leads to something of the user's; one of the program's own files, or a name of the
// hub's, stays as it is.
std::string Absolute(const std::string& path) {
  const std::string own = path.empty() || path[0] == '/' ? "" : base::Runfile(path);
  for (const std::string& here : {base::UserPath(path), absl::StrCat(base::WorkspaceFolder(), "/", path)}) {
    std::error_code error;
    if (path.empty() || !base::FileExists(here)) continue;
    // In a checkout it may be both.
    if (!own.empty() && fs::equivalent(own, here, error)) return path;
    return fs::absolute(here, error).lexically_normal().string();
  }
  return path;
}

absl::Status CheckPromptFiles(const ExperimentSpec& spec) {
  for (const auto& evaluation : spec.evaluations()) {
    for (const auto& judge : evaluation.language_model_judges()) {
      const std::string& prompts = judge.judge().prompts();
      if (absl::StartsWith(prompts, "/") || Absolute(prompts) == prompts) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("evaluations \"", evaluation.name(), "\": language_model_judges \"", judge.name(),
                       "\": prompts \"", prompts, "\" is a file of this folder, and jobs run in another; name it by ",
                       "its whole path, ", Absolute(prompts), ", which gives the run another id"));
    }
  }
  return absl::OkStatus();
}

std::string KeyOf(const sami_harness::EndpointAccess& access) {
  if (access.has_key_variable() && !access.key_variable().empty()) {
    return absl::StrCat("the environment variable ", access.key_variable());
  }
  return access.key_file().empty() ? "" : absl::StrCat("the file ", access.key_file());
}

// The rights that a program has beside those of a file.
absl::Status MakeProgram(const std::string& path) {
  std::error_code error;
  fs::permissions(path, fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec, fs::perm_options::add,
                  error);
  return error ? absl::UnavailableError(absl::StrCat(path, ": ", error.message())) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<Export> MakeExport(const ExperimentSpec& spec, const Deployment& deployment,
                                  const std::vector<PlannedStage>& plan, const AskedSets& asked,
                                  const ResourceOptions& options) {
  RETURN_IF_ERROR(CheckPromptFiles(spec));
  Export made;
  made.name = spec.name();
  made.threads = options.threads;
  made.spec = spec;
  base::MovePlaces(&made.spec, Absolute);
  made.deployment = deployment;
  made.deployment.clear_store_folder();  // --store names it
  std::map<std::string, sami_harness::EndpointAccess*> judges, models;
  for (auto& access : *made.deployment.mutable_judge_access()) judges[access.judge()] = access.mutable_access();
  for (auto& access : *made.deployment.mutable_model_access()) models[access.model()] = access.mutable_access();
  for (const auto* all : {&judges, &models}) {
    for (const auto& [name, access] : *all) {
      if (access->has_key_file()) access->set_key_file(Absolute(access->key_file()));
      if (access->has_ca_file()) access->set_ca_file(Absolute(access->ca_file()));
    }
  }
  const std::map<std::string, StageResources> resources = ResourcesOfStages(spec, asked, options);
  for (const PlannedStage& stage : plan) {
    ExportNode node = {stage.name, stage.kind, stage.needs, LightStage(), "", ""};
    if (const auto known = resources.find(stage.name); known != resources.end()) node.resources = known->second;
    const StageUse& use = node.resources.use;
    if (use.AsksServer()) {
      node.server = use.judge.empty() ? absl::StrCat("model ", use.server) : absl::StrCat("judge ", use.judge);
      const auto& accesses = use.judge.empty() ? models : judges;
      const auto access = accesses.find(use.judge.empty() ? use.server : use.judge);
      if (access != accesses.end()) node.key = KeyOf(*access->second);
    }
    made.nodes.push_back(std::move(node));
  }
  return made;
}

std::string ShellWord(const std::string& text) {
  const bool is_plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(c) || absl::string_view("-_./=:,@%+").find(c) != absl::string_view::npos;
  });
  return is_plain ? text : absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

std::string JobFlags(const Export& exported) {
  return absl::StrCat("--spec=", kExportSpec, " --deployment=", kExportDeployment, " --out=", kExportRun);
}

int Minutes(const StageResources& resources) {
  if (!resources.IsLight() && resources.hours == 0) return 0;
  return std::max(kLeastMinutes, static_cast<int>(std::ceil(60 * kSlack * resources.hours)));
}

std::vector<std::string> ServerLines(const Export& exported) {
  std::map<std::string, std::pair<std::string, std::vector<std::string>>> servers;
  for (const ExportNode& node : exported.nodes) {
    if (node.server.empty()) continue;
    servers[node.server].first = node.key;
    servers[node.server].second.push_back(node.name);
  }
  std::vector<std::string> lines;
  for (const auto& [server, asked] : servers) {
    lines.push_back(absl::StrCat(server, asked.first.empty() ? ", without a key" : ", key in " + asked.first, ": ",
                                 absl::StrJoin(asked.second, ", ")));
  }
  return lines;
}

absl::StatusOr<std::vector<ExportFile>> ExportFiles(const Export& exported, absl::string_view format) {
  std::vector<ExportFile> files;
  if (format == "snakemake") {
    files = SnakemakeFiles(exported);
  } else if (format == "slurm") {
    files = SlurmFiles(exported);
  } else {
    return absl::InvalidArgumentError(absl::StrCat("--export is \"", format, "\"; it must be snakemake or slurm"));
  }
  files.push_back({kExportSpec, base::PrintTextProto(exported.spec)});
  files.push_back({kExportDeployment, base::PrintTextProto(exported.deployment)});
  return files;
}

absl::Status CheckExportFolder(const std::string& folder) {
  std::error_code error;
  if (!fs::exists(folder, error) || (fs::is_directory(folder, error) && fs::is_empty(folder, error))) {
    return absl::OkStatus();
  }
  // Another export into it replaces the files; whether the run is the same the run's folder knows.
  if (base::FileExists(absl::StrCat(folder, "/", kExportDeployment))) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(folder, ": it is not empty and holds no export; choose another folder with --out"));
}

absl::Status WriteExport(const std::vector<ExportFile>& files, const std::string& folder) {
  for (const ExportFile& file : files) {
    const std::string path = absl::StrCat(folder, "/", file.path);
    RETURN_IF_ERROR(base::MakeFolders(fs::path(path).parent_path().string()));
    RETURN_IF_ERROR(base::WriteFileAtomically(path, file.content));
    if (file.is_program) RETURN_IF_ERROR(MakeProgram(path));
  }
  return absl::OkStatus();
}

std::string DescribeExport(const Export& exported, absl::string_view format, const std::string& folder) {
  std::string text = absl::StrCat(exported.name, ": ", exported.nodes.size(), " stages in ", folder, "\n",
                                  "Resources are the dry run's estimates, ", exported.speed, "\n");
  for (const std::string& line : ServerLines(exported)) absl::StrAppend(&text, "Asks ", line, "\n");
  absl::StrAppend(&text, "Run it: ",
                  format == "slurm" ? ShellWord(folder + "/submit.sh") + " [flags of sbatch]"
                                    : "cd " + ShellWord(folder) + " && snakemake -j CORES",
                  "\n");
  return text;
}

}  // namespace experiments

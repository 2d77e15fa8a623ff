// sami check: a spec and everything that it reads, before anything is computed.
#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/main/main.h"
#include "base/status.h"
#include "experiments/inputs/inputs.h"
#include "experiments/inputs/judges.h"
#include "experiments/inputs/queries.h"
#include "experiments/plan/model_checks.h"
#include "experiments/spec/checks/references.h"
#include "experiments/spec/named/spec_flags.h"
#include "experiments/spec/nodes.h"
#include "lm/checkpoint/inspection.h"

ABSL_FLAG(bool, complete, false,
          "What a plan may lack, weights, tokenizers and files of queries, is an error, as for a run, not a note.");

namespace experiments {
namespace {

constexpr char kUsage[] =
    "Checks a spec and finds every input that it reads; computes nothing.\n\n"
    "Usage: sami check NAME|SPEC.textproto [--size=SIZE] [--model=FOLDER] [--complete] [--set field.path=value ...]\n\n"
    "Names each input with its hash and where it was found, and the run's id. Models are read as sami inspect reads\n"
    "them. Weights, tokenizers and files of queries may be missing, which is a note, and an error with --complete. "
    "All\n"
    "that is missing or wrong is told, not the first alone. How an endpoint is reached is the deployment's.";

void PrintInput(const std::string& name, const std::string& hash, const std::string& where) {
  std::printf("%-20s  %.12s  %s\n", name.c_str(), hash.c_str(), where.c_str());
}

// What would keep the run from loading its models and judges, which is found by reading them, but for what is not there
// at all.
void AddModelProblems(const Pipeline& pipeline, std::vector<absl::Status>* errors) {
  std::vector<std::pair<std::string, std::string>> folders = LocalJudges(pipeline);
  for (const auto& [name, folder] : pipeline.model_folders) {
    if (!FindNode(pipeline.spec.models(), name)->has_folder()) continue;
    folders.emplace_back(absl::StrCat("models \"", name, "\""), folder);
  }
  for (const auto& [where, folder] : folders) {
    const lm::ModelInspection inspection = lm::InspectModel(folder);
    for (const std::string& problem : inspection.problems) {
      if (problem == inspection.no_weights) continue;
      errors->push_back(absl::InvalidArgumentError(absl::StrCat(where, ": ", problem)));
    }
  }
}

// What is not there at all: notes of a plan, errors of a run. inputs_found: whether all that is checked without weights
// was.
void AddMissing(const Pipeline& pipeline, bool inputs_found, std::vector<std::string>* notes,
                std::vector<absl::Status>* errors) {
  const MissingFiles missing = FindMissingFiles(pipeline);
  const bool required = absl::GetFlag(FLAGS_complete);
  for (const std::string& line : missing.weights) {
    if (required) {
      errors->push_back(absl::NotFoundError(absl::StrCat(line, "; a run needs them")));
    } else {
      notes->push_back(
          absl::StrCat(line, inputs_found ? "; the rest was checked: a run needs them" : "; a run needs them"));
    }
  }
  for (const std::string& line : missing.tokenizers) {
    if (required) {
      errors->push_back(absl::NotFoundError(absl::StrCat(line, "; a run needs it")));
    } else {
      notes->push_back(
          absl::StrCat(line, "; prompts' lengths were not counted, nor templates rendered: a run needs it"));
    }
  }
  for (const std::string& line : missing.tokenizers_of_weights) {
    errors->push_back(absl::NotFoundError(absl::StrCat(line, "; a run needs it")));
  }
}

// Query sets whose files are not here: notes of a plan in the place of their errors.
void NoteMissingQueries(const Pipeline& pipeline, std::vector<std::string>* notes, std::vector<absl::Status>* errors) {
  if (absl::GetFlag(FLAGS_complete)) return;
  for (const auto& set : pipeline.spec.queries()) {
    if (pipeline.queries.count(set.name()) > 0) continue;
    const absl::Status status = LoadQueries(set).status();
    const auto error = std::find(errors->begin(), errors->end(), status);
    if (!absl::IsNotFound(status) || error == errors->end()) continue;
    errors->erase(error);
    notes->push_back(absl::StrCat(status.message(), "; prompts that ask them were not counted: a run needs them"));
  }
}

// What is known of an input, by its name among the hashes.
std::string About(const Pipeline& pipeline, const std::string& input) {
  const size_t slash = input.find('/');
  const std::string role = input.substr(0, slash), name = input.substr(slash + 1);
  if (role == "model") {
    const auto folder = pipeline.model_folders.find(name);
    return folder == pipeline.model_folders.end() ? "(a server's)" : folder->second;
  }
  if (role == "queries") return absl::StrCat(pipeline.queries.at(name).size(), " queries");
  if (role == "data") return pipeline.data_files.at(name);
  if (role == "constitutions") {
    const auto set = pipeline.principles.find(name);
    if (set != pipeline.principles.end()) return absl::StrCat(set->second.size(), " principles");
    return absl::StrCat("(written by ", FindNode(pipeline.spec.constitutions(), name)->written_by().model(),
                        " when the run begins; what uses them is checked then)");
  }
  return "(the spec's judge)";
}

absl::Status Main(const std::vector<std::string>& arguments) {
  if (arguments.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat("\"", arguments[1], "\": check one spec at a time"));
  }
  ASSIGN_OR_RETURN(ChosenSpec chosen, SpecOfFlags(arguments.empty() ? "" : arguments[0]));
  Pipeline pipeline;
  pipeline.spec = std::move(chosen.spec);
  std::printf("spec                  %s\n", chosen.path.c_str());
  std::vector<absl::Status> errors = FindEachInput(&pipeline);
  std::vector<std::string> notes;
  NoteMissingQueries(pipeline, &notes, &errors);
  const bool lacks_queries = !notes.empty();
  const bool found_all = errors.empty();
  AddModelProblems(pipeline, &errors);
  if (found_all) {
    const std::vector<absl::Status> wrong = CheckModels(pipeline);
    errors.insert(errors.end(), wrong.begin(), wrong.end());
  }
  for (std::string& note : NotesOnModels(pipeline)) notes.push_back(std::move(note));
  AddMissing(pipeline, found_all, &notes, &errors);
  for (const auto& [name, hash] : pipeline.input_hashes) {
    if (!hash.empty()) PrintInput(name, hash, About(pipeline, name));
  }
  for (const std::string& unused : UnusedNodes(pipeline.spec)) std::fprintf(stderr, "warning: %s\n", unused.c_str());
  for (const std::string& note : notes) std::fprintf(stderr, "note: %s\n", note.c_str());
  if (errors.empty() && lacks_queries) return absl::OkStatus();  // its id is not known
  if (errors.empty()) {
    std::printf("run                   %s-%.12s\n", pipeline.spec.name().c_str(), RunIdOf(pipeline).c_str());
    return absl::OkStatus();
  }
  std::fflush(stdout);
  for (size_t i = 0; i + 1 < errors.size(); ++i) base::ReportAndExitCode(errors[i]);
  return errors.back();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) { return base::RunMain(argc, argv, experiments::kUsage, experiments::Main); }

// sami check: a spec and everything that it reads, before anything is computed.
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/program.h"
#include "base/repeated_flag.h"
#include "base/status.h"
#include "base/textproto/canonical.h"
#include "base/textproto/text_proto.h"
#include "datasets/sources/find_input.h"
#include "experiments/inputs/inputs.h"
#include "experiments/spec/named_spec.h"
#include "experiments/spec/results_version.h"
#include "experiments/spec/spec_io.h"
#include "lm/checkpoint/inspection.h"

struct SetTag;
ABSL_FLAG(base::RepeatedFlag<SetTag>, set, {},
          "field.path=value: changes a field of the spec; may be given several times.");

namespace experiments {
namespace {

constexpr char kUsage[] =
    "Checks a spec and finds every input that it reads; computes nothing.\n\n"
    "Usage: sami check NAME|SPEC.textproto [--set field.path=value ...]\n\n"
    "Names each input with its hash and where it was found, and the run's id. Models are read as sami inspect reads\n"
    "them. All that is missing or wrong is told, not the first alone. How an endpoint is reached is the deployment's.";

void PrintInput(const std::string& name, const std::string& hash, const std::string& where) {
  std::printf("%-20s  %.12s  %s\n", name.c_str(), hash.c_str(), where.c_str());
}

// Where an input was found, by its name among the hashes.
std::string Where(const Pipeline& pipeline, const std::string& input) {
  constexpr char kBuiltIn[] = "(built in)";
  const auto file = [&](const std::string& path) { return path.empty() ? kBuiltIn : path; };
  if (input == "base_model") return pipeline.base_folder;
  if (input == "generator_model") return pipeline.generator_folder;
  if (input == "questions") return pipeline.spec.has_evaluation() ? file(pipeline.questions_file) : "(none)";
  if (input == "training_questions") return file(pipeline.training_questions_file);
  if (input == "accuracy_questions") return file(pipeline.accuracy_questions_file);
  const std::string& constitutions = pipeline.spec.data().constitutions();
  if (input != "constitutions") return "(the spec's judge)";
  return constitutions.empty() ? kBuiltIn : datasets::FindInput("data.constitutions", constitutions).value_or("");
}

// What would keep the run from loading its models, which is found by reading them.
void AddModelProblems(const Pipeline& pipeline, std::vector<absl::Status>* errors) {
  std::vector<std::pair<std::string, std::string>> models = {{"base_model", pipeline.base_folder}};
  if (pipeline.generator_folder != pipeline.base_folder) {
    models.emplace_back("generator_model", pipeline.generator_folder);
  }
  for (const auto& [field, folder] : models) {
    if (folder.empty()) continue;  // not found: that is said
    for (const std::string& problem : lm::InspectModel(folder).problems) {
      errors->push_back(absl::InvalidArgumentError(absl::StrCat(field, ".folder: ", problem)));
    }
  }
}

absl::Status Main(const std::vector<std::string>& arguments) {
  if (arguments.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat("\"", arguments[1], "\": check one spec at a time"));
  }
  ASSIGN_OR_RETURN(const std::string path, FindSpec(arguments.empty() ? "" : arguments[0]));
  Pipeline pipeline;
  ASSIGN_OR_RETURN(pipeline.spec, LoadSpec(path, absl::GetFlag(FLAGS_set).values));
  std::printf("spec                  %s\n", path.c_str());
  std::vector<absl::Status> errors = FindEachInput(&pipeline);
  AddModelProblems(pipeline, &errors);
  for (const auto& [name, hash] : pipeline.input_hashes) {
    if (!hash.empty()) PrintInput(name, hash, Where(pipeline, name));
  }
  if (errors.empty()) {
    const std::string id = base::RunId(base::PrintTextProto(pipeline.spec), pipeline.input_hashes, kResultsVersion);
    std::printf("run                   %s-%.12s\n", pipeline.spec.name().c_str(), id.c_str());
    return absl::OkStatus();
  }
  std::fflush(stdout);
  for (size_t i = 0; i + 1 < errors.size(); ++i) base::ReportAndExitCode(errors[i]);
  return errors.back();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  return base::ReportAndExitCode(experiments::Main(base::InitProgram(argc, argv, experiments::kUsage)));
}

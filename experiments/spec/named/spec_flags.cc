#include "experiments/spec/named/spec_flags.h"

#include <vector>

#include "absl/algorithm/container.h"
#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/flags/repeated_flag.h"
#include "base/status.h"
#include "experiments/spec/named/named_spec.h"
#include "experiments/spec/spec_io.h"

struct SetTag;
ABSL_FLAG(base::RepeatedFlag<SetTag>, set, {},
          "field.path=value: changes a field of the spec; may be given several times. "
          "Example: --set arms[sami].sami.training.epochs=2");
ABSL_FLAG(
    std::string, size, "",
    "embedded, small or paper, of experiments that have them: the models that this repository carries, a real one "
    "for two cores, the papers' own.");
ABSL_FLAG(std::string, model, "",
          "A model's folder, or its name on the hub, in the place of the spec's first model. Changes results.");

namespace experiments {
namespace {

// The shipped name of an experiment's size.
absl::StatusOr<std::string> NameOfSize(const std::string& name, const std::string& size) {
  const std::vector<std::string> shipped = ShippedExperiments();
  std::vector<std::string> sizes;
  for (const char* known : {"embedded", "small", "paper"}) {
    const std::string full = known == std::string("embedded") ? name : absl::StrCat(name, "_", known);
    if (!absl::c_linear_search(shipped, full)) continue;
    if (known == size) return full;
    sizes.push_back(known);
  }
  if (sizes.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--size=", size, " is for shipped experiments, and \"", name, "\" is none; leave it out"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--size: ", name, " has no size \"", size, "\"; it has ", absl::StrJoin(sizes, ", ")));
}

absl::Status TakeModel(const std::string& folder, sami_harness::ExperimentSpec* spec) {
  if (folder.empty()) return absl::OkStatus();
  const sami_harness::Model first = spec->models(0);
  if (!first.has_folder()) {
    return absl::InvalidArgumentError(absl::StrCat("--model takes the place of a folder, and the first model, \"",
                                                   first.name(), "\", has none; use --set models[NAME]..."));
  }
  for (sami_harness::Model& model : *spec->mutable_models()) {
    if (model.has_folder() && model.folder() == first.folder()) model.set_folder(folder);
  }
  for (auto& evaluation : *spec->mutable_evaluations()) {
    for (auto& judge : *evaluation.mutable_language_model_judges()) {
      if (!judge.judge().has_local() || judge.judge().local().folder() != first.folder()) continue;
      judge.mutable_judge()->mutable_local()->set_folder(folder);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ChosenSpec> SpecOfFlags(const std::string& name_or_path) {
  ChosenSpec chosen;
  std::string name = name_or_path;
  if (const std::string size = absl::GetFlag(FLAGS_size); !size.empty()) {
    ASSIGN_OR_RETURN(name, NameOfSize(name, size));
  }
  ASSIGN_OR_RETURN(chosen.path, FindSpec(name));
  ASSIGN_OR_RETURN(chosen.spec, LoadSpec(chosen.path, absl::GetFlag(FLAGS_set).values));
  RETURN_IF_ERROR(TakeModel(absl::GetFlag(FLAGS_model), &chosen.spec));
  return chosen;
}

}  // namespace experiments

// sami graph: the stages that a run of a spec has, what each needs, and which of them are done.
#include "experiments/plan/graph.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/main/main.h"
#include "base/program.h"
#include "base/status.h"
#include "experiments/run_experiment.h"
#include "experiments/spec/named/spec_flags.h"

ABSL_FLAG(std::string, format, "text",
          "text; json; dot for Graphviz: sami graph NAME --format=dot | dot -Tsvg; or svg, a drawing to look at.");
ABSL_FLAG(std::string, store, "", "The folder of what stages computed. Default: runs/store in the workspace.");

namespace experiments {
namespace {

constexpr char kUsage[] =
    "Shows an experiment's stages: what each needs and whether it is done.\n\n"
    "Usage: sami graph NAME|SPEC.textproto [--format=text|json|dot|svg] [--size=SIZE] [--set field.path=value ...]\n\n"
    "A stage's entry is its folder in the store, named by the hash of all that it depends on: equal entries are\n"
    "computed once, by whatever run. Inputs are read, to hash them; nothing is computed.";

absl::Status Main(const std::vector<std::string>& arguments) {
  if (arguments.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat("\"", arguments[1], "\": show one spec at a time"));
  }
  const std::string format = absl::GetFlag(FLAGS_format);
  RETURN_IF_ERROR(GraphText("", {}, format).status());
  ASSIGN_OR_RETURN(const ChosenSpec chosen, SpecOfFlags(arguments.empty() ? "" : arguments[0]));
  RunOptions options;
  options.runs_folder = absl::StrCat(base::WorkspaceFolder(), "/runs");
  options.store = base::UserPath(absl::GetFlag(FLAGS_store));
  ASSIGN_OR_RETURN(const std::vector<PlannedStage> plan, PlanExperiment(chosen.spec, options));
  ASSIGN_OR_RETURN(const std::string graph, GraphText(chosen.spec.name(), plan, format));
  std::fputs(graph.c_str(), stdout);
  return absl::OkStatus();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) { return base::RunMain(argc, argv, experiments::kUsage, experiments::Main); }

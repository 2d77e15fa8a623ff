#include "experiments/experiment_main.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/program.h"
#include "base/progress.h"
#include "base/repeated_flag.h"
#include "base/status.h"
#include "base/textproto/text_proto.h"
#include "experiments/inputs/inputs.h"
#include "experiments/plan/dry_run.h"
#include "experiments/plan/graph.h"
#include "experiments/plan/measure_flops.h"
#include "experiments/plan/model_checks.h"
#include "experiments/plan/prompt_lengths.h"
#include "experiments/run_experiment.h"
#include "experiments/spec/named/spec_flags.h"
#include "experiments/spec/spec_io.h"
#include "training/processes/place.h"

struct NodeTag;
ABSL_FLAG(std::string, spec, "", "The experiment, an ExperimentSpec in text format; shipped ones by their path, too.");
ABSL_FLAG(std::string, deployment, "", "A Deployment in text format: threads and folders. Changes no result.");
ABSL_FLAG(std::string, out, "", "The run's folder. Default: runs/<name>-<first 12 of the run id> in the workspace.");
ABSL_FLAG(std::string, store, "",
          "The folder of what stages computed, which runs share. Default: the deployment's, else store in its "
          "runs_folder.");
ABSL_FLAG(base::RepeatedFlag<NodeTag>, node, {},
          "A stage, or an arm for its training: it and what it needs are computed, and nothing else; may be given "
          "several times.");
ABSL_FLAG(std::string, print_graph, "",
          "text, json, dot or svg: print the run's stages, what each needs and whether the store has it, and stop.");
ABSL_FLAG(bool, strict, false,
          "Refuse a spec that asks a query that it trains on, or compares arms that were given unequal data.");
ABSL_FLAG(bool, all_tables, false, "Print every table, before what the run claims.");
ABSL_FLAG(bool, print_spec, false, "Print the spec with every default filled in, and stop.");
ABSL_FLAG(bool, dry_run, false, "Print what the spec would read, compute and need, and stop.");
ABSL_FLAG(double, flops, 0, "With --dry_run: FLOP/s of the hardware. 0: this machine's, measured.");
ABSL_FLAG(double, gpu_memory, 0,
          "With --dry_run: memory of one device in GiB; which ways to train, sample and score fit in it is printed.");
ABSL_FLAG(double, gpu_price, 0, "With --dry_run: price of a device-hour, in any currency; that of the run is printed.");
ABSL_FLAG(int64_t, prompt_tokens, 0, "With --dry_run: assumed length of every prompt, in tokens. 0: counted.");

namespace experiments {
namespace {

using ::sami_harness::Deployment;
using ::sami_harness::ExperimentSpec;

// By default this process' share of the machine's cores.
int Threads(const Deployment& deployment, int processes = 1) {
  if (deployment.threads() > 0) return deployment.threads();
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / processes);
}

// "cuda", for one of several processes on a machine: a device of its own, of those that it is shown. Some starters show
// each process its own alone.
std::string DeviceOf(const Deployment& deployment, const training::Place& place) {
  if (deployment.device() != "cuda" || place.size == 1) return deployment.device();
  const char* shown = std::getenv("CUDA_VISIBLE_DEVICES");
  const size_t devices =
      shown == nullptr || *shown == '\0' ? 0 : std::count(shown, shown + std::strlen(shown), ',') + 1;
  return absl::StrCat("cuda:", devices == 0 ? place.local_rank : place.local_rank % devices);
}

// What `sami check` finds wrong, as far as it can be known without reading weights.
std::vector<std::string> ProblemsOf(const ExperimentSpec& spec) {
  Pipeline pipeline;
  pipeline.spec = spec;
  std::vector<absl::Status> errors = FindEachModelFolder(&pipeline);
  const std::vector<absl::Status> texts = FindEachText(&pipeline);
  errors.insert(errors.end(), texts.begin(), texts.end());
  if (errors.empty()) errors = CheckModels(pipeline);
  std::vector<std::string> problems;
  for (const absl::Status& error : errors) problems.emplace_back(error.message());
  return problems;
}

// 0 where the flag is not given.
absl::StatusOr<double> PositiveFlag(const char* name, double value) {
  if (value == 0 || (value > 0 && std::isfinite(value))) return value;
  return absl::InvalidArgumentError(absl::StrCat("--", name, " is ", value, "; it must be above 0"));
}

absl::StatusOr<DryRunOptions> DryRunFlags(const ExperimentSpec& spec, const Deployment& deployment) {
  DryRunOptions options;
  ASSIGN_OR_RETURN(options.speed, FindSpeed(absl::GetFlag(FLAGS_flops), Threads(deployment)));
  constexpr double kGibi = 1 << 30;
  ASSIGN_OR_RETURN(const double memory, PositiveFlag("gpu_memory", absl::GetFlag(FLAGS_gpu_memory)));
  options.device_bytes = memory * kGibi;
  ASSIGN_OR_RETURN(options.price, PositiveFlag("gpu_price", absl::GetFlag(FLAGS_gpu_price)));
  const int64_t prompt_tokens = absl::GetFlag(FLAGS_prompt_tokens);
  if (prompt_tokens < 0) return absl::InvalidArgumentError("--prompt_tokens must be at least 0");
  std::string source = "Every prompt is taken to be as long as --prompt_tokens says.";
  options.asked = prompt_tokens > 0 ? EqualPrompts(spec, prompt_tokens) : FindAskedSets(spec, &source);
  options.texts = DescribeTexts(spec);
  options.problems = ProblemsOf(spec);
  options.text_notes = {source, "Every response is taken to have its max_new_tokens; no query is filtered out."};
  return options;
}

std::string InWorkspace(const std::string& folder) {
  return absl::StartsWith(folder, "/") ? folder : absl::StrCat(base::WorkspaceFolder(), "/", folder);
}

// The spec: --spec, or what was named without a flag.
absl::StatusOr<ChosenSpec> FindChosen(const std::vector<std::string>& named, const std::string& default_spec) {
  const std::string flag = absl::GetFlag(FLAGS_spec);
  const size_t allowed = default_spec.empty() && flag.empty() ? 1 : 0;
  if (named.size() > allowed) {
    return absl::InvalidArgumentError(absl::StrCat("\"", named[allowed], "\" is not a flag; --help lists them"));
  }
  if (!flag.empty()) return SpecOfFlags(flag);
  if (!default_spec.empty()) return SpecOfFlags(default_spec);
  return SpecOfFlags(named.empty() ? "" : named[0]);
}

absl::Status Main(const std::vector<std::string>& named, const std::string& default_spec,
                  const std::string& code_commit) {
  ASSIGN_OR_RETURN(const ChosenSpec chosen, FindChosen(named, default_spec));
  const ExperimentSpec& spec = chosen.spec;
  ASSIGN_OR_RETURN(const Deployment deployment, LoadDeployment(base::UserPath(absl::GetFlag(FLAGS_deployment))));
  if (absl::GetFlag(FLAGS_print_spec)) {
    std::printf("%s", base::PrintTextProto(spec).c_str());
    return absl::OkStatus();
  }
  if (absl::GetFlag(FLAGS_dry_run)) {
    ASSIGN_OR_RETURN(const DryRunOptions options, DryRunFlags(spec, deployment));
    std::printf("%s", DryRun(spec, options).c_str());
    return absl::OkStatus();
  }
  if (absl::GetFlag(FLAGS_gpu_memory) != 0 || absl::GetFlag(FLAGS_gpu_price) != 0) {
    return absl::InvalidArgumentError("--gpu_memory and --gpu_price are for --dry_run; add it, or leave them out");
  }
  RunOptions options;
  options.out = base::UserPath(absl::GetFlag(FLAGS_out));
  options.runs_folder = InWorkspace(deployment.runs_folder());
  options.store = base::UserPath(absl::GetFlag(FLAGS_store));
  if (options.store.empty() && !deployment.store_folder().empty()) {
    options.store = InWorkspace(deployment.store_folder());
  }
  options.strict = absl::GetFlag(FLAGS_strict);
  options.all_tables = absl::GetFlag(FLAGS_all_tables);
  options.nodes = absl::GetFlag(FLAGS_node).values;
  options.checkpoint_seconds = deployment.checkpoint_seconds();
  ASSIGN_OR_RETURN(options.place, training::FindPlace());
  options.meeting_seconds = deployment.meeting_seconds();
  options.threads = Threads(deployment, options.place.local_size);
  options.device = DeviceOf(deployment, options.place);
  base::Progress::SetQuiet(deployment.quiet() || options.place.rank > 0);
  for (const auto& access : deployment.judge_access()) options.judge_access[access.judge()] = access.access();
  for (const auto& access : deployment.model_access()) options.model_access[access.model()] = access.access();
  options.code_commit = code_commit;
  if (const std::string format = absl::GetFlag(FLAGS_print_graph); !format.empty()) {
    RETURN_IF_ERROR(GraphText("", {}, format).status());
    ASSIGN_OR_RETURN(const std::vector<PlannedStage> plan, PlanExperiment(spec, options));
    ASSIGN_OR_RETURN(const std::string graph, GraphText(spec.name(), plan, format));
    std::printf("%s", graph.c_str());
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string summary, RunExperiment(spec, options));
  if (options.place.rank == 0) std::printf("\n%s", summary.c_str());
  return absl::OkStatus();
}

}  // namespace

int ExperimentMain(int argc, char** argv, absl::string_view usage, const std::string& default_spec,
                   const std::string& code_commit) {
  const std::vector<std::string> named = base::InitProgram(argc, argv, usage);
  return base::ReportAndExitCode(Main(named, default_spec, code_commit));
}

}  // namespace experiments

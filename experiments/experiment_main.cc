#include "experiments/experiment_main.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "base/flags/repeated_flag.h"
#include "base/main/main.h"
#include "base/program.h"
#include "base/progress.h"
#include "base/status.h"
#include "base/textproto/text_proto.h"
#include "experiments/export/export.h"
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
ABSL_FLAG(
    std::string, out, "",
    "The run's folder; with --export, the export's. Default: runs/<name>-<first 12 of the run id> in the workspace.");
ABSL_FLAG(std::string, store, "",
          "The folder of what stages computed, which runs share. Default: the deployment's, else store in its "
          "runs_folder.");
ABSL_FLAG(
    base::RepeatedFlag<NodeTag>, node, {},
    "A stage, or an arm for its training, or several with commas: they and what they need are computed, and nothing "
    "else; may be given several times.");
ABSL_FLAG(std::string, print_graph, "",
          "text, json, dot or svg: print the run's stages, what each needs and whether the store has it, and stop.");
ABSL_FLAG(int, threads, 0, "Worker threads, in the place of the deployment's. Changes no result.");
ABSL_FLAG(std::string, arithmetic, "",
          "What matrix products are computed by, in the place of the deployment's: auto, own, library, openblas-NAME "
          "(haswell, skylakex, ...), onednn, mkl. Changes last digits alone.");
ABSL_FLAG(bool, other_arithmetic, false,
          "Take stages that were computed with other arithmetic (products, torch, device, ...), and record that.");
ABSL_FLAG(
    std::string, export, "",
    "snakemake or slurm: write the run's stages into the folder --out, as jobs of that engine with what each needs, "
    "and stop.");
ABSL_FLAG(int, processes, 1, "With --export: processes that each training is over. Changes no result.");
ABSL_FLAG(bool, strict, false,
          "Refuse a spec that asks a query that it trains on, or compares arms that were given unequal data.");
ABSL_FLAG(bool, all_tables, false, "Print every table, before what the run claims.");
ABSL_FLAG(bool, print_spec, false, "Print the spec with every default filled in, and stop.");
ABSL_FLAG(bool, dry_run, false, "Print what the spec would read, compute and need, and stop.");
ABSL_FLAG(double, flops, 0, "With --dry_run or --export: FLOP/s of the hardware. 0: this machine's, measured.");
ABSL_FLAG(double, gpu_memory, 0,
          "With --dry_run: memory of one device in GiB; which ways to train, sample and score fit in it is printed.");
ABSL_FLAG(double, gpu_price, 0, "With --dry_run: price of a device-hour, in any currency; that of the run is printed.");
ABSL_FLAG(std::string, gpus, "",
          "With --dry_run and --gpu_memory: on how many devices the plan is made; auto: the fewest on which all stages "
          "fit.");
ABSL_FLAG(double, gpu_link, 0,
          "With --gpus: GB/s (10^9 bytes) that a device sends to others. 0: sending takes no time.");
ABSL_FLAG(int64_t, prompt_tokens, 0,
          "With --dry_run or --export: assumed length of every prompt, in tokens. 0: counted.");

namespace experiments {
namespace {

using ::sami_harness::Deployment;
using ::sami_harness::ExperimentSpec;

// By default this process' share of the machine's cores.
int Threads(const Deployment& deployment, int processes = 1) {
  if (absl::GetFlag(FLAGS_threads) > 0) return absl::GetFlag(FLAGS_threads);
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
std::vector<absl::Status> ProblemsOf(const ExperimentSpec& spec) {
  Pipeline pipeline;
  pipeline.spec = spec;
  std::vector<absl::Status> errors = FindEachModelFolder(&pipeline);
  const std::vector<absl::Status> texts = FindEachText(&pipeline);
  errors.insert(errors.end(), texts.begin(), texts.end());
  if (errors.empty()) errors = CheckModels(pipeline);
  return errors;
}

// What is not here may be elsewhere; what is wrong is wrong everywhere.
absl::Status FirstWrong(const std::vector<absl::Status>& problems) {
  for (const absl::Status& problem : problems) {
    if (absl::IsInvalidArgument(problem)) return problem;
  }
  return absl::OkStatus();
}

// 0 where the flag is not given.
absl::StatusOr<double> PositiveFlag(const char* name, double value) {
  if (value == 0 || (value > 0 && std::isfinite(value))) return value;
  return absl::InvalidArgumentError(absl::StrCat("--", name, " is ", value, "; it must be above 0"));
}

absl::StatusOr<AskedSets> AskedOfFlags(const ExperimentSpec& spec, std::string* source) {
  const int64_t prompt_tokens = absl::GetFlag(FLAGS_prompt_tokens);
  if (prompt_tokens < 0) return absl::InvalidArgumentError("--prompt_tokens must be at least 0");
  *source = "Every prompt is taken to be as long as --prompt_tokens says.";
  return prompt_tokens > 0 ? EqualPrompts(spec, prompt_tokens) : FindAskedSets(spec, source);
}

// Absent where the flag is not given; 0: auto.
absl::StatusOr<std::optional<int64_t>> DevicesFlag(const std::string& value) {
  if (value.empty()) return std::optional<int64_t>();
  int64_t devices = 0;
  if (value == "auto") return devices;
  if (absl::SimpleAtoi(value, &devices) && devices >= 1 && devices <= 65536) return devices;
  return absl::InvalidArgumentError(
      absl::StrCat("--gpus is \"", value, "\"; it must be auto, or a number from 1 to 65536"));
}

absl::StatusOr<DryRunOptions> DryRunFlags(const ExperimentSpec& spec, const Deployment& deployment,
                                          const std::vector<absl::Status>& problems) {
  DryRunOptions options;
  ASSIGN_OR_RETURN(options.speed, FindSpeed(absl::GetFlag(FLAGS_flops), Threads(deployment)));
  constexpr double kGibi = 1 << 30;
  ASSIGN_OR_RETURN(const double memory, PositiveFlag("gpu_memory", absl::GetFlag(FLAGS_gpu_memory)));
  options.device_bytes = memory * kGibi;
  ASSIGN_OR_RETURN(options.price, PositiveFlag("gpu_price", absl::GetFlag(FLAGS_gpu_price)));
  ASSIGN_OR_RETURN(options.devices, DevicesFlag(absl::GetFlag(FLAGS_gpus)));
  if (options.devices.has_value() && memory == 0) {
    return absl::InvalidArgumentError("--gpus needs --gpu_memory, in GiB of one device");
  }
  ASSIGN_OR_RETURN(const double link, PositiveFlag("gpu_link", absl::GetFlag(FLAGS_gpu_link)));
  options.link_bytes_per_second = link * 1e9;
  std::string source;
  ASSIGN_OR_RETURN(options.asked, AskedOfFlags(spec, &source));
  options.texts = DescribeTexts(spec);
  for (const absl::Status& problem : problems) options.problems.emplace_back(problem.message());
  options.text_notes = {source, "Every response is taken to have its max_new_tokens; no query is filtered out."};
  return options;
}

std::string InWorkspace(const std::string& folder) {
  return absl::StartsWith(folder, "/") ? folder : absl::StrCat(base::WorkspaceFolder(), "/", folder);
}

// The files of --export; and, in the run's folder beside them, what the store has already.
absl::Status WriteExportOfFlags(const ExperimentSpec& spec, const Deployment& deployment, RunOptions options) {
  const std::string format = absl::GetFlag(FLAGS_export), folder = options.out;
  RETURN_IF_ERROR(ExportFiles(Export(), format).status());
  if (folder.empty()) return absl::InvalidArgumentError("--export needs --out, the folder for its files");
  if (!options.nodes.empty()) return absl::InvalidArgumentError("--export is of all stages; leave --node out");
  if (absl::GetFlag(FLAGS_processes) < 1 || absl::GetFlag(FLAGS_processes) > 4096) {
    return absl::InvalidArgumentError("--processes must be at least 1 and at most 4096");
  }
  RETURN_IF_ERROR(CheckExportFolder(folder));
  ASSIGN_OR_RETURN(const HardwareSpeed speed, FindSpeed(absl::GetFlag(FLAGS_flops), options.threads));
  std::string unused;
  ASSIGN_OR_RETURN(const AskedSets asked, AskedOfFlags(spec, &unused));
  ASSIGN_OR_RETURN(const std::vector<PlannedStage> plan, PlanExperiment(spec, options));
  ASSIGN_OR_RETURN(Export exported, MakeExport(spec, deployment, plan, asked,
                                               {options.threads, options.device != "cpu", speed.flops_per_second,
                                                absl::GetFlag(FLAGS_processes), deployment.shard_weights()}));
  exported.speed = absl::StrFormat("%.4g FLOP/s, %s", speed.flops_per_second, speed.source);
  exported.program = base::ProgramPath();
  if (options.store.empty()) options.store = absl::StrCat(options.runs_folder, "/store");
  exported.store = std::filesystem::absolute(options.store).lexically_normal().string();
  options.store = exported.store;
  options.out = absl::StrCat(folder, "/", kExportRun);
  RETURN_IF_ERROR(LinkWhatIsThere(spec, options));
  ASSIGN_OR_RETURN(const std::vector<ExportFile> files, ExportFiles(exported, format));
  RETURN_IF_ERROR(WriteExport(files, folder));
  std::printf("%s", DescribeExport(exported, format, folder).c_str());
  return absl::OkStatus();
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
  if (absl::GetFlag(FLAGS_threads) < 0 || absl::GetFlag(FLAGS_threads) > 1024) {
    return absl::InvalidArgumentError("--threads must be at least 1 and at most 1024");
  }
  if (absl::GetFlag(FLAGS_print_spec)) {
    std::printf("%s", base::PrintTextProto(spec).c_str());
    return absl::OkStatus();
  }
  if (absl::GetFlag(FLAGS_dry_run)) {
    const std::vector<absl::Status> problems = ProblemsOf(spec);
    ASSIGN_OR_RETURN(const DryRunOptions options, DryRunFlags(spec, deployment, problems));
    std::printf("%s", DryRun(spec, options).c_str());
    return FirstWrong(problems);
  }
  if (absl::GetFlag(FLAGS_gpu_memory) != 0 || absl::GetFlag(FLAGS_gpu_price) != 0 ||
      !absl::GetFlag(FLAGS_gpus).empty() || absl::GetFlag(FLAGS_gpu_link) != 0) {
    return absl::InvalidArgumentError(
        "--gpu_memory, --gpu_price, --gpus and --gpu_link are for --dry_run; add it, or leave them out");
  }
  if (absl::GetFlag(FLAGS_processes) != 1 && absl::GetFlag(FLAGS_export).empty()) {
    return absl::InvalidArgumentError(
        "--processes is for --export; a run is over those that start it: docs/processes.md");
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
  for (const std::string& nodes : absl::GetFlag(FLAGS_node).values) {
    for (const absl::string_view node : absl::StrSplit(nodes, ',')) options.nodes.emplace_back(node);
  }
  options.checkpoint_seconds = deployment.checkpoint_seconds();
  options.shard_weights = deployment.shard_weights();
  ASSIGN_OR_RETURN(options.place, training::FindPlace());
  options.meeting_seconds = deployment.meeting_seconds();
  options.threads = Threads(deployment, options.place.local_size);
  options.device = DeviceOf(deployment, options.place);
  const std::string arithmetic = absl::GetFlag(FLAGS_arithmetic);
  options.arithmetic = arithmetic.empty() ? deployment.arithmetic() : arithmetic;
  options.other_arithmetic = absl::GetFlag(FLAGS_other_arithmetic) || deployment.other_arithmetic();
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
  if (!absl::GetFlag(FLAGS_export).empty()) return WriteExportOfFlags(spec, deployment, options);
  ASSIGN_OR_RETURN(const std::string summary, RunExperiment(spec, options));
  if (options.place.rank == 0) std::printf("\n%s", summary.c_str());
  return absl::OkStatus();
}

}  // namespace

int ExperimentMain(int argc, char** argv, absl::string_view usage, const std::string& default_spec,
                   const std::string& code_commit) {
  return base::RunMain(argc, argv, usage, [&](const base::Arguments& named) -> absl::Status {
    return Main(named, default_spec, code_commit);
  });
}

}  // namespace experiments

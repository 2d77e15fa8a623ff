// What processes that train one model hold and send, with all weights on each and with layers sharded
// (training/sharding/sharded_layers.h), beside what the dry run plans (experiments/plan/rank_plan.h). It starts itself
// once for each process.
#include <sys/wait.h>
#include <torch/types.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "analysis/figures/table.h"
#include "base/main/main.h"
#include "base/program.h"
#include "base/progress.h"
#include "base/status.h"
#include "benchmarks/harness/allocation_counter.h"
#include "benchmarks/harness/workload.h"
#include "experiments/plan/rank_plan.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/config/families.h"
#include "lm/config/layout.h"
#include "lm/config/model_cost.h"
#include "lm/model/decoder.h"
#include "training/processes/join.h"
#include "training/trainer.h"

ABSL_FLAG(std::vector<std::string>, ranks, std::vector<std::string>({"2", "4"}), "How many processes, one trial each.");
ABSL_FLAG(int, layers, 24, "Layers of the model, of width 512.");
ABSL_FLAG(int, port, 29700, "Of the first trial; each takes the next one.");
ABSL_FLAG(bool, check, false, "Ends with 1 where memory is off by more than 10% or what is sent by more than 5%.");
// For the processes themselves.
ABSL_FLAG(std::string, measure, "", "Of a process that was started: shared or sharded, whose numbers it prints.");

constexpr char kUsage[] =
    "Measures what processes that train one model hold and send.\n\n"
    "Usage: sami bench sharding [--ranks=2,4] [--layers=24] [--check]";

namespace benchmarks {
namespace {

using ::analysis::Cell;
using ::analysis::NumberFormat;
using experiments::Sharding;

constexpr int kSteps = 2;
constexpr double kMemoryTolerance = 0.1, kSentTolerance = 0.05;

// Short texts: what is measured are weights.
Workload Texts() { return {Method::kSft, 1, /*prompt_tokens=*/12, /*response_tokens=*/4, 512, ModelSize::kMedium}; }

lm::ModelConfig Model() {
  lm::ModelConfig config = Texts().Model();
  config.num_layers = absl::GetFlag(FLAGS_layers);
  return config;
}

// One microbatch a process and step.
sami_harness::TrainingConfig Config(int ranks) {
  sami_harness::TrainingConfig config;
  config.set_batch_size(ranks);
  config.set_microbatch_size(1);
  config.set_epochs(1);
  config.set_recompute_activations(true);
  return config;
}

lm::Decoder MakeModel(bool without_layers) {
  const lm::ModelConfig config = Model();
  std::vector<lm::Parameter> parameters;
  for (const auto& [name, shape] : lm::ParameterShapes(config)) {
    const bool absent = without_layers && name.find(lm::TraitsOf(config.family).layers) == 0;
    parameters.push_back({name, absent ? lm::AbsentWeight(shape, torch::kFloat32) : torch::full(shape, 0.01)});
  }
  return lm::Decoder(config, std::move(parameters));
}

// Rank 0 writes the model, the others give it their parts meanwhile.
absl::Status Save(const lm::Decoder& model, bool leads) {
  absl::Status status;
  if (leads) {
    std::error_code ignored;
    std::string folder = std::filesystem::temp_directory_path(ignored) / "sami_sharding_XXXXXX";
    if (mkdtemp(folder.data()) == nullptr) {
      status = absl::UnavailableError(absl::StrCat(folder, ": cannot be made"));
    } else {
      status = lm::SaveModel(model, "", folder + "/model");
      std::filesystem::remove_all(folder, ignored);
    }
  }
  status.Update(model.MeetOthers());
  return status;
}

// What one process measures: bytes at the peak of a training and of saving the model, and sent in a step.
absl::StatusOr<std::pair<double, double>> Measure(bool shards) {
  CountAllocations();
  base::Progress::SetQuiet(true);
  training::JoinOptions join;
  ASSIGN_OR_RETURN(join.place, training::FindPlace());
  join.same = {{"layers", absl::StrCat(absl::GetFlag(FLAGS_layers))}};
  ASSIGN_OR_RETURN(const auto group, training::Join(join));
  const Examples examples = MakeExamples(Texts(), kSteps * group->size(), /*seed=*/1);
  const std::unique_ptr<training::Objective> objective = MakeObjective(Texts(), examples);
  const int64_t before = AllocatedBytes();
  ResetPeak();
  lm::Decoder model = MakeModel(shards);
  std::unique_ptr<training::ShardedLayers> layers;
  if (shards) {
    const auto read = [](const std::string&, int64_t, const torch::Tensor& out) {
      out.fill_(0.01);
      return absl::OkStatus();
    };
    ASSIGN_OR_RETURN(layers, training::ShardedLayers::Load(model, read, *group));
    model.SetLayerSource(layers.get());
  }
  training::TrainerOptions options;
  options.name = "sharding";
  options.group = group.get();
  options.layers = layers.get();
  const int64_t sent_before = group->bytes_sent();
  RETURN_IF_ERROR(training::Train(*objective, Config(group->size()), options, model));
  const double sent = static_cast<double>(group->bytes_sent() - sent_before) / kSteps;
  RETURN_IF_ERROR(Save(model, group->leads()));
  group->Leave(/*failed=*/false);
  return std::pair<double, double>(PeakBytes() - before, sent);
}

struct Trial {
  double peak = 0, sent = 0;  // of the process with the most
};

// Starts so many processes of this program and reads their numbers.
absl::StatusOr<Trial> Try(int ranks, bool shards, int port) {
  std::vector<std::pair<pid_t, int>> children;
  for (int rank = 0; rank < ranks; ++rank) {
    int ends[2];
    if (pipe(ends) != 0) return absl::ResourceExhaustedError("no pipe");
    const pid_t child = fork();
    if (child < 0) return absl::ResourceExhaustedError("no process");
    if (child == 0) {
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      close(ends[1]);
      for (const auto& [name, value] : {std::pair<const char*, std::string>("RANK", absl::StrCat(rank)),
                                        {"WORLD_SIZE", absl::StrCat(ranks)},
                                        {"MASTER_ADDR", "127.0.0.1"},
                                        {"MASTER_PORT", absl::StrCat(port)}}) {
        setenv(name, value.c_str(), 1);
      }
      const std::string program = base::ProgramPath(), layers = absl::StrCat("--layers=", absl::GetFlag(FLAGS_layers));
      execl(program.c_str(), program.c_str(), shards ? "--measure=sharded" : "--measure=shared", layers.c_str(),
            nullptr);
      _exit(127);
    }
    close(ends[1]);
    children.emplace_back(child, ends[0]);
  }
  Trial trial;
  bool failed = false;
  for (const auto& [child, out] : children) {
    std::string text;
    char buffer[256];
    for (ssize_t n = 0; (n = read(out, buffer, sizeof buffer)) > 0;) text.append(buffer, n);
    close(out);
    int status = 0;
    waitpid(child, &status, 0);
    const std::vector<std::string> numbers = absl::StrSplit(text, ' ', absl::SkipWhitespace());
    double peak = 0, sent = 0;
    failed |= status != 0 || numbers.size() != 2 || !absl::SimpleAtod(numbers[0], &peak) ||
              !absl::SimpleAtod(numbers[1], &sent);
    trial.peak = std::max(trial.peak, peak);
    trial.sent = std::max(trial.sent, sent);
  }
  if (failed) return absl::InternalError(absl::StrCat("a process of ", ranks, " failed; what it said stands above"));
  return trial;
}

absl::Status Compare() {
  analysis::Table table;
  table.caption = absl::StrFormat("Of %.0f MB of weights in %d layers", 4 * lm::Parameters(Model()) / 1e6,
                                  absl::GetFlag(FLAGS_layers));
  table.columns = {{"ranks", "ranks"},
                   {"state", "state"},
                   {"peak", "MB of each", NumberFormat::kFixed, 1},
                   {"planned", "planned", NumberFormat::kFixed, 1},
                   {"sent", "MB sent a step", NumberFormat::kFixed, 1},
                   {"planned_sent", "planned", NumberFormat::kFixed, 1}};
  int port = absl::GetFlag(FLAGS_port);
  std::string off;
  for (const std::string& text : absl::GetFlag(FLAGS_ranks)) {
    int ranks = 0;
    if (!absl::SimpleAtoi(text, &ranks) || ranks < 1 || ranks > 64) {
      return absl::InvalidArgumentError(absl::StrCat("--ranks: ", text, " is no number from 1 to 64"));
    }
    experiments::TrainingShape shape = {Model(), Config(ranks), 1, 16, false};
    for (const Sharding sharding : {Sharding::kShared, Sharding::kSharded}) {
      const bool shards = sharding == Sharding::kSharded;
      if (shards && ranks == 1) continue;
      ASSIGN_OR_RETURN(const Trial trial, Try(ranks, shards, port++));
      const double bytes = RankBytes(shape, ranks, sharding), sent = SentBytes(shape, ranks, sharding);
      table.rows.push_back(
          {int64_t{ranks}, shards ? "sharded" : "shared", trial.peak / 1e6, bytes / 1e6, trial.sent / 1e6, sent / 1e6});
      if (std::abs(trial.peak - bytes) > kMemoryTolerance * bytes) absl::StrAppend(&off, " memory on ", ranks);
      if (std::abs(trial.sent - sent) > kSentTolerance * sent) absl::StrAppend(&off, " what is sent on ", ranks);
    }
  }
  table.notes = {"MB: 10^6 bytes, of the process with the most: of tensors at the peak, as torch's allocator counts",
                 "them, of training and of writing the model, and sent to others in a step in which each has one",
                 "microbatch of one short text. Planned: as the dry run does (--gpus)."};
  std::printf("%s", analysis::ToText(table).c_str());
  if (!absl::GetFlag(FLAGS_check) || off.empty()) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("not as planned:", off));
}

absl::Status Main() {
  const std::string measure = absl::GetFlag(FLAGS_measure);
  if (measure.empty()) return Compare();
  ASSIGN_OR_RETURN(const auto numbers, Measure(measure == "sharded"));
  std::printf("%.0f %.0f\n", numbers.first, numbers.second);
  return absl::OkStatus();
}

}  // namespace
}  // namespace benchmarks

int main(int argc, char** argv) { return base::RunMain(argc, argv, kUsage, benchmarks::Main); }

#include "experiments/plan/dry_run.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/figures/table.h"
#include "base/file.h"
#include "base/status.h"
#include "experiments/inputs/model_folder.h"
#include "experiments/plan/device_fit.h"
#include "experiments/plan/rank_plan.h"
#include "experiments/spec/nodes.h"
#include "lm/config/config.h"
#include "lm/config/model_cost.h"

namespace experiments {
namespace {

using ::analysis::Cell;
using ::analysis::NumberFormat;
using ::sami_harness::ExperimentSpec;

constexpr double kGiga = 1e9, kTera = 1e12, kHour = 3600;

absl::StatusOr<lm::ModelConfig> ReadConfig(const std::string& folder) {
  const std::string path = folder + "/config.json";
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  return lm::ParseModelConfig(text, path);
}

// Size of the weight files; 0 where there are none.
double WeightBytes(const std::string& folder) {
  double bytes = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (absl::EndsWith(it->path().filename().string(), ".safetensors")) bytes += it->file_size(error);
  }
  return bytes;
}

std::string DescribeModel(const sami_harness::Model& model, std::map<std::string, lm::ModelConfig>* configs) {
  if (!model.has_folder()) return model.has_endpoint() ? "a server's: " + model.endpoint().model() : "a recording";
  const absl::StatusOr<std::string> folder = FindFolder(model);
  if (!folder.ok()) return absl::StrCat("NOT HERE: ", model.folder());
  const absl::StatusOr<lm::ModelConfig> read = ReadConfig(*folder);
  if (!read.ok()) return absl::StrCat("NOT USABLE: ", std::string(read.status().message()));
  (*configs)[model.name()] = *read;
  const double bytes = WeightBytes(*folder);
  return absl::StrFormat("%s: %.3f billion parameters, %s", model.folder(), lm::Parameters(*read) / kGiga,
                         bytes > 0 ? absl::StrFormat("weights of %.2f GB", bytes / kGiga)
                                   : std::string("weights NOT HERE (config.json is)"));
}

analysis::Table InputTable(const ExperimentSpec& spec, const std::vector<std::pair<std::string, std::string>>& texts,
                           std::map<std::string, lm::ModelConfig>* configs) {
  analysis::Table table;
  table.caption = absl::StrCat("Inputs of ", spec.name());
  table.columns = {{"input", "input"}, {"state", "state"}};
  for (const sami_harness::Model& model : spec.models()) {
    table.rows.push_back({absl::StrCat("model ", model.name()), DescribeModel(model, configs)});
  }
  for (const auto& [input, state] : texts) table.rows.push_back({input, state});
  return table;
}

// Blank where it is unknown or nothing.
Cell Positive(double value, double unit) { return value > 0 ? Cell(value / unit) : Cell(); }
Cell Count(double value) { return value > 0 ? Cell(static_cast<int64_t>(value)) : Cell(); }

// Absent where one stage's is unknown: a sum of what is known would mislead.
std::optional<double> TotalFlops(const std::vector<StageCost>& costs) {
  double flops = 0;
  for (const StageCost& cost : costs) {
    if (cost.flops == 0) return std::nullopt;
    flops += cost.flops;
  }
  return flops;
}

std::string DescribeTotal(const std::vector<StageCost>& costs, const DryRunOptions& options) {
  const std::optional<double> flops = TotalFlops(costs);
  if (!flops.has_value()) return "Total: unknown, as a stage's arithmetic is.\n";
  const double hours = *flops / options.speed.flops_per_second / kHour;
  std::string text = absl::StrFormat("Total: %.4g hours at %.4g FLOP/s, %s", hours, options.speed.flops_per_second,
                                     options.speed.source);
  if (options.price > 0) {
    absl::StrAppendFormat(&text, "; a price of %.2f at %g a device-hour", hours * options.price, options.price);
  }
  return text + ", if all of it is used.\n";
}

analysis::Table StageTable(const std::vector<StageCost>& costs, const DryRunOptions& options) {
  analysis::Table table;
  table.caption = "Stages, at most";
  table.columns = {{"stage", "stage"},
                   {"examples", "examples"},
                   {"texts", "texts"},
                   {"steps", "optimizer steps"},
                   {"tokens", "tokens"},
                   {"tflop", "TFLOP", NumberFormat::kFixed, 3},
                   {"hours", "hours", NumberFormat::kFixed, 4}};
  StageCost total;
  total.stage = "all";
  const auto add = [&](const StageCost& cost) {
    table.rows.push_back({cost.stage, Count(cost.examples), Count(cost.texts), Count(cost.steps), Count(cost.tokens),
                          Positive(cost.flops, kTera), Positive(cost.flops, options.speed.flops_per_second * kHour)});
  };
  for (const StageCost& cost : costs) {
    add(cost);
    total.texts += cost.texts;
    total.steps += cost.steps;
    total.tokens += cost.tokens;
  }
  total.flops = TotalFlops(costs).value_or(0);
  add(total);
  table.notes = {
      absl::StrFormat("Hours at %.4g FLOP/s, %s, if all of it is used.", options.speed.flops_per_second,
                      options.speed.source),
      "Decoding seldom uses it: few texts at once are bound by memory, not arithmetic.",
      "2 FLOP a weight and token and attention's products; a backward pass is twice a forward pass, once where weights",
      "are frozen; recomputation, a reference's pass and a loss's first phase are one more each."};
  table.notes.insert(table.notes.end(), options.text_notes.begin(), options.text_notes.end());
  return table;
}

analysis::Table MemoryTable(const std::vector<StageCost>& costs) {
  analysis::Table table;
  table.caption = "Peak memory in GB";
  table.columns = {{"stage", "stage"}, {"parameters", "parameters"}};
  for (const char* part : {"weights", "gradients", "optimizer", "activations", "cache", "total"}) {
    table.columns.push_back({part, part, NumberFormat::kFixed, 3});
  }
  for (const StageCost& cost : costs) {
    const StageMemory& memory = cost.memory;
    table.rows.push_back({cost.stage, Count(cost.parameters), Positive(memory.weights, kGiga),
                          Positive(memory.gradients, kGiga), Positive(memory.optimizer, kGiga),
                          Positive(memory.activations, kGiga), Positive(memory.cache, kGiga),
                          Positive(memory.Total(), kGiga)});
  }
  table.notes = {
      "Parameters: those that are trained, or asked. What is trained is in float32; what is not, for sampling and "
      "scoring",
      "and under an adapter, has its matrices as stored.",
      "Gradients: the sum and one microbatch's. Activations, an estimate: one microbatch's. Each further thread",
      "adds a microbatch's gradients and activations. Cache: keys and values of 64 texts at once."};
  return table;
}

// The plan on the devices that were asked for.
std::string RankText(const std::vector<StageCost>& costs, const DryRunOptions& options) {
  const RankHardware hardware = {options.speed.flops_per_second, options.device_bytes, options.link_bytes_per_second};
  return absl::StrCat("\n", DescribeRanks(costs, *options.devices, hardware, options.price));
}

}  // namespace

std::string DescribeCosts(const std::vector<StageCost>& costs, const DryRunOptions& options) {
  return absl::StrCat(analysis::ToText(StageTable(costs, options)), "\n", analysis::ToText(MemoryTable(costs)));
}

std::string DryRun(const ExperimentSpec& spec, const DryRunOptions& options) {
  std::map<std::string, lm::ModelConfig> models;
  const std::string inputs = analysis::ToText(InputTable(spec, options.texts, &models));
  const std::vector<StageCost> costs = StageCosts(spec, models, options.asked);
  double trained = 0;
  for (const sami_harness::Arm& arm : spec.arms()) {
    const auto config = ConfigOf(spec, models, arm.name());
    if (!IsTrained(arm) || !config.has_value()) continue;
    trained += lm::Parameters(*config) * (config->storage == lm::StorageType::kFloat32 ? 4 : 2);
  }
  const std::string disk = static_cast<int>(models.size()) == spec.models_size()
                               ? absl::StrFormat("Disk: %.3g GB of trained weights.\n", trained / kGiga)
                               : "Arithmetic and memory are unknown without each model's config.json.\n";
  const std::string fit =
      options.device_bytes > 0 ? absl::StrCat("\n", analysis::ToText(DeviceFitTable(costs, options.device_bytes))) : "";
  std::string problems;
  for (const std::string& problem : options.problems) absl::StrAppend(&problems, "Problem: ", problem, "\n");
  const std::string ranks = options.devices.has_value() ? RankText(costs, options) : "";
  return absl::StrCat(inputs, "\n", DescribeCosts(costs, options), fit, ranks, "\n", disk,
                      DescribeTotal(costs, options), problems, "Dry run: nothing was computed or written.\n");
}

}  // namespace experiments

#include "experiments/plan/dry_run.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/figures/table.h"
#include "base/file.h"
#include "base/status.h"
#include "datasets/constitutions/constitutions.h"
#include "datasets/gsm8k/gsm8k.h"
#include "datasets/sources/find_input.h"
#include "experiments/plan/model_cost.h"
#include "lm/config/config.h"

namespace experiments {
namespace {

using ::analysis::Cell;
using ::analysis::NumberFormat;
using ::sami_harness::AccuracySpec;
using ::sami_harness::DataSpec;
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

std::string DescribeModel(const std::string& field, const std::string& path, std::optional<lm::ModelConfig>* config) {
  const absl::StatusOr<std::string> folder = datasets::FindInput(field + ".folder", path);
  if (!folder.ok()) return absl::StrCat("NOT HERE: ", path);
  const absl::StatusOr<lm::ModelConfig> read = ReadConfig(*folder);
  if (!read.ok()) return absl::StrCat("NOT USABLE: ", std::string(read.status().message()));
  *config = *read;
  const double bytes = WeightBytes(*folder);
  return absl::StrFormat("%s: %.3f billion parameters, %s", path, Parameters(*read) / kGiga,
                         bytes > 0 ? absl::StrFormat("weights of %.2f GB", bytes / kGiga)
                                   : std::string("weights NOT HERE (config.json is)"));
}

std::string DescribeProblems(const std::string& field, const std::string& path, int64_t wanted) {
  const absl::StatusOr<std::string> file = datasets::FindInput(field, path);
  if (!file.ok()) return absl::StrCat("NOT HERE: ", path);
  const auto problems = datasets::ReadGsm8k(*file);
  if (!problems.ok()) return absl::StrCat("NOT USABLE: ", std::string(problems.status().message()));
  return absl::StrCat(path, ": ", problems->size(), " problems, of which ", wanted,
                      wanted > static_cast<int64_t>(problems->size()) ? ": TOO FEW" : "");
}

std::string DescribePrinciples(const std::string& path) {
  const absl::StatusOr<std::string> file = datasets::FindInput("data.constitutions", path);
  if (!file.ok()) return absl::StrCat("NOT HERE: ", path);
  const auto principles = datasets::ReadPrinciples(*file);
  if (!principles.ok()) return absl::StrCat("NOT USABLE: ", std::string(principles.status().message()));
  return absl::StrCat(path, ": ", principles->size(), " principles");
}

analysis::Table InputTable(const ExperimentSpec& spec, std::optional<lm::ModelConfig>* base,
                           std::optional<lm::ModelConfig>* generator) {
  analysis::Table table;
  table.caption = absl::StrCat("Inputs of ", spec.name());
  table.columns = {{"input", "input"}, {"state", "state"}};
  const auto add = [&](const char* name, const std::string& state) {
    table.rows.push_back({std::string(name), state});
  };
  add("base_model", DescribeModel("base_model", spec.base_model().folder(), base));
  const std::string& generator_folder =
      spec.has_generator_model() ? spec.generator_model().folder() : spec.base_model().folder();
  add("generator_model", DescribeModel("generator_model", generator_folder, generator));
  const DataSpec& data = spec.data();
  add("constitutions",
      data.constitutions().empty() ? "the embedded suite's" : DescribePrinciples(data.constitutions()));
  add("training questions",
      data.questions() == DataSpec::GSM8K
          ? DescribeProblems("data.questions_file",
                             data.questions_file().empty() ? "gsm8k/train.jsonl" : data.questions_file(),
                             data.train_queries())
          : absl::StrCat("embedded suite, train split: ", data.train_queries()));
  if (!spec.has_accuracy()) return table;
  const AccuracySpec& accuracy = spec.accuracy();
  const std::string pinned =
      accuracy.questions() == AccuracySpec::GSM8K_TRAIN ? "gsm8k/train.jsonl" : "gsm8k/test.jsonl";
  add("test questions", accuracy.questions() == AccuracySpec::WORD_PROBLEMS
                            ? absl::StrCat("embedded suite, ", accuracy.held_out() ? "held-out" : "test",
                                           " split: ", accuracy.num_questions())
                            : DescribeProblems("accuracy.questions_file",
                                               accuracy.questions_file().empty() ? pinned : accuracy.questions_file(),
                                               accuracy.num_questions()));
  return table;
}

// Blank where it is unknown or nothing.
Cell Positive(double value, double unit) { return value > 0 ? Cell(value / unit) : Cell(); }
Cell Count(double value) { return value > 0 ? Cell(static_cast<int64_t>(value)) : Cell(); }

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
    total.flops += cost.flops;
  }
  const bool unknown = std::any_of(costs.begin(), costs.end(), [](const StageCost& cost) { return cost.flops == 0; });
  if (unknown) total.flops = 0;
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
      "Parameters: those that are trained, or asked. All in float32 but frozen weights, which stay as stored.",
      "Gradients: the sum and one microbatch's. Activations, an estimate: one microbatch's. Each further thread",
      "adds a microbatch's gradients and activations. Cache: keys and values of 64 texts at once."};
  return table;
}

}  // namespace

std::string DescribeCosts(const std::vector<StageCost>& costs, const DryRunOptions& options) {
  return absl::StrCat(analysis::ToText(StageTable(costs, options)), "\n", analysis::ToText(MemoryTable(costs)));
}

std::string DryRun(const ExperimentSpec& spec, const DryRunOptions& options) {
  std::optional<lm::ModelConfig> base, generator;
  const std::string inputs = analysis::ToText(InputTable(spec, &base, &generator));
  const std::vector<StageCost> costs = StageCosts(spec, base, generator, options.prompts);
  const std::string disk =
      base.has_value()
          ? absl::StrFormat("Disk: %.3g GB of trained weights.\n", spec.arms_size() * 4 * Parameters(*base) / kGiga)
          : "Arithmetic and memory are unknown without the base model's config.json.\n";
  return absl::StrCat(inputs, "\n", DescribeCosts(costs, options), "\n", disk,
                      "Dry run: nothing was computed or written.\n");
}

}  // namespace experiments

#include "experiments/plan/stage_resources.h"

#include <algorithm>

#include "absl/status/statusor.h"
#include "base/file.h"
#include "experiments/inputs/model_folder.h"
#include "experiments/plan/rank_plan.h"
#include "lm/config/config.h"
#include "lm/config/model_cost.h"

namespace experiments {
namespace {

using ::sami_harness::ExperimentSpec;

// Beside models: the program and its libraries, measured at 0.17 GB without CUDA; those of CUDA are larger.
constexpr double kProgramBytes = 0.5e9, kDeviceProgramBytes = 4e9;

absl::StatusOr<lm::ModelConfig> ConfigIn(const absl::StatusOr<std::string>& folder) {
  if (!folder.ok()) return folder.status();
  const std::string path = *folder + "/config.json";
  const absl::StatusOr<std::string> text = base::ReadFile(path);
  if (!text.ok()) return text.status();
  return lm::ParseModelConfig(*text, path);
}

std::map<std::string, lm::ModelConfig> ConfigsHere(const ExperimentSpec& spec) {
  std::map<std::string, lm::ModelConfig> configs;
  for (const sami_harness::Model& model : spec.models()) {
    if (!model.has_folder()) continue;
    const absl::StatusOr<lm::ModelConfig> config = ConfigIn(FindFolder(model));
    if (config.ok()) configs[model.name()] = *config;
  }
  return configs;
}

// A judge's prompts, and so its arithmetic, are not known before there are answers.
StageCost CostOfJudge(const std::string& folder) {
  StageCost cost;
  const absl::StatusOr<lm::ModelConfig> config = ConfigIn(FindFolder("judge.local.folder", folder));
  if (config.ok()) cost.memory.weights = lm::kFloatBytes * lm::Parameters(*config);
  return cost;
}

bool IsSharded(const StageCost& cost, const ResourceOptions& options) {
  return options.shards && options.processes > 1 && cost.training.has_value();
}

// Of what computes. Of a training over several processes, each of them.
double BytesOf(const StageCost& cost, const ResourceOptions& options) {
  if (!cost.training.has_value()) return cost.memory.Total();
  return RankBytes(*cost.training, options.processes,
                   IsSharded(cost, options) ? Sharding::kSharded : Sharding::kShared);
}

// Each thread computes a microbatch of its own, but where weights are sharded: there the whole model comes together at
// the end, to be written, beside what rank 0 has of weights and moments.
double BytesOnProcessor(const StageCost& cost, const ResourceOptions& options) {
  const double bytes = BytesOf(cost, options);
  if (!cost.training.has_value()) return bytes;
  if (!IsSharded(cost, options)) {
    return bytes + (options.threads - 1) * (cost.memory.gradients / 2 + cost.memory.activations);
  }
  const double kept = cost.memory.weights + cost.memory.gradients / 2 + cost.memory.optimizer;
  return std::max(bytes, kept / options.processes + cost.memory.weights);
}

}  // namespace

StageResources LightStage() {
  StageResources resources;
  resources.bytes = 2 * kProgramBytes;
  return resources;
}

std::map<std::string, StageResources> ResourcesOfStages(const ExperimentSpec& spec, const AskedSets& asked,
                                                        const ResourceOptions& options) {
  const std::map<std::string, StageCost> costs = NodeCosts(spec, ConfigsHere(spec), asked);
  std::map<std::string, StageResources> all;
  for (const auto& [stage, use] : StageUses(spec)) {
    StageResources& resources = all[stage] = LightStage();
    resources.use = use;
    if (!use.Computes()) continue;
    const auto known = costs.find(stage);
    const StageCost cost = known != costs.end() ? known->second : CostOfJudge(use.local_judge);
    resources.threads = options.threads;
    if (cost.training.has_value()) resources.processes = options.processes;
    resources.devices = options.on_device ? resources.processes : 0;
    resources.hours = cost.flops / options.flops_per_second / resources.processes / 3600;
    resources.bytes = 0;
    if (cost.memory.Total() == 0) continue;
    if (options.on_device) {
      // Weights pass through main memory on their way.
      resources.bytes = kDeviceProgramBytes + cost.memory.weights;
      resources.device_bytes = BytesOf(cost, options);
    } else {
      resources.bytes = kProgramBytes + BytesOnProcessor(cost, options);
    }
  }
  return all;
}

}  // namespace experiments

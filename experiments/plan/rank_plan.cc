#include "experiments/plan/rank_plan.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/figures/table.h"
#include "lm/config/model_cost.h"

namespace experiments {
namespace {

using ::analysis::Cell;
using ::analysis::NumberFormat;

constexpr double kGib = 1 << 30, kGb = 1e9, kSecondsPerHour = 3600;
constexpr int64_t kMostDevices = 65536;

// Of a step.
struct Split {
  double microbatches;      // of all devices
  double own_items;         // of the device that has the most
  double own_microbatches;  // the same
};

Split SplitOf(const TrainingShape& shape, int64_t devices) {
  const auto batch = static_cast<double>(shape.training.batch_size());
  const auto per_item = static_cast<double>(shape.training.accumulated_microbatches());
  const double microbatches = std::ceil(batch / std::min<double>(shape.training.microbatch_size(), batch));
  const double items = std::ceil(std::ceil(microbatches / per_item) / static_cast<double>(devices));
  return {microbatches, items, std::min(items * per_item, microbatches)};
}

double TrainedBytes(const TrainingShape& shape) {
  const auto& lora = shape.training.lora();
  const auto& targets = lora.target_modules();
  return lm::kFloatBytes * (shape.training.has_lora()
                                ? lm::AdapterParameters(shape.model, lora.rank(), {targets.begin(), targets.end()})
                                : lm::Parameters(shape.model));
}

double FrozenBytes(const TrainingShape& shape) {
  return shape.training.has_lora() ? lm::StoredBytes(shape.model, shape.model.storage) : 0;
}

// The share of a model's parameters that these are, of bytes of all: as they are stored, about.
double ShareOf(const TrainingShape& shape, double parameters, double bytes) {
  return bytes * parameters / lm::Parameters(shape.model);
}

double BestBytes(const TrainingShape& shape) {
  return shape.training.keep() == sami_harness::TrainingConfig::BEST ? TrainedBytes(shape) : 0;
}

double ShardedBytes(const TrainingShape& shape, const StageMemory& memory, double count) {
  const double trained = TrainedBytes(shape), frozen = FrozenBytes(shape);
  const double weights = frozen > 0 ? frozen : trained;
  const double outside = ShareOf(shape, lm::OutsideLayers(shape.model), weights);
  const double layer = ShareOf(shape, lm::LargestLayer(shape.model), weights);
  // What is trained and whole on each: the adapter, or what is outside of layers.
  const double whole = frozen > 0 ? trained : outside;
  const double of_weights = (weights - outside) / count + outside + (frozen > 0 ? trained : 0);
  const double on_their_way = whole + whole / count + (frozen > 0 ? 2 : 4) * layer;
  const double activations = lm::ActivationBytes(shape.model, shape.rows, shape.tokens, /*recompute=*/true) +
                             (frozen > 0 ? lm::WidenedBytes(shape.model, shape.model.storage) : 0);
  return of_weights + whole + (trained + memory.optimizer + BestBytes(shape)) / count + on_their_way + activations;
}

// Of the arithmetic of layers that are computed again.
double Recomputing(const TrainingShape& shape) {
  if (shape.training.recompute_activations()) return 1;
  return shape.training.has_lora() ? 3. / 2 : 4. / 3;
}

RankPlan PlanTraining(const StageCost& cost, int64_t devices, Sharding sharding, const RankHardware& hardware) {
  const TrainingShape& shape = *cost.training;
  RankPlan plan;
  plan.stage = cost.stage;
  plan.sharding = devices == 1 ? Sharding::kWhole : sharding;
  plan.bytes = RankBytes(shape, devices, sharding);
  plan.fits = plan.bytes <= hardware.device_bytes;
  plan.sent_bytes = SentBytes(shape, devices, sharding);
  if (cost.steps == 0) return plan;
  const Split split = SplitOf(shape, devices);
  const double share = split.own_microbatches / split.microbatches;
  plan.step_seconds = cost.flops / cost.steps * share / hardware.flops_per_second;
  if (plan.sharding == Sharding::kSharded) plan.step_seconds *= Recomputing(shape);
  if (hardware.link_bytes_per_second > 0) plan.step_seconds += plan.sent_bytes / hardware.link_bytes_per_second;
  plan.hours = plan.step_seconds * cost.steps / kSecondsPerHour;
  return plan;
}

RankPlan PlanStage(const StageCost& cost, int64_t devices, const RankHardware& hardware) {
  if (cost.training.has_value()) {
    const RankPlan shared = PlanTraining(cost, devices, Sharding::kShared, hardware);
    if (shared.fits || devices == 1 || !CanShard(*cost.training)) return shared;
    return PlanTraining(cost, devices, Sharding::kSharded, hardware);
  }
  RankPlan plan;
  plan.stage = cost.stage;
  plan.bytes = cost.memory.Total();
  plan.fits = plan.bytes <= hardware.device_bytes;
  plan.hours = cost.flops / static_cast<double>(devices) / hardware.flops_per_second / kSecondsPerHour;
  return plan;
}

bool AllFit(const std::vector<StageCost>& costs, int64_t devices, const RankHardware& hardware) {
  return std::all_of(costs.begin(), costs.end(),
                     [&](const StageCost& cost) { return PlanStage(cost, devices, hardware).fits; });
}

std::string Gib(double bytes) { return absl::StrFormat("%.4g GiB", bytes / kGib); }

// The stage that takes most of a device.
RankPlan Largest(const std::vector<StageCost>& costs, int64_t devices, const RankHardware& hardware) {
  RankPlan largest;
  for (const RankPlan& plan : PlanRanks(costs, devices, hardware)) {
    if (plan.bytes > largest.bytes) largest = plan;
  }
  return largest;
}

std::string NoNumberFits(const std::vector<StageCost>& costs, const RankHardware& hardware) {
  for (const StageCost& cost : costs) {
    const RankPlan plan = PlanStage(cost, kMostDevices, hardware);
    if (plan.fits) continue;
    if (!cost.training.has_value()) {
      return absl::StrCat(cost.stage, " takes ", Gib(plan.bytes), " on each device, whatever their number, since each ",
                          "has the whole model; take a server that splits it (models: endpoint), or larger devices");
    }
    if (!CanShard(*cost.training)) {
      return absl::StrCat(cost.stage, " takes ", Gib(plan.bytes), " on each device, and cannot be sharded: it has ",
                          "accumulated_microbatches, or asks the model that it started from");
    }
    return absl::StrCat(
        cost.stage, " takes ", Gib(plan.bytes), " on each device beside its share: what is outside of ",
        "layers, a few layers and a microbatch's activations; make microbatch_size or the texts smaller");
  }
  return "";
}

const char* NameOf(Sharding sharding) {
  switch (sharding) {
    case Sharding::kShared:
      return "shared";
    case Sharding::kSharded:
      return "sharded";
    case Sharding::kWhole:
      break;
  }
  return "whole";
}

Cell Shown(double value, double unit) { return value > 0 ? Cell(value / unit) : Cell(); }

analysis::Table RankTable(const std::vector<RankPlan>& plans, int64_t devices, const RankHardware& hardware) {
  analysis::Table table;
  table.caption = absl::StrFormat("On %d devices of %s", devices, Gib(hardware.device_bytes));
  table.columns = {{"stage", "stage"},
                   {"state", "state"},
                   {"gib", "GiB of each", NumberFormat::kFixed, 2},
                   {"sent", "GB sent a step", NumberFormat::kFixed, 3},
                   {"step", "seconds a step", NumberFormat::kFixed, 3},
                   {"hours", "hours", NumberFormat::kFixed, 4},
                   {"fits", "fits"}};
  for (const RankPlan& plan : plans) {
    if (plan.bytes == 0) {
      table.rows.push_back({plan.stage, "unknown", Cell(), Cell(), Cell(), Cell(), Cell()});
      continue;
    }
    table.rows.push_back({plan.stage, NameOf(plan.sharding), plan.bytes / kGib, Shown(plan.sent_bytes, kGb),
                          Shown(plan.step_seconds, 1), Shown(plan.hours, 1), plan.fits ? "yes" : "no"});
  }
  table.notes = {
      "Shared: weights and a microbatch's gradients on each device, of the gradients' sum and the moments a share.",
      "Sharded (shard_weights of the deployment): of the layers' weights, too, with a few layers on their way, and ",
      "layers computed again in the backward pass. docs/processes.md has both.",
      "Whole: each device has the model, and a share of the texts. GB sent, by each device, are 10^9 bytes.",
      absl::StrFormat(
          "Seconds: arithmetic at %.4g FLOP/s of the device with the most microbatches%s.", hardware.flops_per_second,
          hardware.link_bytes_per_second > 0 ? absl::StrFormat(", then what it sends at %.4g bytes/s: nothing overlaps",
                                                               hardware.link_bytes_per_second)
                                             : "; what is sent takes none: --gpu_link is not given")};
  return table;
}

}  // namespace

double RankBytes(const TrainingShape& shape, int64_t devices, Sharding sharding) {
  const StageMemory memory = TrainingMemory(shape);
  if (devices == 1 || sharding == Sharding::kWhole) return memory.Total();
  const auto count = static_cast<double>(devices);
  if (sharding == Sharding::kSharded) return ShardedBytes(shape, memory, count);
  const double trained = TrainedBytes(shape), best = BestBytes(shape), on_its_way = trained + trained / count;
  return memory.weights - best + trained + (trained + memory.optimizer + best) / count + on_its_way +
         memory.activations;
}

bool CanShard(const TrainingShape& shape) {
  return shape.training.accumulated_microbatches() == 1 && (!shape.keeps_parent || shape.training.has_lora());
}

int64_t FewestSharded(const TrainingShape& shape, double device_bytes) {
  const auto fits = [&](int64_t devices) { return RankBytes(shape, devices, Sharding::kSharded) <= device_bytes; };
  if (fits(1)) return 1;
  if (!CanShard(shape) || !fits(kMostDevices)) return 0;
  int64_t few = 1, enough = kMostDevices;
  while (enough - few > 1) {
    const int64_t middle = few + (enough - few) / 2;
    (fits(middle) ? enough : few) = middle;
  }
  return enough;
}

double SentBytes(const TrainingShape& shape, int64_t devices, Sharding sharding) {
  const double share = static_cast<double>(devices - 1) / static_cast<double>(devices);
  const double trained = TrainedBytes(shape), frozen = FrozenBytes(shape);
  const Split split = SplitOf(shape, devices);
  if (sharding != Sharding::kSharded) return (split.own_items + 1) * share * trained;
  const double weights = frozen > 0 ? frozen : trained;
  const double outside = ShareOf(shape, lm::OutsideLayers(shape.model), weights);
  const double whole = frozen > 0 ? trained : outside;
  const double m = split.own_microbatches;
  return (frozen > 0 ? 2 : 3) * m * share * (weights - outside) + (m + 1) * share * whole;
}

std::vector<RankPlan> PlanRanks(const std::vector<StageCost>& costs, int64_t devices, const RankHardware& hardware) {
  std::vector<RankPlan> plans;
  for (const StageCost& cost : costs) plans.push_back(PlanStage(cost, devices, hardware));
  return plans;
}

DeviceChoice FewestDevices(const std::vector<StageCost>& costs, const RankHardware& hardware) {
  if (AllFit(costs, 1, hardware)) {
    const RankPlan largest = Largest(costs, 1, hardware);
    return {1, absl::StrCat("1 device is enough: ", largest.stage, " takes the most, ", Gib(largest.bytes), " of ",
                            Gib(hardware.device_bytes))};
  }
  if (!AllFit(costs, kMostDevices, hardware)) return {0, NoNumberFits(costs, hardware)};
  // From two on, what a device holds falls with their number.
  int64_t few = 1, enough = 2;
  while (!AllFit(costs, enough, hardware)) {
    few = enough;
    enough *= 2;
  }
  while (enough - few > 1) {
    const int64_t middle = few + (enough - few) / 2;
    (AllFit(costs, middle, hardware) ? enough : few) = middle;
  }
  const RankPlan before = Largest(costs, few, hardware), after = Largest(costs, enough, hardware);
  return {enough, absl::StrCat(enough, " devices: on ", few, " ", before.stage, " takes ", Gib(before.bytes),
                               " of each, and they have ", Gib(hardware.device_bytes), "; on ", enough, " the most is ",
                               Gib(after.bytes), ", of ", after.stage,
                               after.sharding == Sharding::kSharded ? ", sharded" : "")};
}

std::string DescribeRanks(const std::vector<StageCost>& costs, int64_t devices, const RankHardware& hardware,
                          double price) {
  std::string text;
  if (devices == 0) {
    DeviceChoice choice = FewestDevices(costs, hardware);
    if (choice.devices == 0) {
      absl::StrAppend(&text, "No number of devices is enough for all stages: ", choice.reason, ".\n");
      std::vector<StageCost> others;
      for (const StageCost& cost : costs) {
        if (PlanStage(cost, kMostDevices, hardware).fits) others.push_back(cost);
      }
      if (others.empty()) return text;
      choice = FewestDevices(others, hardware);
      absl::StrAppend(&text, "Without such stages: ");
    }
    devices = choice.devices;
    absl::StrAppend(&text, "Fewest devices: ", choice.reason, ".\n\n");
  }
  const std::vector<RankPlan> plans = PlanRanks(costs, devices, hardware);
  absl::StrAppend(&text, analysis::ToText(RankTable(plans, devices, hardware)));
  double hours = 0;
  for (const RankPlan& plan : plans) {
    if (plan.hours == 0) return text;
    hours += plan.hours;
  }
  absl::StrAppendFormat(&text, "On %d devices: %.4g hours, %.4g device-hours", devices, hours,
                        hours * static_cast<double>(devices));
  if (price > 0) absl::StrAppendFormat(&text, ", a price of %.2f", hours * static_cast<double>(devices) * price);
  return text + ".\n";
}

}  // namespace experiments

#include "experiments/plan/device_fit.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "experiments/plan/rank_plan.h"

namespace experiments {
namespace {

using ::analysis::Cell;
using ::analysis::NumberFormat;
using ::sami_harness::TrainingConfig;

constexpr double kGibi = 1 << 30;
constexpr int64_t kRank = 16;  // of an arm without an adapter of its own

void HoldOnOne(const StageMemory& memory, double device_bytes, DeviceFit* fit) {
  fit->devices = 1;
  fit->bytes = memory.Total();
  fit->fits = fit->bytes <= device_bytes;
}

// Over the fewest devices; what each has beside its share where none is enough.
void HoldInShards(const TrainingShape& shape, double device_bytes, DeviceFit* fit) {
  constexpr int64_t kMany = 1 << 30;
  fit->devices = FewestSharded(shape, device_bytes);
  fit->fits = fit->devices > 0;
  fit->bytes = RankBytes(shape, fit->fits ? fit->devices : kMany, Sharding::kSharded);
}

sami_harness::LoraConfig LoraOf(const TrainingConfig& training) {
  if (training.has_lora()) return training.lora();
  sami_harness::LoraConfig lora;
  lora.set_rank(kRank);
  lora.add_target_modules("all-linear");  // lm/model/adapter.h
  return lora;
}

std::string NameOf(const sami_harness::LoraConfig& lora) {
  return absl::StrCat("LoRA, rank ", lora.rank(), ", ", absl::StrJoin(lora.target_modules(), " "));
}

DeviceFit TrainingFit(const StageCost& cost, DeviceFit::Way way, bool recomputes, double device_bytes) {
  TrainingShape shape = *cost.training;
  const bool has_lora = shape.training.has_lora(), recomputed = shape.training.recompute_activations();
  DeviceFit fit;
  fit.stage = cost.stage;
  fit.way = way;
  fit.recomputes = recomputes;
  fit.is_the_specs = recomputes == recomputed && way == (has_lora ? DeviceFit::kLora : DeviceFit::kFull);
  shape.training.set_recompute_activations(recomputes);
  if (way == DeviceFit::kLora) {
    *shape.training.mutable_lora() = LoraOf(shape.training);
    fit.name = NameOf(shape.training.lora());
  } else {
    shape.training.clear_lora();
    fit.name = way == DeviceFit::kFull ? "full" : "full, sharded";
  }
  if (way == DeviceFit::kSharded) {
    HoldInShards(shape, device_bytes, &fit);
  } else {
    HoldOnOne(TrainingMemory(shape), device_bytes, &fit);
  }
  return fit;
}

}  // namespace

std::vector<DeviceFit> DeviceFits(const std::vector<StageCost>& costs, double device_bytes) {
  std::vector<DeviceFit> fits;
  for (const StageCost& cost : costs) {
    if (cost.training.has_value()) {
      for (const DeviceFit::Way way : {DeviceFit::kFull, DeviceFit::kLora, DeviceFit::kSharded}) {
        for (const bool recomputes : {false, true}) {
          // Where layers are gathered, they are computed again.
          if (way == DeviceFit::kSharded && !recomputes) continue;
          fits.push_back(TrainingFit(cost, way, recomputes, device_bytes));
        }
      }
      continue;
    }
    DeviceFit fit;
    fit.stage = cost.stage;
    fit.name = "stored";
    fit.is_the_specs = true;
    HoldOnOne(cost.memory, device_bytes, &fit);
    fits.push_back(std::move(fit));
  }
  return fits;
}

analysis::Table DeviceFitTable(const std::vector<StageCost>& costs, double device_bytes) {
  analysis::Table table;
  table.caption = absl::StrFormat("What fits into %.4g GiB", device_bytes / kGibi);
  table.columns = {{"stage", "stage"},
                   {"way", "way"},
                   {"recomputing", "recomputing"},
                   {"devices", "devices"},
                   {"gib", "GiB of each", NumberFormat::kFixed, 2},
                   {"fits", "fits"}};
  for (const DeviceFit& fit : DeviceFits(costs, device_bytes)) {
    const bool trains = fit.way != DeviceFit::kAsItRuns;
    if (fit.bytes == 0) {
      table.rows.push_back({fit.stage, "unknown", Cell(), Cell(), Cell(), Cell()});
      continue;
    }
    table.rows.push_back({fit.stage, absl::StrCat(fit.name, trains && fit.is_the_specs ? " *" : ""),
                          trains ? Cell(fit.recomputes ? "yes" : "no") : Cell(),
                          fit.devices > 0 ? Cell(fit.devices) : Cell(), fit.bytes / kGibi, fit.fits ? "yes" : "no"});
  }
  table.notes = {
      "GiB: 2^30 bytes at the peak, of one thread, in the kinds of the table above; a device's runtime takes some "
      "more.",
      "* as the spec has it. LoRA: the arm's own, else of rank 16 on all projections of the layers (all-linear).",
      "Sharded: over the fewest devices that fit, with a share of the layers' weights, gradients and moments on each",
      "(shard_weights of the deployment, docs/processes.md). No number of devices, and the GiB beside the share, where "
      "those",
      "alone do not fit, or the training cannot be sharded.",
      "Sampling and scoring: matrices stay in the type in which they are stored. --gpus=auto plans all of it."};
  return table;
}

}  // namespace experiments

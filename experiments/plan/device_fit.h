// Device fit: which of the ways to train a stage's model fit into the memory of one device, or of how many.
#ifndef EXPERIMENTS_PLAN_DEVICE_FIT_H_
#define EXPERIMENTS_PLAN_DEVICE_FIT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/figures/table.h"
#include "experiments/plan/stage_costs.h"

namespace experiments {

// One way to hold a stage. The kinds of memory are StageMemory's.
struct DeviceFit {
  enum Way {
    kAsItRuns,  // samples or scores: nothing is trained
    kFull,      // all weights are trained, on one device
    kLora,      // the arm's own adapter; where it has none, of rank 16 on all of the layers' projections
    kSharded,   // all weights, in shards on as many devices as it takes (rank_plan.h)
  };
  std::string stage;
  Way way = kAsItRuns;
  std::string name;         // for people: "LoRA, rank 16"
  bool recomputes = false;  // activations, in training
  bool is_the_specs = false;
  // The least that it takes. 0: no number of them, as what each has beside its shard does not fit.
  int64_t devices = 1;
  double bytes = 0;  // of each device at its peak; of 0 devices, beside its shard; 0: unknown
  bool fits = false;
};

// Two of each way for a training, without and with recomputation (sharded, with it alone); one for other stages, or
// where the model is unknown. Sharded, each has RankBytes.
//   device_bytes: > 0
std::vector<DeviceFit> DeviceFits(const std::vector<StageCost>& costs, double device_bytes);

// For people, in GiB.
analysis::Table DeviceFitTable(const std::vector<StageCost>& costs, double device_bytes);

}  // namespace experiments

#endif  // EXPERIMENTS_PLAN_DEVICE_FIT_H_

// Stage resources: what each stage of a run's graph asks of a machine, for a scheduler.
#ifndef EXPERIMENTS_PLAN_STAGE_RESOURCES_H_
#define EXPERIMENTS_PLAN_STAGE_RESOURCES_H_

#include <map>
#include <string>

#include "experiments/plan/stage_costs.h"
#include "experiments/plan/stage_uses.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// Estimates, by the dry run's arithmetic (stage_costs.h): memory from above, time from below.
struct StageResources {
  StageUse use;
  int processes = 1;        // that a training is over
  int threads = 1;          // of each process
  int devices = 0;          // that compute in the place of the processor, one a process
  double hours = 0;         // of arithmetic, if all of the hardware's speed is used; 0: not known, or none
  double bytes = 0;         // of main memory, of each process; 0: not known
  double device_bytes = 0;  // of each device's memory; 0: none, or not known

  // Neither computes with a model nor asks one: seconds on one core.
  bool IsLight() const { return !use.Computes() && !use.AsksServer(); }
};

struct ResourceOptions {
  int threads = 1;                // of a stage that computes
  bool on_device = false;         // whether models compute on a device
  double flops_per_second = 1e9;  // of a process's threads together, or of its device
  int processes = 1;              // of each training
  bool shards = false;            // whether these have parts of its weights (shard_weights of a deployment)
};

// Of the stages that compute with models or ask them, by their names in the graph; every other one is light and has
// LightStage(). Of a model it reads config.json only; what is not here is not known. `spec` must be canonical.
std::map<std::string, StageResources> ResourcesOfStages(const sami_harness::ExperimentSpec& spec,
                                                        const AskedSets& asked, const ResourceOptions& options);

StageResources LightStage();

}  // namespace experiments

#endif  // EXPERIMENTS_PLAN_STAGE_RESOURCES_H_

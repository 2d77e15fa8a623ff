// Stage uses: which models and servers each stage of a run's graph computes with or asks.
#ifndef EXPERIMENTS_PLAN_STAGE_USES_H_
#define EXPERIMENTS_PLAN_STAGE_USES_H_

#include <map>
#include <string>

#include "experiments/spec/spec.pb.h"

namespace experiments {

// At most one member has a value.
struct StageUse {
  std::string weights;  // of the spec's models the one whose weights, or whose arm's, it trains or runs
  std::string server;   // of the spec's models the one behind a server that it asks
  std::string judge;    // the language model judge behind a server that it asks
  // The folder of a language model judge that runs here.
  std::string local_judge;

  bool AsksServer() const { return !server.empty() || !judge.empty(); }
  bool Computes() const { return !weights.empty() || !local_judge.empty(); }
};

// By the stages' names in the graph ("train_sami1"); stages that use no model are not there. `spec` must be canonical.
std::map<std::string, StageUse> StageUses(const sami_harness::ExperimentSpec& spec);

}  // namespace experiments

#endif  // EXPERIMENTS_PLAN_STAGE_USES_H_

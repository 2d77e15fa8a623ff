// Dry run: what a spec would do, without doing it.
#ifndef EXPERIMENTS_PLAN_DRY_RUN_H_
#define EXPERIMENTS_PLAN_DRY_RUN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "experiments/plan/stage_costs.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

struct HardwareSpeed {
  double flops_per_second = 1e12;
  std::string source;  // "as --flops says"
};

struct DryRunOptions {
  HardwareSpeed speed;      // of the hardware that is thought of
  double device_bytes = 0;  // memory of one device, > 0; 0: not known, and what fits is not said
  double price = 0;         // of a device-hour, > 0; 0: not known
  // How many devices share the work (rank_plan.h); 0: the fewest on which all stages fit. Needs device_bytes.
  std::optional<int64_t> devices;
  double link_bytes_per_second = 0;  // between two devices, > 0; 0: not known, and what is sent takes no time
  AskedSets asked;
  // Queries and constitutions, each with what is known of it: "queries train", "2000 queries".
  std::vector<std::pair<std::string, std::string>> texts;
  std::vector<std::string> problems;    // at which a run would stop, a line each
  std::vector<std::string> text_notes;  // how the texts' lengths are known, a line each
};

// For people: which inputs are here and which are not, and for every stage the examples, texts, optimizer steps,
// tokens, arithmetic, hours, parameters and peak memory (stage_costs.h says how they are counted), what of it fits into
// a device (device_fit.h), and the hours and price of all. Of a model it reads config.json only, so that a plan needs
// no weights. Numbers of tokens are upper bounds. `spec` must be canonical.
std::string DryRun(const sami_harness::ExperimentSpec& spec, const DryRunOptions& options);

// The two tables of stages, arithmetic and memory, alone.
std::string DescribeCosts(const std::vector<StageCost>& costs, const DryRunOptions& options);

}  // namespace experiments

#endif  // EXPERIMENTS_PLAN_DRY_RUN_H_

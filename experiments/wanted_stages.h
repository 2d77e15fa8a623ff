// Which stages of a run `--node` asks for.
#ifndef EXPERIMENTS_WANTED_STAGES_H_
#define EXPERIMENTS_WANTED_STAGES_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/run/stage.h"

namespace experiments {

// The stages that are asked for, by their names or, "sami1" for train_sami1, an arm's, and all that they need, directly
// or not. Empty where everything is. kNotFound, with the nearest names, for a node that the plan does not have.
absl::StatusOr<std::set<std::string>> WantedStages(const std::vector<std::string>& nodes,
                                                   const std::vector<PlannedStage>& plan);

}  // namespace experiments

#endif  // EXPERIMENTS_WANTED_STAGES_H_

// Wanted stages: which stages of a plan a user means by names.
#ifndef EXPERIMENTS_PLAN_WANTED_STAGES_H_
#define EXPERIMENTS_PLAN_WANTED_STAGES_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/run/stage.h"

namespace experiments {

// The stages that are asked for, by their names or "sami1" for train_sami1, and all that they need, directly or not.
// Empty where no node is: everything is wanted. kNotFound, with the nearest names, for one that the plan does not have.
absl::StatusOr<std::set<std::string>> WantedStages(const std::vector<std::string>& nodes,
                                                   const std::vector<PlannedStage>& plan);

}  // namespace experiments

#endif  // EXPERIMENTS_PLAN_WANTED_STAGES_H_

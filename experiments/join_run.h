// Joining of a run's processes.
#ifndef EXPERIMENTS_JOIN_RUN_H_
#define EXPERIMENTS_JOIN_RUN_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "experiments/run/stage.h"
#include "training/processes/join.h"

namespace experiments {

// The group of all ranks, once all have come and are of the same run and the same program, and compute by the same
// arithmetic, unless the options of all take another; of one process at once. `seconds`: how long they are waited for.
// Where one is lost later, this process says so on stderr and ends with kUnavailable's exit code. Errors are
// training::Join's.
absl::StatusOr<std::unique_ptr<training::JoinedGroup>> JoinRun(const training::Place& place, double seconds,
                                                               const RunFolderOptions& run);

}  // namespace experiments

#endif  // EXPERIMENTS_JOIN_RUN_H_

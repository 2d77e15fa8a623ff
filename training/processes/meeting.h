// The ranks' meeting at rank 0's store: who has come, and whether all were started with the same.
#ifndef TRAINING_PROCESSES_MEETING_H_
#define TRAINING_PROCESSES_MEETING_H_

#include <torch/types.h>

#include <string>
#include <torch/csrc/distributed/c10d/Store.hpp>
#include <vector>

#include "absl/status/statusor.h"
#include "training/processes/join.h"

namespace training {

struct Meeting {
  c10::intrusive_ptr<c10d::Store> store;
  std::vector<std::string> ranks;  // "rank 1 of 2 (host, process 123)"
};

// kFailedPrecondition and kUnavailable as Join's.
absl::StatusOr<Meeting> Meet(const JoinOptions& options);

}  // namespace training

#endif  // TRAINING_PROCESSES_MEETING_H_

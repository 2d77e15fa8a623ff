// A training's state over the ranks of a group: each has its parts of it, the file has all.
#ifndef TRAINING_SHARED_STATE_H_
#define TRAINING_SHARED_STATE_H_

#include <torch/types.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lm/model/decoder.h"
#include "training/processes/group.h"
#include "training/shared_update.h"
#include "training/training_state.h"

namespace training {

// What all ranks of a training agree on.
struct SharedState {
  std::string path, fingerprint;
  const std::vector<lm::Parameter>& parameters;  // all that are trained
  Group& group;
  SharedUpdate& update;
};

// Every rank calls it: rank 0 writes the file (SaveTrainingState), one tensor after the other. `best`: of the update's
// own parts; empty where none is kept.
absl::Status Save(const SharedState& state, const TrainingHistory& history, const std::vector<torch::Tensor>& best);

// Each rank reads its parts, and all of the parameters that it has whole; errors as LoadTrainingState. `best`: as in
// Save; stays where the file has none.
absl::StatusOr<TrainingHistory> Load(const SharedState& state, std::vector<torch::Tensor>* best);

}  // namespace training

#endif  // TRAINING_SHARED_STATE_H_

// Training state (checkpoint): what training needs to continue where it was killed, in one safetensors file:
//   parameters/<name>, first_moments/<name> (ADAMW only), second_moments/<name>   in the parameters' own type
//   step_metrics      float64 [steps, 7 + metrics]: step, epoch, loss, grad_norm, learning_rate, examples, tokens, then
//                     the objective's metrics
//   held_out_metrics  the same of the measurements of held-out examples, where there is one
//   best/<name>       the parameters after the best step so far, where the best is kept and one is measured
//   __metadata__      "fingerprint": of everything that the continuation must agree on; "step_metrics",
//                     "held_out_metrics": JSON lists of the metrics' names
// All of it is whole, whatever part of it each rank has: training continues with any number of them.
#ifndef TRAINING_TRAINING_STATE_H_
#define TRAINING_TRAINING_STATE_H_

#include <torch/types.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lm/model/decoder.h"
#include "training/objective.h"
#include "training/optimizer.h"
#include "training/step_metrics.h"
#include "training/trainer.h"

namespace training {

struct TrainingHistory {
  std::vector<StepMetrics> steps;     // every step so far
  std::vector<StepMetrics> held_out;  // every measurement so far
  // After the best measured step, one a parameter, on the CPU. Empty where none is kept.
  std::vector<torch::Tensor> best;
};

// SHA-256 of all that the bits of the result depend on and that is cheap to ask. Not of the model's weights: a state
// has its own.
std::string TrainingFingerprint(const Objective& objective, const sami_harness::TrainingConfig& config,
                                const TrainerOptions& options, const lm::Decoder& model);

// Written atomically: a reader finds the state before or the state after.
absl::Status SaveTrainingState(const std::string& path, const std::string& fingerprint,
                               const std::vector<lm::Parameter>& parameters, const Optimizer::State& state,
                               const TrainingHistory& history);

// Restores parameters in place, gives the optimizer's state and returns the history; the next step is the number of its
// steps + 1. `has_first_moments`: whether the optimizer has them. kFailedPrecondition when the file was written under
// another fingerprint; kInvalidArgument when it is damaged. Nothing is changed then.
absl::StatusOr<TrainingHistory> LoadTrainingState(const std::string& path, const std::string& fingerprint,
                                                  const std::vector<lm::Parameter>& parameters, bool has_first_moments,
                                                  Optimizer::State* state);

}  // namespace training

#endif  // TRAINING_TRAINING_STATE_H_

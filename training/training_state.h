// Training state (checkpoint): what training needs to continue where it was killed, in one safetensors file:
//   parameters/<name>, first_moments/<name> (ADAMW only), second_moments/<name>   in the parameters' own type
//   step_metrics      float64 [steps, 7 + metrics]: step, epoch, loss, grad_norm, learning_rate, examples, tokens, then
//                     the objective's metrics
//   held_out_metrics  the same of the measurements of held-out examples, where there is one
//   best/<name>       the parameters after the best step so far, where the best is kept and one is measured
//   __metadata__      "fingerprint": of everything that the continuation must agree on; "step_metrics",
//                     "held_out_metrics": JSON lists of the metrics' names
// All of it is whole, whatever part of it each rank has: training continues with any number of them, sharded or not.
#ifndef TRAINING_TRAINING_STATE_H_
#define TRAINING_TRAINING_STATE_H_

#include <torch/types.h>

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
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
};

// What a state has of each parameter.
enum class Kept { kParameter, kFirstMoment, kSecondMoment, kBest };

// SHA-256 of all that the bits of the result depend on and that is cheap to ask. Not of the model's weights: a state
// has its own.
std::string TrainingFingerprint(const Objective& objective, const sami_harness::TrainingConfig& config,
                                const TrainerOptions& options, const lm::Decoder& model);

// Written atomically: a reader finds the state before or the state after. collect(kept, i): parameter i's tensor, flat
// on the CPU, asked for when it is written, for each of `kept`. `parameters`: for names, shapes and types.
using Collect = absl::FunctionRef<absl::StatusOr<torch::Tensor>(Kept kept, size_t parameter)>;
absl::Status SaveTrainingState(const std::string& path, const std::string& fingerprint,
                               const std::vector<lm::Parameter>& parameters, const std::vector<Kept>& kept,
                               const TrainingHistory& history, Collect collect);

// Returns the history; the next step is the number of its steps + 1. Calls restore(kept, i, values) for each of `kept`
// (kBest only where the file has it) and each parameter: its values, flat. kFailedPrecondition when the file was
// written under another fingerprint; kInvalidArgument when it is damaged. Nothing is restored then.
using RestoreTensor = absl::FunctionRef<void(Kept kept, size_t parameter, const torch::Tensor& values)>;
absl::StatusOr<TrainingHistory> LoadTrainingState(const std::string& path, const std::string& fingerprint,
                                                  const std::vector<lm::Parameter>& parameters,
                                                  const std::vector<Kept>& kept, RestoreTensor restore);

}  // namespace training

#endif  // TRAINING_TRAINING_STATE_H_

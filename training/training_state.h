// Training state (checkpoint): what training needs to continue where it was killed, in one safetensors file:
//   parameters/<name>, first_moments/<name> (ADAMW only), second_moments/<name>   in the parameters' own type
//   step_metrics      float64 [steps, 7 + metrics]: step, epoch, loss, grad_norm, learning_rate, examples, tokens, then
//                     the objective's metrics
//   __metadata__      "fingerprint": of everything that the continuation must agree on; "metrics": JSON list of names
#ifndef TRAINING_TRAINING_STATE_H_
#define TRAINING_TRAINING_STATE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lm/model/decoder.h"
#include "training/optimizer.h"
#include "training/trainer.h"

namespace training {

// Written atomically: a reader finds the state before or the state after. `history` holds every step so far.
absl::Status SaveTrainingState(const std::string& path, const std::string& fingerprint,
                               const std::vector<lm::Parameter>& parameters, const Optimizer& optimizer,
                               const std::vector<StepMetrics>& history);

// Restores parameters and optimizer in place and returns the history; the next step is its length + 1.
// kFailedPrecondition when the file was written under another fingerprint; kInvalidArgument when it is damaged. Nothing
// is changed then.
absl::StatusOr<std::vector<StepMetrics>> LoadTrainingState(const std::string& path, const std::string& fingerprint,
                                                           const std::vector<lm::Parameter>& parameters,
                                                           Optimizer& optimizer);

}  // namespace training

#endif  // TRAINING_TRAINING_STATE_H_

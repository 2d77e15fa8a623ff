// The training loop that every method shares.
#ifndef TRAINING_TRAINER_H_
#define TRAINING_TRAINER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lm/decoder.h"
#include "training/config.pb.h"
#include "training/objective.h"

namespace training {

// One optimizer step's record. Metrics are the objective's own, averaged over the step's examples.
struct StepMetrics {
  int64_t step;  // from 1
  double epoch;  // passes over the data completed after the step
  double loss;
  double grad_norm;  // before clipping
  double learning_rate;
  int64_t examples;
  int64_t tokens;
  std::vector<std::pair<std::string, double>> metrics;
};

struct TrainerOptions {
  std::string name;   // for progress lines
  uint64_t seed = 0;  // of the stream "training/order/<name>"
  int threads = 1;    // microbatches computed at once; changes nothing but speed
  std::function<void(const StepMetrics&)> on_step;
  // When not empty: a file for the state (weights, moments, step), written about every `checkpoint_seconds` and read
  // back at the start. Training that was killed and continued ends in the same bits.
  std::string state_path;
  double checkpoint_seconds = 120;
};

// Trains `model` in place. Each microbatch is computed on one thread and gradients are added in the microbatches'
// order, so the result does not depend on `threads`.
// kInvalidArgument when there are no examples; kInternal when a loss is not finite: it names the step and the examples,
// and the model is left as it was before that step.
absl::Status Train(const Objective& objective, const sami_harness::TrainingConfig& config,
                   const TrainerOptions& options, lm::Decoder& model);

// The number of optimizer steps that Train takes.
int64_t NumSteps(int64_t num_examples, const sami_harness::TrainingConfig& config);

}  // namespace training

#endif  // TRAINING_TRAINER_H_

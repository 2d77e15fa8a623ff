// The training loop that every method shares.
#ifndef TRAINING_TRAINER_H_
#define TRAINING_TRAINER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "lm/model/decoder.h"
#include "training/config.pb.h"
#include "training/objective.h"
#include "training/step_metrics.h"

namespace training {

struct TrainerOptions {
  std::string name;    // for progress lines
  std::string stream;  // of the examples' order, "training/order/<stream>"; empty: as `name`
  uint64_t seed = 0;   // of that stream
  int threads = 1;     // microbatches computed at once; changes nothing but speed
  // Called once for each step, in order. Training that continues calls it again for the steps before.
  std::function<void(const StepMetrics&)> on_step;
  // When not empty: a file for the state (weights, moments, steps' metrics), written about every `checkpoint_seconds`
  // (0: after every step but the last) and read back at the start. Training that was killed and continued ends in the
  // same bits. The file stays when training is done: remove it when the model is saved.
  std::string state_path;
  double checkpoint_seconds = 120;

  const std::string& order_stream() const { return stream.empty() ? name : stream; }
};

// Trains `model` in place: its adapter where it has one (Decoder::trainable), else all parameters, which must be
// contiguous floating-point tensors (any precision; float32 is what checkpoints load as). Each microbatch is computed
// on one thread and gradients are added in the microbatches' order (training/gradient_sum.h), so the result does not
// depend on `threads`. The examples' order is training/order.h's, the rate training/schedule.h's, the update
// training/optimizer.h's on gradients clipped to max_grad_norm. A model with experts (config.num_experts > 0) is
// trained on the objective's loss plus router_aux_loss_coef times its routers' load-balancing loss
// (lm/model/experts.h): of each microbatch by itself, as accumulating trainers compute it, with the weight of the
// microbatch's examples. The metric "router/balance_loss" reports it. A step's gradient is divided by its examples'
// weight (config.divide_by_full_batch: by a full batch's); grad_norm is that of the result.
//
// kInvalidArgument when there are no examples, the warm-up is as long as training, or the state file is damaged;
// kFailedPrecondition when it belongs to another training; kInternal when a loss or gradient is not finite or an
// objective throws: it names the step and the examples, and the model is left as it was before that step.
absl::Status Train(const Objective& objective, const sami_harness::TrainingConfig& config,
                   const TrainerOptions& options, lm::Decoder& model);

}  // namespace training

#endif  // TRAINING_TRAINER_H_

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
#include "training/processes/group.h"
#include "training/sharding/sharded_layers.h"
#include "training/step_metrics.h"

namespace training {

struct TrainerOptions {
  std::string name;    // for progress lines
  std::string stream;  // of the examples' order, "training/order/<stream>"; empty: as `name`
  uint64_t seed = 0;   // of that stream
  int threads = 1;     // microbatches computed at once; changes nothing but speed
  // The processes that train, of which each calls Train with the same arguments; changes nothing but speed. Rank 0
  // alone writes files and says something. Null: this one.
  Group* group = nullptr;
  // Who has the layers' weights, where `model` has them from there (lm::Decoder::SetLayerSource): each rank its part.
  // Then `threads` counts for the optimizer alone: a rank computes one microbatch at a time, and layers again in the
  // backward pass; config.accumulated_microbatches must be 1. Changes no bit. Null: every rank has all weights.
  ShardedLayers* layers = nullptr;
  // Called once for each step, in order, and after it for a measurement of the held-out examples. Training that
  // continues calls it again for the steps before.
  std::function<void(const StepMetrics&)> on_step;
  // Where the config has held_out: examples that are never trained on, of the same objective; else null.
  const Objective* held_out = nullptr;
  // Where the config has save_steps: saves the model as it is after this step, on rank 0. Training that continues calls
  // it for the steps after its state alone, and then perhaps again.
  std::function<absl::Status(int64_t step, const lm::Decoder& model)> save;
  // When not empty: a file for the state (weights, moments, steps' metrics), written about every `checkpoint_seconds`
  // (0: after every step but the last) and read back at the start. Training that was killed and continued ends in the
  // same bits. The file stays when training is done: remove it when the model is saved.
  std::string state_path;
  double checkpoint_seconds = 120;

  const std::string& order_stream() const { return stream.empty() ? name : stream; }
};

// Trains `model` in place: its adapter where it has one (Decoder::trainable), else all parameters, which must be
// contiguous floating-point tensors (any precision; float32 is what checkpoints load as). Each microbatch is computed
// on one thread of one process and gradients are added in an order (training/shared_update.h) in which the result
// depends neither on `threads` nor on the number of processes. The examples' order is training/order.h's, the rate
// training/schedule.h's, the update training/optimizer.h's on gradients clipped to max_grad_norm. A model with experts
// (config.num_experts > 0) is trained on the objective's loss plus router_aux_loss_coef times its routers'
// load-balancing loss (lm/model/experts.h): of each microbatch by itself, as accumulating trainers compute it, with the
// weight of the microbatch's examples. The metric "aux_loss" reports it. A step's gradient is divided by its examples'
// weight (config.divide_by_full_batch: by a full batch's); grad_norm is that of the result.
//
// After every held_out.every_steps-th step and the last, losses and metrics of all held-out examples are measured
// without gradients: in batches of batch_size, whose statistics are each batch's own, as in training; shuffled, and the
// same each time (OnePass of training/order.h, stream "<stream>/held_out"). early_stop may end training there, which is
// said on stderr; with keep: BEST the model ends as it was after the best measured step.
//
// With options.layers the model is whole nowhere: lm::WeightsInTurn reads it.
//
// kInvalidArgument when there are no examples, the warm-up is as long as training, a setting has no effect on it
// (CheckMeasured, training/held_out.h) or asks for what the options lack, or the state file is damaged;
// kFailedPrecondition when it belongs to another training; kInternal when a loss or gradient is not finite or an
// objective throws: it names the step and the examples, and the model is left as it was before that step (after it,
// where the example is held out). All ranks return the same error; kUnavailable where one of them is lost.
absl::Status Train(const Objective& objective, const sami_harness::TrainingConfig& config,
                   const TrainerOptions& options, lm::Decoder& model);

}  // namespace training

#endif  // TRAINING_TRAINER_H_

// Sums over batches of an objective, with gradients or without: a batch is cut into microbatches, which are computed
// side by side and added in their order.
#ifndef TRAINING_BATCH_SUMS_H_
#define TRAINING_BATCH_SUMS_H_

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "lm/model/decoder.h"
#include "training/config.pb.h"
#include "training/gradient_sum.h"
#include "training/objective.h"
#include "training/processes/group.h"
#include "training/shared_update.h"

namespace training {

// What examples weigh together, and how many tokens they have.
struct BatchSize {
  double weight = 0;
  int64_t tokens = 0;
};
BatchSize SizeOf(const Objective& objective, absl::Span<const int64_t> examples);
// Of all examples.
BatchSize SizeOf(const Objective& objective);

// "pairs 3, 8": a batch's first examples by their indices, for messages.
std::string NamesOf(const Objective& objective, absl::Span<const int64_t> examples);

// kFailedPrecondition where this process cannot compute in config.compute_type on `device`: BFLOAT16_PRODUCTS anywhere
// but on the CPU by the harness's own products (lm::RoundedProducts). After lm::ChooseProducts.
absl::Status CheckComputeType(const sami_harness::TrainingConfig& config, const torch::Device& device);

// Cuts batches by config.microbatch_size and computes in config.compute_type, each microbatch on one of `threads` of
// one of the group's ranks (WorkSplit, training/shared_update.h): every rank calls the same, and has the sums of all.
// Where the model's layers lie elsewhere, a rank computes one microbatch at a time, and all meet after each.
// Where the objective has a first phase, it sees the whole batch. A model with experts is computed with its routers'
// loss (training/trainer.h).
class BatchSums {
 public:
  // All of them must outlive it. `parameters`: of the model, for which there are gradients.
  BatchSums(const sami_harness::TrainingConfig& config, const lm::Decoder& model,
            const std::vector<torch::Tensor>& parameters, Group& group, int threads);

  // Adds the batch's losses and metrics to `sum`, which is new, and gradients to `update`, which sum adds to. The first
  // error in the microbatches' order.
  absl::Status AddGradients(const Objective& objective, const std::vector<int64_t>& batch, SharedUpdate& update,
                            GradientSum& sum) const;

  // Adds losses and metrics of these batches to `sum`, which is new and of no gradients: none are computed.
  absl::Status Measure(const Objective& objective, const std::vector<std::vector<int64_t>>& batches,
                       GradientSum& sum) const;

 private:
  // Numbers of microbatches in all batches of one call: those before the present one, on all ranks and on this.
  struct Before {
    int64_t all = 0, own = 0;
  };

  int64_t NumMicrobatches(const std::vector<int64_t>& batch) const;
  lm::Decoder Computing() const;
  // Of this rank's microbatches: the place among them, the number in the batch. `work` meets the others after
  // its passes (Decoder::MeetOthers), before it uses the group.
  absl::Status ForEachShare(const std::vector<int64_t>& batch, const torch::Tensor& statistics,
                            absl::FunctionRef<void(int64_t place, int64_t index, const Share& share)> work) const;
  absl::StatusOr<torch::Tensor> Statistics(const Objective& objective, const std::vector<int64_t>& batch) const;
  absl::Status Add(const Objective& objective, const std::vector<int64_t>& batch, bool with_gradients, Before& before,
                   GradientSum& sum) const;
  absl::StatusOr<Contribution> Microbatch(const Objective& objective, const Share& share, bool with_gradients) const;
  void AddRouterLoss(const Objective& objective, const lm::RouterLoad& load, absl::Span<const int64_t> examples,
                     Evaluation& evaluation) const;

  const sami_harness::TrainingConfig& config_;
  const lm::Decoder& model_;
  const std::vector<torch::Tensor>& parameters_;
  Group& group_;
  const int threads_;
};

}  // namespace training

#endif  // TRAINING_BATCH_SUMS_H_

// A step's gradients, the optimizer and the weights, over the ranks of a group.
//
// Order of sums. The microbatches 0, 1, ... of a step are cut into items of config.accumulated_microbatches successive
// ones. An item's gradients are added in the microbatches' order, and the items' sums in the items' order: on one
// process as on any number, element by element. Item i is computed by rank i mod w of w ranks, so the result's bits
// depend on no number of ranks, as they depend on no number of threads.
//
// Who holds what. Weights are on every rank. All weights' elements, in the parameters' order, are cut into w nearly
// equal runs of the optimizer's blocks; the gradients' sum and the moments of a run are on one rank alone, which
// updates it. A rank sends, in a step of I items and P bytes of trained weights, of each of its items (w - 1)/w P
// bytes, one run to each other rank, and then its own updated run to each: together (I/w + 1) (w - 1)/w P bytes, 2 (w -
// 1)/w P where every rank has one item. Layers may be sharded instead (training/sharding/sharded_layers.h): all of
// their parts are on one rank alone, and their gradients come another way.
#ifndef TRAINING_SHARED_UPDATE_H_
#define TRAINING_SHARED_UPDATE_H_

#include <torch/types.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lm/model/decoder.h"
#include "training/config.pb.h"
#include "training/gradient_sum.h"
#include "training/optimizer.h"
#include "training/processes/group.h"
#include "training/sharding/sharded_layers.h"

namespace training {

// Which microbatches of a step a rank computes, and in which order.
class WorkSplit {
 public:
  WorkSplit(const Group& group, int64_t microbatches, int64_t per_item)
      : rank_(group.rank()), ranks_(group.size()), microbatches_(microbatches), per_item_(per_item) {}

  int64_t num_items() const { return (microbatches_ + per_item_ - 1) / per_item_; }
  // Items are computed in rounds, of one item a rank.
  int64_t num_rounds() const { return (num_items() + ranks_ - 1) / ranks_; }
  bool HasItem(int64_t round, int64_t rank) const { return round * ranks_ + rank < num_items(); }
  // Of an item of this rank.
  int64_t SizeOf(int64_t round) const {
    return std::min(per_item_, microbatches_ - (round * ranks_ + rank_) * per_item_);
  }
  // This rank's.
  std::vector<int64_t> Microbatches() const;

 private:
  int64_t rank_, ranks_, microbatches_, per_item_;
};

// Of all that training changes, what is whole on every rank.
std::vector<Trained> WholeParameters(const lm::Decoder& model);

class SharedUpdate : public GradientAdder {
 public:
  // `parameters`: those that are whole on every rank. `layers`: those that are trained beside them, sharded; null:
  // none. All must outlive it. CHECK-fails unless the parameters are contiguous floating-point tensors, and of one type
  // where there are several ranks or items of several microbatches; and where layers are sharded and items have
  // several.
  SharedUpdate(const sami_harness::TrainingConfig& config, const std::vector<Trained>& parameters, Group& group,
               int threads, ShardedLayers* layers = nullptr);
  SharedUpdate(const sami_harness::TrainingConfig& config, const std::vector<torch::Tensor>& parameters, Group& group,
               int threads)
      : SharedUpdate(config, Whole(parameters), group, threads) {}

  // A step: Begin, Add for each microbatch of this rank in their order, Finish. Then every rank has its run of the sum.
  void Begin(int64_t microbatches);
  void Add(std::vector<torch::Tensor>* gradients) override;
  absl::Status Finish();

  // L2 norm over all gradients, on every rank the same.
  absl::StatusOr<double> GradientNorm();
  // As Optimizer::Step; afterwards every rank has all weights.
  absl::StatusOr<int64_t> Step(double learning_rate, double gradient_scale);

  // Of what this rank updates, part by part.
  const std::vector<Trained>& own_parts() const { return own_parts_; }
  const Optimizer::State& own_state() const { return optimizer_.state(); }
  bool has_first_moments() const { return optimizer_.has_first_moments(); }
  void Restore(const Optimizer::State& own) { optimizer_.Restore(own); }
  // After values of own parts were changed by others: every rank has all weights again.
  absl::Status ShareWeights();
  // Every rank calls it. A parameter of so many elements at that place among all, of what is kept in parts (`own`: of
  // own_parts(), each of its size and of this type): whole on rank 0, on the CPU, flat; undefined on the others.
  absl::StatusOr<torch::Tensor> Collect(int64_t place, int64_t size, torch::Dtype type,
                                        const std::vector<torch::Tensor>& own);

 private:
  // A part of a parameter, and where it lies among all elements.
  struct Part {
    size_t parameter;
    int64_t begin, size, offset;
  };
  // What a rank holds the sum and the moments of.
  struct Run {
    int64_t offset = 0, size = 0;
    std::vector<Part> parts;
  };

  static std::vector<Run> Cut(const std::vector<Trained>& parameters, int ranks);
  std::vector<Trained> PartsOf(int rank) const;
  torch::Tensor View(const torch::Tensor& whole, const Part& part) const;
  torch::Tensor Staged(const Run& run) const { return staging_.narrow(0, run.offset, run.size); }
  const Run& own() const { return runs_[group_.rank()]; }
  // One process that adds microbatch by microbatch needs no room of its own for the sum.
  bool is_direct() const { return group_.size() == 1 && per_item_ == 1; }
  absl::Status ExchangeRound();
  void AddItem(const torch::Tensor& sum);
  void AddDirectly(std::vector<torch::Tensor>& gradients);

  const std::vector<Trained> parameters_;
  ShardedLayers* const layers_;
  Group& group_;
  const int threads_;
  const int64_t per_item_;
  const std::vector<Run> runs_;  // by rank
  const std::vector<Trained> own_parts_;
  Optimizer optimizer_;
  // All elements: an item's sum while there is one, else weights on their way.
  torch::Tensor staging_, incoming_;
  std::vector<torch::Tensor> direct_sum_, direct_rest_;  // where it is direct
  WorkSplit split_;
  int64_t round_ = 0;
  int64_t in_item_ = 0;  // microbatches of the round's item that were added; where it is direct, of the step
  bool has_sum_ = false;
  absl::Status status_;
};

}  // namespace training

#endif  // TRAINING_SHARED_UPDATE_H_

// Layers on their way between ranks: whole weights to who computes, gradients to who adds them up, while both go on
// computing.
//
// A thread of each rank takes its rank's wishes one by one. In a round every rank says which wish is its next, and all
// that these wishes need of each other is sent. So ranks need not be at the same layer, nor have as much to do: one
// that is done says so and goes on giving until all are. When all are at the same layer, as they usually are, a round
// is an all-gather, or a reduce-scatter whose sums are made in the ranks' order.
#ifndef TRAINING_SHARDING_EXCHANGE_H_
#define TRAINING_SHARDING_EXCHANGE_H_

#include <torch/types.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "training/processes/group.h"
#include "training/sharding/layer_cut.h"

namespace training {

class Exchange {
 public:
  // Takes a rank's gradients of this rank's stretch of a layer; on the exchange's thread.
  using TakeGradients = std::function<void(int rank, int64_t layer, const torch::Tensor& stretch)>;

  // `own`: this rank's stretch of each layer, on one device. All must outlive it. Between a wish and the end of the
  // next Meet nobody else may use the group.
  Exchange(Group& group, const std::vector<LayerCut>& cuts, const std::vector<torch::Tensor>& own, TakeGradients take);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // A layer's weights, whole, that are on their way.
  class Coming;
  using Handle = std::shared_ptr<Coming>;
  Handle Gather(int64_t layer);
  // Waits for them: the layer's run of bytes.
  absl::StatusOr<torch::Tensor> Wait(const Handle& handle);

  // Sends a layer's gradients, of its run's layout, to who adds them up. AwaitReduced waits for those before: who calls
  // it before it makes a run has one in memory.
  void Reduce(int64_t layer, torch::Tensor run);
  void AwaitReduced();

  // Every rank calls it: waits until all have what they wished for.
  absl::Status Meet();

 private:
  enum Kind : int64_t { kGather, kReduce, kMeet };
  struct Wish {
    Kind kind;
    int64_t layer;
    torch::Tensor run;  // kReduce's
    Handle handle;
  };

  Handle Push(Wish wish);
  void Work();
  absl::Status Round(const Wish& wish, bool* all_meet);
  absl::StatusOr<std::vector<int64_t>> Tell(const Wish& wish);
  void Await(const Handle& handle);

  Group& group_;
  const std::vector<LayerCut>& cuts_;
  const std::vector<torch::Tensor>& own_;
  const TakeGradients take_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Wish> wishes_;
  Handle last_reduce_;
  bool ends_ = false;
  absl::Status status_;  // of the thread: the first error
  std::thread thread_;   // last: it uses the others
};

}  // namespace training

#endif  // TRAINING_SHARDING_EXCHANGE_H_

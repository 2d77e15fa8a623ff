// Gradient accumulation: sums microbatches' gradients in the microbatches' order, whatever order they are computed in.
#ifndef TRAINING_GRADIENT_SUM_H_
#define TRAINING_GRADIENT_SUM_H_

#include <torch/types.h>

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "training/objective.h"
#include "training/processes/group.h"
#include "training/processes/rank_record.pb.h"

namespace training {

// What one microbatch gives to its step.
struct Contribution {
  std::vector<torch::Tensor> gradients;  // one a parameter; undefined where the loss does not depend on it
  lm::DeviceNumber weighted_loss;
  std::vector<Metric> metrics;
  std::string examples;  // their names, for errors
};

// What takes the gradients: training/shared_update.h.
class GradientAdder {
 public:
  virtual ~GradientAdder() = default;
  // Of the next microbatch, which may be taken and changed; null where it failed, and the sum means nothing.
  virtual void Add(std::vector<torch::Tensor>* gradients) = 0;
};

// Floating-point sums depend on their order; here it is 0, 1, 2, ... always. At most `limit` contributions wait for an
// earlier one: a thread that runs further ahead is held, so memory is bounded.
class GradientSum {
 public:
  // Of the microbatches that the group's other ranks compute, it has what Gather brings. `adder`: null where no
  // gradients are summed.
  GradientSum(GradientAdder* adder, int limit);

  // Thread-safe. Each of this rank's microbatches is to be added once, also when it failed, by its place among them,
  // from 0; blocks while `limit` others wait. `index`: its number among all ranks'.
  void Add(int64_t place, int64_t index, absl::StatusOr<Contribution> contribution);

  // After all were added: adds up losses and metrics of all ranks' microbatches, in their order. kUnavailable where a
  // rank is lost; else the error of the first microbatch that had one: the sums then mean nothing.
  absl::Status Gather(Group& group);

  double weighted_loss() const { return weighted_loss_; }
  const std::vector<Metric>& metrics() const { return metrics_; }
  // Their names and means.
  std::vector<std::pair<std::string, double>> Means() const;

 private:
  struct Waiting {
    int64_t index;
    absl::StatusOr<Contribution> contribution;
  };
  void AddNext(Waiting next);
  // Of this rank, in one transfer from the device; a loss that is not finite is its microbatch's error.
  sami_harness::RankRecord ReadNumbers();

  GradientAdder* const adder_;
  const int64_t limit_;
  std::mutex mutex_;
  std::condition_variable advanced_;
  std::map<int64_t, Waiting> waiting_;
  int64_t next_ = 0;
  std::vector<Waiting> unread_;  // without their gradients
  double weighted_loss_ = 0;
  std::vector<Metric> metrics_;
};

}  // namespace training

#endif  // TRAINING_GRADIENT_SUM_H_

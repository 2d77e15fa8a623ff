// Gradient accumulation: sums microbatches' gradients in the microbatches' order, whatever order they are computed in.
#ifndef TRAINING_GRADIENT_SUM_H_
#define TRAINING_GRADIENT_SUM_H_

#include <torch/types.h>

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "training/objective.h"

namespace training {

// What one microbatch gives to its step.
struct Contribution {
  std::vector<torch::Tensor> gradients;  // one a parameter; undefined where the loss does not depend on it
  lm::DeviceNumber weighted_loss;
  std::vector<Metric> metrics;
  std::string examples;  // their names, for errors
};

// Floating-point sums depend on their order; here it is 0, 1, 2, ... always. At most `limit` contributions wait for an
// earlier one: a thread that runs further ahead is held, so memory is bounded.
class GradientSum {
 public:
  // `into`: the tensors that receive the sum, one a parameter; what they held is overwritten.
  GradientSum(const std::vector<torch::Tensor>& into, int limit);

  // Thread-safe. Each index from 0 is to be added once, also when it failed; blocks while `limit` others wait.
  void Add(int64_t index, absl::StatusOr<Contribution> contribution);

  // To be called when all were added: reads their numbers, in one transfer, and returns the error of the first index
  // that had one, kInternal where a loss is not finite. The sums then mean nothing.
  absl::Status Finish();
  double weighted_loss() const { return weighted_loss_; }
  const std::vector<Metric>& metrics() const { return metrics_; }

 private:
  void AddNext(absl::StatusOr<Contribution> contribution);
  void AddNumbers(const Contribution& contribution);

  const std::vector<torch::Tensor>& into_;
  const int64_t limit_;
  std::mutex mutex_;
  std::condition_variable advanced_;
  std::map<int64_t, absl::StatusOr<Contribution>> waiting_;
  int64_t next_ = 0;
  absl::Status status_;
  std::vector<Contribution> unread_;  // without their gradients
  double weighted_loss_ = 0;
  std::vector<Metric> metrics_;
};

}  // namespace training

#endif  // TRAINING_GRADIENT_SUM_H_

// Batches in shuffled order: which examples each optimizer step sees.
#ifndef TRAINING_ORDER_H_
#define TRAINING_ORDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "training/config.pb.h"

namespace training {

// The passes over the examples, each shuffled by its own stream (seed, "training/order/<stream>", pass), form one long
// sequence of round(epochs * examples) examples, at least 1. Steps take `batch_size` of it at a time, across the border
// between passes: only the last step may be smaller. A pure function of its arguments: it needs no state to resume.
class ExampleOrder {
 public:
  // CHECK-fails unless there are examples and the configuration is within its limits.
  ExampleOrder(int64_t num_examples, const sami_harness::TrainingConfig& config, uint64_t seed,
               const std::string& stream);

  // In the whole of training.
  int64_t num_steps() const;
  int64_t total_examples() const { return total_; }

  // The examples of step s, from 1. Shuffles anew when the pass changes.
  std::vector<int64_t> Batch(int64_t step);

 private:
  const int64_t num_examples_;
  const int64_t batch_size_;
  const int64_t total_;
  const uint64_t seed_;
  const std::string stream_;
  std::vector<int64_t> shuffled_;
  int64_t pass_ = -1;  // that shuffled_ holds
};

// All examples once, in such batches, whatever config.epochs says: held-out examples are measured so. Neighbours in the
// data are often of one kind (KTO's desirable responses come first), and what depends on its batch is trained on
// shuffled ones.
std::vector<std::vector<int64_t>> OnePass(int64_t num_examples, sami_harness::TrainingConfig config, uint64_t seed,
                                          const std::string& stream);

}  // namespace training

#endif  // TRAINING_ORDER_H_

#include "training/order.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/random.h"

namespace training {

ExampleOrder::ExampleOrder(int64_t num_examples, const sami_harness::TrainingConfig& config, uint64_t seed,
                           const std::string& stream)
    : num_examples_(num_examples),
      batch_size_(config.batch_size()),
      total_(std::max<int64_t>(1, std::llround(config.epochs() * num_examples))),
      seed_(seed),
      stream_(absl::StrCat("training/order/", stream)) {
  SAMI_CHECK(num_examples > 0 && batch_size_ > 0 && config.epochs() > 0);
}

int64_t ExampleOrder::num_steps() const { return (total_ + batch_size_ - 1) / batch_size_; }

std::vector<int64_t> ExampleOrder::Batch(int64_t step) {
  const int64_t begin = (step - 1) * batch_size_;
  SAMI_CHECK(begin >= 0 && begin < total_) << "step " << step;
  std::vector<int64_t> batch;
  for (int64_t i = begin; i < std::min(begin + batch_size_, total_); ++i) {
    if (i / num_examples_ != pass_) {
      pass_ = i / num_examples_;
      shuffled_.resize(num_examples_);
      std::iota(shuffled_.begin(), shuffled_.end(), 0);
      base::RandomStream(seed_, stream_, pass_).Shuffle(shuffled_);
    }
    batch.push_back(shuffled_[i % num_examples_]);
  }
  return batch;
}

std::vector<std::vector<int64_t>> OnePass(int64_t num_examples, sami_harness::TrainingConfig config, uint64_t seed,
                                          const std::string& stream) {
  config.set_epochs(1);
  ExampleOrder order(num_examples, config, seed, stream);
  std::vector<std::vector<int64_t>> batches;
  for (int64_t step = 1; step <= order.num_steps(); ++step) batches.push_back(order.Batch(step));
  return batches;
}

}  // namespace training

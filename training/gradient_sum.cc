#include "training/gradient_sum.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"

namespace training {

GradientSum::GradientSum(const std::vector<torch::Tensor>& into, int limit) : into_(into), limit_(limit) {
  SAMI_CHECK(limit >= 1);
}

void GradientSum::Add(int64_t index, absl::StatusOr<Contribution> contribution) {
  std::unique_lock<std::mutex> lock(mutex_);
  advanced_.wait(lock, [&] { return index == next_ || waiting_.size() < limit_; });
  waiting_.emplace(index, std::move(contribution));
  while (!waiting_.empty() && waiting_.begin()->first == next_) {
    AddNext(std::move(waiting_.begin()->second));
    waiting_.erase(waiting_.begin());
    ++next_;
  }
  advanced_.notify_all();
}

void GradientSum::AddNext(absl::StatusOr<Contribution> contribution) {
  if (!status_.ok()) return;
  if (!contribution.ok()) {
    status_ = contribution.status();
    return;
  }
  const torch::NoGradGuard no_grad;
  const std::vector<torch::Tensor>& gradients = contribution->gradients;
  SAMI_CHECK_EQ(gradients.size(), into_.size());
  for (size_t i = 0; i < into_.size(); ++i) {
    if (next_ > 0) {
      if (gradients[i].defined()) into_[i].add_(gradients[i]);
    } else if (gradients[i].defined()) {
      into_[i].copy_(gradients[i]);
    } else {
      into_[i].zero_();
    }
  }
  contribution->gradients.clear();
  unread_.push_back(*std::move(contribution));
}

absl::Status GradientSum::Finish() {
  std::vector<lm::DeviceNumber*> numbers;
  for (Contribution& contribution : unread_) {
    numbers.push_back(&contribution.weighted_loss);
    for (Metric& metric : contribution.metrics) numbers.insert(numbers.end(), {&metric.sum, &metric.weight});
  }
  lm::DeviceNumber::ReadAll(numbers);
  for (const Contribution& contribution : unread_) {
    const double loss = contribution.weighted_loss;
    if (!std::isfinite(loss)) {
      // Before any other error: what failed itself came later.
      status_ = absl::InternalError(
          absl::StrCat("the loss is ", std::isnan(loss) ? "nan" : "infinite", ", ", contribution.examples));
      break;
    }
    AddNumbers(contribution);
  }
  unread_.clear();
  return status_;
}

void GradientSum::AddNumbers(const Contribution& contribution) {
  weighted_loss_ += contribution.weighted_loss;
  if (metrics_.empty()) {
    metrics_ = contribution.metrics;
    return;
  }
  SAMI_CHECK_EQ(contribution.metrics.size(), metrics_.size());
  for (size_t i = 0; i < metrics_.size(); ++i) {
    SAMI_CHECK_EQ(contribution.metrics[i].name, metrics_[i].name);
    metrics_[i].sum = metrics_[i].sum + contribution.metrics[i].sum;
    metrics_[i].weight = metrics_[i].weight + contribution.metrics[i].weight;
  }
}

}  // namespace training

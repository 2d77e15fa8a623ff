#include "training/gradient_sum.h"

#include <utility>

#include "base/check.h"
#include "base/status.h"
#include "training/processes/rank_record.h"

namespace training {

using ::sami_harness::MicrobatchRecord;

GradientSum::GradientSum(GradientAdder* adder, int limit) : adder_(adder), limit_(limit) { SAMI_CHECK(limit >= 1); }

void GradientSum::Add(int64_t place, int64_t index, absl::StatusOr<Contribution> contribution) {
  std::unique_lock<std::mutex> lock(mutex_);
  advanced_.wait(lock, [&] { return place == next_ || waiting_.size() < limit_; });
  waiting_.emplace(place, Waiting{index, std::move(contribution)});
  while (!waiting_.empty() && waiting_.begin()->first == next_) {
    AddNext(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    ++next_;
  }
  advanced_.notify_all();
}

void GradientSum::AddNext(const Waiting& next) {
  MicrobatchRecord& record = *own_.add_microbatches();
  record.set_index(next.index);
  SetStatus(next.contribution.status(), &record);
  if (adder_ != nullptr) adder_->Add(next.contribution.ok() ? &next.contribution->gradients : nullptr);
  if (!next.contribution.ok()) return;
  record.set_weighted_loss(next.contribution->weighted_loss);
  for (const Metric& metric : next.contribution->metrics) {
    sami_harness::MetricRecord& one = *record.add_metrics();
    one.set_name(metric.name);
    one.set_sum(metric.sum);
    one.set_weight(metric.weight);
  }
}

absl::Status GradientSum::Gather(Group& group) {
  ASSIGN_OR_RETURN(const std::vector<MicrobatchRecord> records, GatherRecords(group, std::move(own_)));
  for (const MicrobatchRecord& record : records) {
    weighted_loss_ += record.weighted_loss();
    if (&record == &records[0]) metrics_.resize(record.metrics_size());
    SAMI_CHECK_EQ(record.metrics_size(), static_cast<int>(metrics_.size()));
    for (size_t i = 0; i < metrics_.size(); ++i) {
      const sami_harness::MetricRecord& one = record.metrics(i);
      if (&record == &records[0]) metrics_[i].name = one.name();
      SAMI_CHECK_EQ(one.name(), metrics_[i].name);
      metrics_[i].sum += one.sum();
      metrics_[i].weight += one.weight();
    }
  }
  return absl::OkStatus();
}

}  // namespace training

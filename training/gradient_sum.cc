#include "training/gradient_sum.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
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
    AddNext(std::move(waiting_.begin()->second));
    waiting_.erase(waiting_.begin());
    ++next_;
  }
  advanced_.notify_all();
}

void GradientSum::AddNext(Waiting next) {
  if (adder_ != nullptr) adder_->Add(next.contribution.ok() ? &next.contribution->gradients : nullptr);
  if (next.contribution.ok()) next.contribution->gradients.clear();
  unread_.push_back(std::move(next));
}

sami_harness::RankRecord GradientSum::ReadNumbers() {
  std::vector<lm::DeviceNumber*> numbers;
  for (Waiting& one : unread_) {
    if (!one.contribution.ok()) continue;
    numbers.push_back(&one.contribution->weighted_loss);
    for (Metric& metric : one.contribution->metrics) numbers.insert(numbers.end(), {&metric.sum, &metric.weight});
  }
  lm::DeviceNumber::ReadAll(numbers);
  sami_harness::RankRecord own;
  for (const Waiting& one : unread_) {
    MicrobatchRecord& record = *own.add_microbatches();
    record.set_index(one.index);
    SetStatus(one.contribution.status(), &record);
    if (!one.contribution.ok()) continue;
    const double loss = one.contribution->weighted_loss;
    if (!std::isfinite(loss)) {
      SetStatus(absl::InternalError(absl::StrCat("the loss is ", std::isnan(loss) ? "nan" : "infinite", ", ",
                                                 one.contribution->examples)),
                &record);
      continue;
    }
    record.set_weighted_loss(loss);
    for (const Metric& metric : one.contribution->metrics) {
      sami_harness::MetricRecord& number = *record.add_metrics();
      number.set_name(metric.name);
      number.set_sum(metric.sum);
      number.set_weight(metric.weight);
    }
  }
  unread_.clear();
  return own;
}

absl::Status GradientSum::Gather(Group& group) {
  ASSIGN_OR_RETURN(const std::vector<MicrobatchRecord> records, GatherRecords(group, ReadNumbers()));
  for (const MicrobatchRecord& record : records) {
    weighted_loss_ += record.weighted_loss();
    if (&record == &records[0]) metrics_.resize(record.metrics_size());
    SAMI_CHECK_EQ(record.metrics_size(), static_cast<int>(metrics_.size()));
    for (size_t i = 0; i < metrics_.size(); ++i) {
      const sami_harness::MetricRecord& one = record.metrics(i);
      if (&record == &records[0]) metrics_[i].name = one.name();
      SAMI_CHECK_EQ(one.name(), metrics_[i].name);
      metrics_[i].sum = metrics_[i].sum + one.sum();
      metrics_[i].weight = metrics_[i].weight + one.weight();
    }
  }
  return absl::OkStatus();
}

std::vector<std::pair<std::string, double>> GradientSum::Means() const {
  std::vector<std::pair<std::string, double>> means;
  for (const Metric& metric : metrics_) means.emplace_back(metric.name, metric.sum / metric.weight);
  return means;
}

}  // namespace training

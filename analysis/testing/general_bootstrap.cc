#include "analysis/testing/general_bootstrap.h"

#include <limits>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/parallel.h"
#include "base/status.h"

namespace analysis {
namespace {

absl::Status ValidateCount(int64_t n) {
  if (n < 1) return absl::InvalidArgumentError("a bootstrap needs at least one item");
  if (n > std::numeric_limits<uint32_t>::max()) {
    return absl::InvalidArgumentError(absl::StrCat("a bootstrap over ", n, " items: at most 2^32 - 1 are possible"));
  }
  return absl::OkStatus();
}

template <typename Resample>
std::vector<double> Replicates(const BootstrapOptions& options, const Resample& resample) {
  std::vector<double> replicates(options.resamples);
  ForEachResample(options.resamples, options.seed, options.stream, options.threads,
                  [&](int64_t r, IndexStream& stream) { replicates[r] = resample(stream); });
  return replicates;
}

// Skewness is a matter within strata: they are fixed, so their differences are no part of the spread.
void CentreWithinStrata(const Resampling& resampling, std::vector<double>& leave_one_out) {
  std::map<int64_t, std::pair<double, int64_t>> strata;  // sum and count
  for (size_t unit = 0; unit < leave_one_out.size(); ++unit) {
    auto& [sum, count] = strata[resampling.Stratum(unit)];
    sum += leave_one_out[unit];
    ++count;
  }
  if (strata.size() == 1) return;
  for (size_t unit = 0; unit < leave_one_out.size(); ++unit) {
    const auto& [sum, count] = strata[resampling.Stratum(unit)];
    leave_one_out[unit] -= sum / count;
  }
}

}  // namespace

absl::StatusOr<Resampling> Resampling::Items(int64_t n) {
  if (absl::Status status = ValidateCount(n); !status.ok()) return status;
  return Resampling(Kind::kItems, n);
}

absl::StatusOr<Resampling> Resampling::Clusters(absl::Span<const int64_t> groups) {
  return Grouped(Kind::kClusters, groups);
}

absl::StatusOr<Resampling> Resampling::TwoLevel(absl::Span<const int64_t> groups) {
  return Grouped(Kind::kTwoLevel, groups);
}

absl::StatusOr<Resampling> Resampling::Stratified(absl::Span<const int64_t> groups) {
  return Grouped(Kind::kStratified, groups);
}

absl::StatusOr<Resampling> Resampling::Grouped(Kind kind, absl::Span<const int64_t> groups) {
  if (absl::Status status = ValidateCount(groups.size()); !status.ok()) return status;
  Resampling resampling(kind, groups.size());
  std::unordered_map<int64_t, int64_t> numbers;
  for (size_t item = 0; item < groups.size(); ++item) {
    const auto [found, is_new] = numbers.emplace(groups[item], numbers.size());
    if (is_new) resampling.groups_.emplace_back();
    resampling.group_of_.push_back(found->second);
    resampling.groups_[found->second].push_back(item);
  }
  return resampling;
}

int64_t Resampling::units() const {
  return kind_ == Kind::kClusters || kind_ == Kind::kTwoLevel ? groups_.size() : items_;
}

int64_t Resampling::Stratum(int64_t unit) const { return kind_ == Kind::kStratified ? group_of_[unit] : 0; }

void Resampling::Draw(IndexStream& stream, std::vector<int64_t>* drawn) const {
  const auto draw_within = [&](const std::vector<int64_t>& group) {
    for (size_t i = 0; i < group.size(); ++i) drawn->push_back(group[stream.Below(group.size())]);
  };
  drawn->clear();
  if (kind_ == Kind::kItems) {
    for (int64_t i = 0; i < items_; ++i) drawn->push_back(stream.Below(items_));
    return;
  }
  for (size_t g = 0; g < groups_.size(); ++g) {
    if (kind_ == Kind::kStratified) {
      draw_within(groups_[g]);
      continue;
    }
    const std::vector<int64_t>& group = groups_[stream.Below(groups_.size())];
    if (kind_ == Kind::kTwoLevel) {
      draw_within(group);
    } else {
      drawn->insert(drawn->end(), group.begin(), group.end());
    }
  }
}

void Resampling::LeaveOut(int64_t unit, std::vector<int64_t>* left) const {
  SAMI_CHECK(unit >= 0 && unit < units());
  const bool by_group = kind_ == Kind::kClusters || kind_ == Kind::kTwoLevel;
  left->clear();
  for (int64_t item = 0; item < items_; ++item) {
    if ((by_group ? group_of_[item] : item) != unit) left->push_back(item);
  }
}

absl::StatusOr<Estimate> BootstrapStatistic(int64_t n, ItemStatistic statistic, const BootstrapOptions& options) {
  ASSIGN_OR_RETURN(const Resampling items, Resampling::Items(n));
  return BootstrapStatistic(items, statistic, options);
}

absl::StatusOr<Estimate> BootstrapStatistic(const Resampling& resampling, ItemStatistic statistic,
                                            const BootstrapOptions& options) {
  RETURN_IF_ERROR(Validate(options));
  std::vector<int64_t> all(resampling.items());
  std::iota(all.begin(), all.end(), 0);
  std::vector<double> replicates = Replicates(options, [&](IndexStream& stream) {
    std::vector<int64_t> items;
    items.reserve(resampling.items());
    resampling.Draw(stream, &items);
    return statistic(items);
  });
  const auto leave_one_out = [&] {
    std::vector<double> values(resampling.units());
    base::ParallelFor(values.size(), options.threads, [&](int64_t unit) {
      std::vector<int64_t> items;
      resampling.LeaveOut(unit, &items);
      values[unit] = statistic(items);
    });
    CentreWithinStrata(resampling, values);
    return values;
  };
  return BootstrapEstimate(resampling.units(), statistic(all), std::move(replicates), leave_one_out, options);
}

absl::StatusOr<Estimate> BootstrapWeightedMean(absl::Span<const double> values, absl::Span<const double> weights,
                                               const BootstrapOptions& options) {
  SAMI_CHECK(values.size() == weights.size());
  const auto mean = [&](absl::Span<const int64_t> items) {
    double sum = 0, weight = 0;
    for (const int64_t item : items) {
      sum += weights[item] * values[item];
      weight += weights[item];
    }
    return sum / weight;
  };
  return BootstrapStatistic(values.size(), mean, options);
}

}  // namespace analysis

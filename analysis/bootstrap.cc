#include "analysis/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "Eigen/Core"
#include "absl/strings/str_cat.h"
#include "analysis/bca.h"
#include "base/check.h"
#include "base/parallel.h"
#include "base/random.h"
#include "base/status.h"

namespace analysis {
namespace {

// Part of the definition of the result: block b of resamples draws from stream b.
constexpr int64_t kResamplesPerBlock = 64;

// Uniform on {0, ..., n - 1} without bias, by Lemire's multiplication (ACM TOMACS 29, 2019).
class IndexSampler {
 public:
  IndexSampler(const BootstrapOptions& options, int64_t block, uint32_t n)
      : stream_(options.seed, options.stream, block), n_(n), refused_((0 - n) % n) {}

  uint32_t Next() {
    uint64_t product;
    do {
      product = uint64_t{stream_.NextUint32()} * n_;
    } while (static_cast<uint32_t>(product) < refused_);
    return product >> 32;
  }

 private:
  base::RandomStream stream_;
  const uint32_t n_;
  const uint32_t refused_;
};

// The replicates: resample(sampler) for each resample, in order.
template <typename Resample>
std::vector<double> Replicates(int64_t n, const BootstrapOptions& options, const Resample& resample) {
  std::vector<double> replicates(options.resamples);
  const int64_t blocks = (options.resamples + kResamplesPerBlock - 1) / kResamplesPerBlock;
  base::ParallelFor(blocks, options.threads, [&](int64_t block) {
    IndexSampler sampler(options, block, n);
    const int64_t end = std::min(options.resamples, (block + 1) * kResamplesPerBlock);
    for (int64_t r = block * kResamplesPerBlock; r < end; ++r) replicates[r] = resample(sampler);
  });
  return replicates;
}

absl::Status Validate(int64_t n, const BootstrapOptions& options) {
  if (n < 1) return absl::InvalidArgumentError("a bootstrap needs at least one item");
  if (n > std::numeric_limits<uint32_t>::max()) {
    return absl::InvalidArgumentError(absl::StrCat("a bootstrap over ", n, " items: at most 2^32 - 1 are possible"));
  }
  if (!(options.level > 0 && options.level < 1)) {
    return absl::InvalidArgumentError(absl::StrCat("a confidence level must be in (0, 1), not ", options.level));
  }
  if (options.resamples < 1) {
    return absl::InvalidArgumentError(absl::StrCat("bootstrap resamples must be at least 1, not ", options.resamples));
  }
  if (options.threads < 1) {
    return absl::InvalidArgumentError(absl::StrCat("threads must be at least 1, not ", options.threads));
  }
  return absl::OkStatus();
}

absl::Status ValidateFinite(absl::Span<const double> values, absl::string_view what) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      return absl::InvalidArgumentError(absl::StrCat(what, " ", i, " of ", values.size(), " is ", values[i],
                                                     "; only finite numbers have a bootstrap interval"));
    }
  }
  return absl::OkStatus();
}

// P(replicate < value) + P(replicate = value) / 2.
double ShareBelow(absl::Span<const double> sorted, double value) {
  const auto range = std::equal_range(sorted.begin(), sorted.end(), value);
  return ((range.first - sorted.begin()) + (range.second - sorted.begin())) / (2.0 * sorted.size());
}

const char* MethodName(BootstrapInterval interval) {
  switch (interval) {
    case BootstrapInterval::kPercentile:
      return kMethodPercentile;
    case BootstrapInterval::kBasic:
      return kMethodBasic;
    case BootstrapInterval::kBca:
      return kMethodBca;
  }
  return kMethodNone;
}

// `leave_one_out` is called for BCa only.
absl::StatusOr<Estimate> Summarize(int64_t n, double value, std::vector<double> replicates,
                                   absl::FunctionRef<std::vector<double>()> leave_one_out,
                                   const BootstrapOptions& options) {
  Estimate estimate;
  estimate.value = value;
  estimate.level = options.level;
  estimate.n = n;
  RETURN_IF_ERROR(ValidateFinite({&value, 1}, "the statistic"));
  RETURN_IF_ERROR(ValidateFinite(replicates, "the statistic on resample"));
  std::sort(replicates.begin(), replicates.end());
  // Rounding makes replicates of equal values differ in their last bits.
  const double rounding = 1e-12 * std::max(std::abs(replicates.front()), std::abs(replicates.back()));
  if (replicates.back() - replicates.front() <= rounding) {
    estimate.method = kMethodNone;
    return estimate;
  }
  const Eigen::Map<const Eigen::ArrayXd> all(replicates.data(), replicates.size());
  estimate.standard_error = std::sqrt((all - all.mean()).square().sum() / (replicates.size() - 1));
  QuantileLevels levels = PercentileLevels(options.level);
  if (options.interval == BootstrapInterval::kBca) {
    const std::vector<double> jackknife = leave_one_out();
    RETURN_IF_ERROR(ValidateFinite(jackknife, "the statistic without item"));
    levels = BcaLevels(options.level, ShareBelow(replicates, value), Acceleration(jackknife));
  }
  estimate.low = SortedQuantile(replicates, levels.low);
  estimate.high = SortedQuantile(replicates, levels.high);
  if (options.interval == BootstrapInterval::kBasic) {
    const double low = 2 * value - estimate.high;
    estimate.high = 2 * value - estimate.low;
    estimate.low = low;
  }
  estimate.method = MethodName(options.interval);
  return estimate;
}

}  // namespace

double SortedQuantile(absl::Span<const double> sorted, double probability) {
  SAMI_CHECK(!sorted.empty());
  const double position = probability * (sorted.size() - 1);
  const size_t below = std::min<size_t>(std::max(0.0, std::floor(position)), sorted.size() - 1);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

absl::StatusOr<Estimate> BootstrapMean(absl::Span<const double> values, const BootstrapOptions& options) {
  const int64_t n = values.size();
  RETURN_IF_ERROR(Validate(n, options));
  RETURN_IF_ERROR(ValidateFinite(values, "value"));
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  std::vector<double> replicates = Replicates(n, options, [&](IndexSampler& sampler) {
    double total = 0;
    for (int64_t i = 0; i < n; ++i) total += values[sampler.Next()];
    return total / n;
  });
  const auto leave_one_out = [&] {
    std::vector<double> means(n);
    for (int64_t i = 0; i < n; ++i) means[i] = (sum - values[i]) / (n - 1);
    return means;
  };
  return Summarize(n, sum / n, std::move(replicates), leave_one_out, options);
}

absl::StatusOr<Estimate> BootstrapWeightedMean(absl::Span<const double> values, absl::Span<const double> weights,
                                               const BootstrapOptions& options) {
  const int64_t n = values.size();
  RETURN_IF_ERROR(Validate(n, options));
  RETURN_IF_ERROR(ValidateFinite(values, "value"));
  RETURN_IF_ERROR(ValidateFinite(weights, "weight"));
  if (weights.size() != values.size()) {
    return absl::InvalidArgumentError(absl::StrCat(values.size(), " values have ", weights.size(), " weights"));
  }
  for (int64_t i = 0; i < n; ++i) {
    if (weights[i] <= 0) {
      return absl::InvalidArgumentError(absl::StrCat("weight ", i, " is ", weights[i], "; weights must be positive"));
    }
  }
  double sum = 0, weight = 0;
  for (int64_t i = 0; i < n; ++i) {
    sum += weights[i] * values[i];
    weight += weights[i];
  }
  std::vector<double> replicates = Replicates(n, options, [&](IndexSampler& sampler) {
    double drawn_sum = 0, drawn_weight = 0;
    for (int64_t i = 0; i < n; ++i) {
      const uint32_t item = sampler.Next();
      drawn_sum += weights[item] * values[item];
      drawn_weight += weights[item];
    }
    return drawn_sum / drawn_weight;
  });
  const auto leave_one_out = [&] {
    std::vector<double> means(n);
    for (int64_t i = 0; i < n; ++i) means[i] = (sum - weights[i] * values[i]) / (weight - weights[i]);
    return means;
  };
  return Summarize(n, sum / weight, std::move(replicates), leave_one_out, options);
}

absl::StatusOr<Estimate> BootstrapStatistic(int64_t n, ItemStatistic statistic, const BootstrapOptions& options) {
  RETURN_IF_ERROR(Validate(n, options));
  std::vector<int64_t> all(n);
  std::iota(all.begin(), all.end(), 0);
  std::vector<double> replicates = Replicates(n, options, [&](IndexSampler& sampler) {
    std::vector<int64_t> items(n);
    for (int64_t& item : items) item = sampler.Next();
    return statistic(items);
  });
  const auto leave_one_out = [&] {
    std::vector<double> values(n);
    base::ParallelFor(n, options.threads, [&](int64_t left_out) {
      std::vector<int64_t> items = all;
      items.erase(items.begin() + left_out);
      values[left_out] = statistic(items);
    });
    return values;
  };
  return Summarize(n, statistic(all), std::move(replicates), leave_one_out, options);
}

}  // namespace analysis

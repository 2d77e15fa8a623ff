#include "analysis/statistics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "Eigen/Core"
#include "absl/strings/str_cat.h"
#include "analysis/statistics/bca.h"
#include "analysis/statistics/resampling.h"
#include "base/check.h"
#include "base/status.h"

namespace analysis {
namespace {

template <typename Resample>
std::vector<double> Replicates(const BootstrapOptions& options, const Resample& resample) {
  std::vector<double> replicates(options.resamples);
  ForEachResample(options.resamples, options.seed, options.stream, options.threads,
                  [&](int64_t r, IndexStream& stream) { replicates[r] = resample(stream); });
  return replicates;
}

absl::Status Validate(int64_t n, const BootstrapOptions& options) {
  if (n < 1) return absl::InvalidArgumentError("a bootstrap needs at least one item");
  if (n > std::numeric_limits<uint32_t>::max()) {
    return absl::InvalidArgumentError(absl::StrCat("a bootstrap over ", n, " items: at most 2^32 - 1 are possible"));
  }
  return Validate(options);
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

}  // namespace

absl::Status Validate(const BootstrapOptions& options) {
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

absl::StatusOr<Estimate> BootstrapEstimate(int64_t n, double value, std::vector<double> replicates,
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
  std::vector<double> replicates = Replicates(options, [&](IndexStream& stream) {
    double total = 0;
    for (int64_t i = 0; i < n; ++i) total += values[stream.Below(n)];
    return total / n;
  });
  const auto leave_one_out = [&] {
    std::vector<double> means(n);
    for (int64_t i = 0; i < n; ++i) means[i] = (sum - values[i]) / (n - 1);
    return means;
  };
  return BootstrapEstimate(n, sum / n, std::move(replicates), leave_one_out, options);
}

absl::StatusOr<Estimate> BootstrapTMean(absl::Span<const double> values, const BootstrapOptions& options) {
  const int64_t n = values.size();
  RETURN_IF_ERROR(Validate(n, options));
  RETURN_IF_ERROR(ValidateFinite(values, "value"));
  const Eigen::Map<const Eigen::ArrayXd> all(values.data(), n);
  Estimate estimate;
  estimate.value = all.mean();
  estimate.level = options.level;
  estimate.n = n;
  estimate.method = kMethodNone;
  const Eigen::ArrayXd centred = all - estimate.value;
  const double scale = centred.abs().maxCoeff();
  if (n == 1 || scale <= 1e-12 * std::abs(estimate.value)) return estimate;
  std::vector<double> replicates = Replicates(options, [&](IndexStream& stream) {
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < n; ++i) {
      const double value = centred[stream.Below(n)];
      sum += value;
      squares += value * value;
    }
    const double mean = sum / n, variance = (squares - n * mean * mean) / (n - 1);
    if (variance > 1e-14 * scale * scale) return mean / std::sqrt(variance / n);
    return mean == 0 ? 0 : std::copysign(std::numeric_limits<double>::infinity(), mean);
  });
  std::sort(replicates.begin(), replicates.end());
  const QuantileLevels levels = PercentileLevels(options.level);
  const double error = std::sqrt(centred.square().sum() / (n - 1) / n);
  const double low = estimate.value - SortedQuantile(replicates, levels.high) * error;
  const double high = estimate.value - SortedQuantile(replicates, levels.low) * error;
  if (!std::isfinite(low) || !std::isfinite(high)) return estimate;
  estimate.standard_error = error;
  estimate.low = low;
  estimate.high = high;
  estimate.method = kMethodBootstrapT;
  return estimate;
}

absl::StatusOr<Estimate> BootstrapRatio(absl::Span<const double> numerators, absl::Span<const double> denominators,
                                        const BootstrapOptions& options) {
  const int64_t n = numerators.size();
  RETURN_IF_ERROR(Validate(n, options));
  RETURN_IF_ERROR(ValidateFinite(numerators, "numerator"));
  RETURN_IF_ERROR(ValidateFinite(denominators, "denominator"));
  if (denominators.size() != numerators.size()) {
    return absl::InvalidArgumentError(absl::StrCat(n, " numerators have ", denominators.size(), " denominators"));
  }
  const auto negative = std::find_if(denominators.begin(), denominators.end(), [](double d) { return d < 0; });
  if (negative != denominators.end()) {
    return absl::InvalidArgumentError(absl::StrCat("denominator ", negative - denominators.begin(), " is ", *negative,
                                                   "; a ratio needs denominators that are not negative"));
  }
  const double above = std::accumulate(numerators.begin(), numerators.end(), 0.0);
  const double below = std::accumulate(denominators.begin(), denominators.end(), 0.0);
  std::vector<double> replicates = Replicates(options, [&](IndexStream& stream) {
    double drawn_above = 0, drawn_below = 0;
    for (int64_t i = 0; i < n; ++i) {
      const uint32_t item = stream.Below(n);
      drawn_above += numerators[item];
      drawn_below += denominators[item];
    }
    return drawn_above / drawn_below;
  });
  const auto leave_one_out = [&] {
    std::vector<double> ratios(n);
    for (int64_t i = 0; i < n; ++i) ratios[i] = (above - numerators[i]) / (below - denominators[i]);
    return ratios;
  };
  return BootstrapEstimate(n, above / below, std::move(replicates), leave_one_out, options);
}

}  // namespace analysis

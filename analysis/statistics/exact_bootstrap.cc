#include "analysis/statistics/exact_bootstrap.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "base/check.h"

namespace analysis {
namespace {

// What is dropped at the ends is far below what a quantile at 1e-4 could notice.
constexpr double kNegligible = 1e-20;
// Sums of rounded products: a cumulative probability this close to a level counts as having reached it.
constexpr double kRounding = 1e-12;

// Probabilities of the integers first, first + 1, ...
struct IntegerLaw {
  int64_t first;
  std::vector<double> p;
};

IntegerLaw Convolve(const IntegerLaw& a, const IntegerLaw& b) {
  IntegerLaw sum{a.first + b.first, std::vector<double>(a.p.size() + b.p.size() - 1)};
  for (size_t i = 0; i < a.p.size(); ++i) {
    if (a.p[i] == 0) continue;
    for (size_t j = 0; j < b.p.size(); ++j) sum.p[i + j] += a.p[i] * b.p[j];
  }
  const auto matters = [](double p) { return p >= kNegligible; };
  const auto begin = std::find_if(sum.p.begin(), sum.p.end(), matters);
  const auto end = std::find_if(sum.p.rbegin(), sum.p.rend(), matters).base();
  return {sum.first + (begin - sum.p.begin()), std::vector<double>(begin, end)};
}

IntegerLaw Power(IntegerLaw base, int64_t exponent) {
  IntegerLaw result{0, {1.0}};
  while (true) {
    if (exponent & 1) result = Convolve(result, base);
    exponent >>= 1;
    if (exponent == 0) return result;
    base = Convolve(base, base);
  }
}

}  // namespace

SumLaw::SumLaw(absl::Span<const int> values) {
  SAMI_CHECK(!values.empty());
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  SAMI_CHECK(*least >= 0 && *greatest <= kMaxUnit) << *least << ", " << *greatest;
  IntegerLaw one{*least, std::vector<double>(*greatest - *least + 1)};
  for (int value : values) one.p[value - *least] += 1;
  for (double& p : one.p) p /= values.size();
  IntegerLaw sum = Power(std::move(one), values.size());
  first_ = sum.first;
  probabilities_ = std::move(sum.p);
}

int64_t SumLaw::Quantile(double probability) const {
  double cumulative = 0;
  for (size_t i = 0; i < probabilities_.size(); ++i) {
    cumulative += probabilities_[i];
    if (cumulative >= probability - kRounding) return first_ + i;
  }
  return first_ + probabilities_.size() - 1;
}

double SumLaw::ShareBelow(int64_t s) const {
  double below = 0;
  for (size_t i = 0; i < probabilities_.size(); ++i) {
    const int64_t sum = first_ + i;
    if (sum < s) below += probabilities_[i];
    if (sum == s) below += probabilities_[i] / 2;
  }
  return std::min(1.0, below);
}

double SumLaw::StandardDeviation() const {
  double mean = 0, square = 0;
  for (size_t i = 0; i < probabilities_.size(); ++i) mean += probabilities_[i] * i;
  for (size_t i = 0; i < probabilities_.size(); ++i) square += probabilities_[i] * (i - mean) * (i - mean);
  return std::sqrt(square);
}

absl::StatusOr<Estimate> ExactBootstrapMean(absl::Span<const int> values, double unit, BootstrapInterval interval,
                                            double level) {
  if (values.empty()) return absl::InvalidArgumentError("a bootstrap needs at least one item");
  if (!(unit > 0) || std::isinf(unit)) {
    return absl::InvalidArgumentError(absl::StrCat("the unit of the values must be positive, not ", unit));
  }
  if (!(level > 0 && level < 1)) {
    return absl::InvalidArgumentError(absl::StrCat("a confidence level must be in (0, 1), not ", level));
  }
  if (interval == BootstrapInterval::kBasic) {
    return absl::InvalidArgumentError("the exact bootstrap has percentile and BCa intervals, no basic ones");
  }
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  if (*least < 0 || *greatest > SumLaw::kMaxUnit) {
    return absl::InvalidArgumentError(
        absl::StrCat("values must be from 0 to ", SumLaw::kMaxUnit, " units, not ", *least < 0 ? *least : *greatest));
  }
  const int64_t n = values.size();
  const int64_t sum = std::accumulate(values.begin(), values.end(), int64_t{0});
  Estimate estimate;
  estimate.value = sum * unit / n;
  estimate.level = level;
  estimate.n = n;
  if (*least == *greatest) {
    estimate.method = kMethodNone;
    return estimate;
  }
  const SumLaw law(values);
  QuantileLevels levels = PercentileLevels(level);
  if (interval == BootstrapInterval::kBca) {
    // The acceleration of a mean is that of its values: leaving an item out moves the mean against it.
    std::vector<double> leave_one_out(n);
    for (int64_t i = 0; i < n; ++i) leave_one_out[i] = -values[i];
    levels = BcaLevels(level, law.ShareBelow(sum), Acceleration(leave_one_out));
  }
  estimate.standard_error = law.StandardDeviation() * unit / n;
  estimate.low = law.Quantile(levels.low) * unit / n;
  estimate.high = law.Quantile(levels.high) * unit / n;
  estimate.method = interval == BootstrapInterval::kBca ? kMethodExactBca : kMethodExactPercentile;
  return estimate;
}

}  // namespace analysis

// Bootstraps against SciPy's: one sample, two paired or unpaired ones, counts.
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "analysis/statistics/bootstrap.h"
#include "analysis/statistics/exact_bootstrap.h"
#include "analysis/testing/general_bootstrap.h"
#include "analysis/testing/golden_testing.h"
#include "base/status.h"
#include "base/testing.h"

namespace analysis {
namespace {

constexpr int64_t kResamples = 100000;

// "percentile_0.95_mean_diff" -> percentile, 0.95, "mean_diff".
struct IntervalKey {
  BootstrapInterval interval;
  double level;
  std::string statistic;
};

bool ParseKey(const std::string& key, IntervalKey& parsed) {
  const std::vector<std::string> parts = absl::StrSplit(key, absl::MaxSplits('_', 2));
  if (parts.size() < 2 || !absl::SimpleAtod(parts[1], &parsed.level)) return false;
  parsed.statistic = parts.size() == 3 ? parts[2] : "";
  static const auto& intervals = *new std::map<std::string, BootstrapInterval>{
      {"percentile", BootstrapInterval::kPercentile},
      {"basic", BootstrapInterval::kBasic},
      {"BCa", BootstrapInterval::kBca},
  };
  const auto found = intervals.find(parts[0]);
  if (found == intervals.end()) return false;
  parsed.interval = found->second;
  return true;
}

// Five standard deviations of the recorded ends between seeds, and five of our own: an end at level 0.9 or 0.95 has
// a Monte Carlo error below 4 / sqrt(resamples) standard errors (2.7 from the quantile's level, the rest from BCa's
// bias term), so 2 * (1 - Phi(5)) = 6e-7 an end; the seed is fixed. Values on a lattice may differ by one step.
void ExpectInterval(const Estimate& ours, const Json& golden, double step, const std::string& name) {
  const double own = 5 * 4 / std::sqrt(kResamples) * golden["se"].get<double>();
  EXPECT_NEAR(ours.low, golden["low"].get<double>(), 5 * golden["between_seed_sd"][0].get<double>() + own + step)
      << name;
  EXPECT_NEAR(ours.high, golden["high"].get<double>(), 5 * golden["between_seed_sd"][1].get<double>() + own + step)
      << name;
  EXPECT_NEAR(ours.standard_error, golden["se"].get<double>(), 0.02 * golden["se"].get<double>()) << name;
  ++cases;
}

double Median(const std::vector<double>& data, absl::Span<const int64_t> items) {
  std::vector<double> drawn;
  for (int64_t item : items) drawn.push_back(data[item]);
  std::sort(drawn.begin(), drawn.end());
  return SortedQuantile(drawn, 0.5);
}

// The arms are strata, of which each is resampled by itself.
absl::StatusOr<Estimate> UnpairedDifference(const std::vector<double>& a, const std::vector<double>& b,
                                            const BootstrapOptions& options) {
  std::vector<double> both = a;
  both.insert(both.end(), b.begin(), b.end());
  std::vector<int64_t> arms(a.size(), 0);
  arms.resize(both.size(), 1);
  ASSIGN_OR_RETURN(const Resampling resampling, Resampling::Stratified(arms));
  const auto difference = [&](absl::Span<const int64_t> items) {
    double sums[2] = {0, 0}, counts[2] = {0, 0};
    for (int64_t item : items) {
      sums[arms[item]] += both[item];
      ++counts[arms[item]];
    }
    return sums[0] / counts[0] - sums[1] / counts[1];
  };
  return BootstrapStatistic(resampling, difference, options);
}

}  // namespace

double SumOf(const std::vector<double>& data, absl::Span<const int64_t> items) {
  double sum = 0;
  for (int64_t item : items) sum += data[item];
  return sum;
}

void RunOneSample(const Json& test) {
  const std::vector<double> data = test["data"];
  const bool integers = std::all_of(data.begin(), data.end(), [](double x) { return x == std::floor(x); });
  const double step = integers ? 1.0 / data.size() : 0;
  for (const auto& item : test["ci"].items()) {
    const std::string name =
        absl::StrCat(test["name"].get<std::string>(), "/", test["statistic"].get<std::string>(), "/", item.key());
    IntervalKey key;
    if (!ParseKey(item.key(), key)) {
      not_covered.insert(name);
      continue;
    }
    BootstrapOptions options;
    options.interval = key.interval;
    options.level = key.level;
    options.resamples = kResamples;
    absl::StatusOr<Estimate> ours = absl::UnimplementedError("unknown statistic");
    if (test["statistic"] == "mean") ours = BootstrapMean(data, options);
    if (test["statistic"] == "median") {
      ours = BootstrapStatistic(
          data.size(), [&](absl::Span<const int64_t> items) { return Median(data, items); }, options);
    }
    ASSERT_OK(ours) << name;
    EXPECT_NEAR(ours->value, test["estimate"].get<double>(), 1e-9) << name;
    ExpectInterval(*ours, item.value(), step, name);
  }
}

void RunPaired(const Json& test) {
  const std::vector<double> a = test["a"], b = test["b"];
  for (const auto& item : test["ci"].items()) {
    const std::string name = absl::StrCat("paired, ", a.size(), " items, ", item.key());
    absl::string_view text = item.key();
    const bool unpaired = absl::ConsumePrefix(&text, "unpaired_");
    IntervalKey key;
    if (!ParseKey(std::string(text), key)) {
      not_covered.insert(name);
      continue;
    }
    BootstrapOptions options;
    options.interval = key.interval;
    options.level = key.level;
    options.resamples = kResamples;
    absl::StatusOr<Estimate> ours = absl::UnimplementedError("unknown statistic");
    if (unpaired) {
      ours = UnpairedDifference(a, b, options);
    } else if (key.statistic == "mean_diff") {
      std::vector<double> differences(a.size());
      std::transform(a.begin(), a.end(), b.begin(), differences.begin(), std::minus<double>());
      ours = BootstrapMean(differences, options);
    }
    if (key.statistic == "ratio_of_means") {
      ours = BootstrapStatistic(
          a.size(), [&](absl::Span<const int64_t> items) { return SumOf(a, items) / SumOf(b, items); }, options);
    }
    ASSERT_OK(ours) << name;
    ExpectInterval(*ours, item.value(), 0, name);
  }
}

void ExpectExactPercentile(const std::vector<int>& half_points, double level, const Json& ends, double step,
                           const std::string& name) {
  ASSERT_OK_AND_ASSIGN(const Estimate ours,
                       ExactBootstrapMean(half_points, 0.5, BootstrapInterval::kPercentile, level));
  ++cases;
  if (ours.method == kMethodNone) {
    // All values are equal: the law is a single point, and there is no interval to compare.
    EXPECT_EQ(half_points.front(), half_points.back()) << name;
    return;
  }
  EXPECT_NEAR(ours.low, ends[0].get<double>(), step + 1e-12) << name;
  EXPECT_NEAR(ours.high, ends[1].get<double>(), step + 1e-12) << name;
}

void RunDiscrete(const Json& test) {
  const bool ties = test.contains("ties");
  const int64_t wins = test.value("wins", test.value("successes", 0)), tied = test.value("ties", 0);
  const int64_t losses = ties ? test["losses"].get<int64_t>() : test["n"].get<int64_t>() - wins;
  const std::vector<int> values = HalfPoints(wins, tied, losses);
  const double step = (ties ? 0.5 : 1.0) / values.size();
  for (const auto& item : test.items()) {
    double level;
    absl::string_view key = item.key();
    if (!absl::ConsumePrefix(&key, "exact_percentile_")) continue;
    ASSERT_TRUE(absl::SimpleAtod(key, &level));
    ExpectExactPercentile(values, level, item.value(), step,
                          absl::StrCat(wins, "/", tied, "/", losses, " ", item.key()));
  }
}

// Wins, ties and losses as lattice values 2, 1, 0.
std::vector<int> HalfPoints(int64_t wins, int64_t ties, int64_t losses) {
  std::vector<int> values(wins, 2);
  values.insert(values.end(), ties, 1);
  values.insert(values.end(), losses, 0);
  return values;
}

}  // namespace analysis

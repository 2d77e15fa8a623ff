// Statistics against numbers that SciPy and statsmodels computed (testdata/README.md), case by case.
//
// --golden_dir=DIR runs every case in DIR's JSON files instead. A file or an entry of a kind that this room has no
// function for is listed as not covered.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "analysis/bootstrap.h"
#include "analysis/exact_bootstrap.h"
#include "analysis/proportion.h"
#include "analysis/win_rate.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::base::Json;

constexpr int64_t kResamples = 100000;

int cases = 0;

std::set<std::string>& not_covered = *new std::set<std::string>;

void NotCovered(const std::string& what) { not_covered.insert(what); }

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

double Sum(const std::vector<double>& data, absl::Span<const int64_t> items) {
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
      NotCovered(name);
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

void RunPaired(const Json& test, size_t index) {
  const std::vector<double> a = test["a"], b = test["b"];
  for (const auto& item : test["ci"].items()) {
    const std::string name = absl::StrCat("paired ", index, "/", item.key());
    IntervalKey key;
    if (!ParseKey(item.key(), key)) {
      NotCovered(name);
      continue;
    }
    BootstrapOptions options;
    options.interval = key.interval;
    options.level = key.level;
    options.resamples = kResamples;
    absl::StatusOr<Estimate> ours = absl::UnimplementedError("unknown statistic");
    if (key.statistic == "mean_diff") {
      std::vector<double> differences(a.size());
      std::transform(a.begin(), a.end(), b.begin(), differences.begin(), std::minus<double>());
      ours = BootstrapMean(differences, options);
    }
    if (key.statistic == "ratio_of_means") {
      ours = BootstrapStatistic(
          a.size(), [&](absl::Span<const int64_t> items) { return Sum(a, items) / Sum(b, items); }, options);
    }
    ASSERT_OK(ours) << name;
    ExpectInterval(*ours, item.value(), 0, name);
  }
}

// Wins, ties and losses as lattice values 2, 1, 0.
std::vector<int> HalfPoints(int64_t wins, int64_t ties, int64_t losses) {
  std::vector<int> values(wins, 2);
  values.insert(values.end(), ties, 1);
  values.insert(values.end(), losses, 0);
  return values;
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

void RunProportion(const Json& test) {
  const double n = test["n"].get<double>(), mean = test["k"].get<double>() / n;
  for (const auto& item : test.items()) {
    absl::string_view key = item.key();
    if (key == "n" || key == "k") continue;
    double level;
    if (!absl::ConsumePrefix(&key, "wilson_") || !absl::SimpleAtod(key, &level)) {
      NotCovered(absl::StrCat("proportion_ci, ", item.key()));
      continue;
    }
    ASSERT_OK_AND_ASSIGN(const Estimate ours, WilsonInterval(mean, n, level));
    EXPECT_NEAR(ours.low, item.value()[0].get<double>(), 1e-9) << test.dump();
    EXPECT_NEAR(ours.high, item.value()[1].get<double>(), 1e-9) << test.dump();
    ++cases;
  }
}

// Published verdicts in question order with their categories: rates exact, ends to one lattice step.
void RunWinRates(const Json& test, const std::vector<std::string>& categories, const std::string& name) {
  const std::vector<double> verdicts = test["verdicts"];
  std::vector<QuestionVerdicts> questions;
  for (size_t i = 0; i < verdicts.size(); ++i) questions.push_back({absl::StrCat(i), categories.at(i), {verdicts[i]}});
  ASSERT_OK_AND_ASSIGN(const std::vector<WinRateRow> rows, WinRates({name}, questions, 0.95));
  for (const WinRateRow& row : rows) {
    const Json& golden = row.category == kOverall ? test : test["by_category"][row.category];
    EXPECT_EQ(row.n, golden["n"].get<int64_t>()) << name << " " << row.category;
    EXPECT_NEAR(row.win_rate.value, golden["win_rate"].get<double>(), 1e-12) << name << " " << row.category;
    ExpectExactPercentile(HalfPoints(row.wins, row.ties, row.losses), 0.95, golden["exact_bootstrap_percentile_0.95"],
                          0.5 / row.n, absl::StrCat(name, " ", row.category));
  }
  EXPECT_EQ(rows[0].wins, test["wins"].get<int64_t>());
  EXPECT_EQ(rows[0].ties, test["ties"].get<int64_t>());
  EXPECT_EQ(rows[0].losses, test["losses"].get<int64_t>());
}

void RunFile(const std::string& path) {
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(path));
  ASSERT_OK_AND_ASSIGN(const Json json, base::ParseJson(text, path));
  for (const auto& item : json.items()) {
    const Json& list = item.value();
    if (item.key() == "note") continue;
    if (item.key() == "one_sample") {
      for (const Json& test : list) RunOneSample(test);
    } else if (item.key() == "paired") {
      for (size_t i = 0; i < list.size(); ++i) RunPaired(list[i], i);
    } else if (item.key() == "discrete_exact") {
      for (const Json& test : list) RunDiscrete(test);
    } else if (item.key() == "proportion_ci") {
      for (const Json& test : list) RunProportion(test);
    } else if (list.is_object() && list.contains("verdicts")) {
      RunWinRates(list, json["categories"], item.key());
    } else if (item.key() != "categories" && item.key() != "category_order") {
      NotCovered(absl::StrCat(std::filesystem::path(path).filename().string(), ", ", item.key()));
    }
  }
}

TEST(StatsGoldenTest, AgreesCaseByCase) {
  const std::string folder = base::FolderFromFlag("golden_dir", "analysis/testdata");
  ASSERT_TRUE(!folder.empty() && std::filesystem::is_directory(folder)) << "no such folder: " << folder;
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    SCOPED_TRACE(path);
    RunFile(path);
  }
  for (const std::string& what : not_covered) std::cout << "not covered: " << what << "\n";
  std::cout << cases << " intervals compared\n";
  EXPECT_GT(cases, 0) << folder << " holds no case that this test knows";
}

}  // namespace
}  // namespace analysis

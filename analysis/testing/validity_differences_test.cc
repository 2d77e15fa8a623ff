// Coverage of the intervals of paired differences, and false alarms of the tests between equal arms.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/statistics/cluster.h"
#include "analysis/statistics/mean_interval.h"
#include "analysis/statistics/paired_comparison.h"
#include "analysis/testing/validity_testing.h"
#include "base/parallel.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::base::RandomStream;

Setting EqualArms(int n, double a, double b, int k, int attempts) {
  return {absl::StrCat("A/A, pass@", k, " of ", attempts, ", Beta(", a, ", ", b, ")"), n,
          [=](RandomStream& stream, int n, Data* data) {
            for (int i = 0; i < n; ++i) {
              const double p = Beta(stream, a, b), first = DrawPass(stream, p, attempts, k);
              data->values.push_back(first - DrawPass(stream, p, attempts, k));
            }
          }};
}

// The second arm turns a success probability p, uniform, into p^power. E (1 - p^power)^k is a Beta integral.
Setting HarderArm(int n, double power, int k, int attempts) {
  return {absl::StrCat("effect, pass@", k, " of ", attempts, ", p against p^", power), n,
          [=](RandomStream& stream, int n, Data* data) {
            const double a = 1 / power;
            const double missed = a * std::exp(std::lgamma(a) + std::lgamma(k + 1) - std::lgamma(a + k + 1));
            data->truth = missed - 1.0 / (k + 1);
            for (int i = 0; i < n; ++i) {
              const double p = stream.Uniform(), first = DrawPass(stream, p, attempts, k);
              data->values.push_back(first - DrawPass(stream, std::pow(p, power), attempts, k));
            }
          }};
}

std::vector<Method> DifferenceMethods() {
  return {{"default", [](const Data& data, uint64_t) { return *DifferenceInterval(data.values, kLevel); }},
          StudentMethod(),
          BootstrapMethod("bca", BootstrapInterval::kBca),
          BootstrapMethod("percentile", BootstrapInterval::kPercentile)};
}

TEST(ValidityTest, PairedDifferences) {
  std::vector<Setting> settings;
  for (int n : {20, 50, 80, 200, 1000}) {
    for (double share : {0.05, 0.1, 0.3}) {
      settings.push_back(Disagreement(n, share, 0.5));
      settings.push_back(Disagreement(n, share, 0.8));
    }
    settings.push_back(EqualArms(n, 0.3, 0.7, 1, 10));
    settings.push_back(EqualArms(n, 2, 1, 1, 10));
    settings.push_back(EqualArms(n, 0.3, 0.7, 8, 10));
    settings.push_back(HarderArm(n, 2, 1, 10));
    settings.push_back(HarderArm(n, 2, 8, 10));
  }
  CheckCoverage("Paired differences: DifferenceInterval", settings, DifferenceMethods());
}

// Settings at which nothing was chosen (validity_scores_test.cc).
TEST(ValidityTest, HeldOutDifferences) {
  std::vector<Setting> settings;
  for (int n : {25, 40, 65, 150}) {
    settings.push_back(Disagreement(n, 0.15, 0.65));
    settings.push_back(Disagreement(n, 0.25, 0.9));
    settings.push_back(Disagreement(n, 0.5, 0.5));
    settings.push_back(EqualArms(n, 1, 0.5, 2, 5));
    settings.push_back(HarderArm(n, 1.5, 4, 8));
  }
  CheckCoverage("Held-out paired differences: DifferenceInterval", settings, DifferenceMethods());
}

// Clusters of 1 to 9 items on which 0/1 arms disagree; clusters differ in which arm they prefer.
TEST(ValidityTest, DifferencesOverClusters) {
  std::vector<Setting> settings;
  for (int n : {20, 50, 200, 1000}) {
    for (double lead : {0.5, 0.8}) {
      settings.push_back({absl::StrCat(lead == 0.5 ? "A/A" : "effect", ", 30% disagree, clusters of 1 to 9"), n,
                          [=](RandomStream& stream, int n, Data* data) {
                            constexpr double kShare = 0.3;
                            data->truth = kShare * (2 * lead - 1);
                            for (int g = 0; g < n; ++g) {
                              const double first = Beta(stream, 2 * lead, 2 - 2 * lead);
                              for (int i = stream.Below(9); i >= 0; --i) {
                                const double u = stream.Uniform();
                                data->values.push_back(u < kShare * first ? 1 : u < kShare ? -1 : 0);
                                data->clusters.push_back(g);
                              }
                            }
                          }});
    }
  }
  CheckCoverage(
      "Paired differences over clusters: ClusterInterval", settings,
      {{"default", [](const Data& data, uint64_t) { return *ClusterInterval(data.values, data.clusters, kLevel); }},
       {"no clusters", [](const Data& data, uint64_t) { return *DifferenceInterval(data.values, kLevel); }}});
}

// In percent, of the tests that promise at most 5. A share of 5% has a standard deviation of 0.22%: the bound is three
// away, and the seeds are fixed.
TEST(ValidityTest, FalseAlarmsOfTests) {
  std::printf("\nFalse alarms in %% at the 5%% level between equal arms\n%5s %10s %15s %15s %10s\n", "n", "disagree",
              "mcnemar, exact", "mcnemar, mid-p", "permuted");
  for (int n : {20, 80, 200}) {
    for (double share : {0.1, 0.3}) {
      std::atomic<int> exact{0}, mid{0}, permuted{0};
      base::ParallelFor(kDataSets, kThreads, [&](int64_t d) {
        RandomStream stream(13, absl::StrCat("alarms/", n, "/", share), d);
        Data data;
        Disagreement(n, share, 0.5).draw(stream, n, &data);
        const int64_t a = std::count(data.values.begin(), data.values.end(), 1);
        const McNemarTest test = McNemar(a, std::count(data.values.begin(), data.values.end(), -1));
        exact += test.exact_p <= 0.05;
        mid += test.mid_p <= 0.05;
        if (n > 80) return;
        permuted += PermutePaired(data.values, ValidityOptions(d, BootstrapInterval::kBca))->two_sided_p <= 0.05;
      });
      std::printf("%5d %10.1f %15.1f %15.1f %10s\n", n, share, exact / 100.0, mid / 100.0,
                  n > 80 ? "-" : absl::StrFormat("%.1f", permuted / 100.0).c_str());
      for (int alarms : {exact.load(), mid.load(), permuted.load()}) {
        EXPECT_LE(alarms, kDataSets * (0.05 + 3 * 0.0022)) << n << ' ' << share;
      }
    }
  }
}

}  // namespace
}  // namespace analysis

#include "analysis/testing/validity_testing.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <map>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "analysis/measures/pass_at_k.h"
#include "analysis/statistics/mean_interval.h"
#include "base/parallel.h"
#include "gtest/gtest.h"

namespace analysis {
namespace {

using ::base::RandomStream;

constexpr double kFewItems = 5;

// Sums over the items of all data sets: single values, or clusters' sums.
struct Moments {
  double second = 0, fourth = 0;
  int64_t items = 0;

  void Add(double distance) {
    const double square = distance * distance;
    second += square;
    fourth += square * square;
    ++items;
  }
  void Add(const Data& data) {
    if (data.clusters.empty()) {
      for (const double value : data.values) Add(value - data.truth);
      return;
    }
    std::map<int64_t, double> sums;
    for (size_t i = 0; i < data.values.size(); ++i) sums[data.clusters[i]] += data.values[i] - data.truth;
    for (const auto& [cluster, sum] : sums) Add(sum);
  }
  void Add(const Moments& other) {
    second += other.second;
    fourth += other.fourth;
    items += other.items;
  }
  // How many of n items the variance rests on: n / kurtosis.
  double ItemsOfVariance(int n) const { return fourth == 0 ? 0 : n * (second / items) * (second / fourth); }
};

struct Simulation {
  std::vector<double> shares;  // NaN where the method is left out
  double items_of_variance = 0;
};

bool Contains(const Estimate& e, double truth) {
  // An interval that is not there contains nothing but its point.
  const double low = std::isnan(e.low) ? e.value : e.low, high = std::isnan(e.high) ? e.value : e.high;
  return truth >= low - 1e-9 && truth <= high + 1e-9;
}

Simulation Simulate(const Setting& setting, const std::vector<Method>& methods) {
  std::vector<std::atomic<int>> covered(methods.size());
  constexpr int kBatch = 100;
  std::vector<Moments> moments(kDataSets / kBatch);
  base::ParallelFor(kDataSets / kBatch, kThreads, [&](int64_t batch) {
    for (int64_t d = batch * kBatch; d < (batch + 1) * kBatch; ++d) {
      RandomStream stream(11, absl::StrCat(setting.name, "/", setting.n), d);
      Data data;
      setting.draw(stream, setting.n, &data);
      moments[batch].Add(data);
      for (size_t m = 0; m < methods.size(); ++m) {
        if (setting.n > methods[m].most_items || d >= methods[m].data_sets) continue;
        covered[m] += Contains(methods[m].interval(data, d), data.truth);
      }
    }
  });
  Simulation simulation;
  for (size_t m = 0; m < methods.size(); ++m) {
    const double data_sets = methods[m].data_sets;
    simulation.shares.push_back(setting.n > methods[m].most_items ? std::nan("") : covered[m] / data_sets);
  }
  Moments all;
  for (const Moments& part : moments) all.Add(part);
  simulation.items_of_variance = all.ItemsOfVariance(setting.n);
  return simulation;
}

}  // namespace

void CheckCoverage(const std::string& title, const std::vector<Setting>& settings, const std::vector<Method>& methods) {
  const double chance = 1.645 * std::sqrt(kLevel * (1 - kLevel) / kDataSets);
  std::printf("\n%s\n%-44s %5s", title.c_str(), "covers in %", "n");
  for (const Method& method : methods) std::printf(" %11s", method.name.c_str());
  std::printf("\n");
  for (const Setting& setting : settings) {
    const Simulation simulation = Simulate(setting, methods);
    const bool sparse = setting.promise == Promise::kMean && simulation.items_of_variance < kFewItems;
    std::printf("%-44s %5d", setting.name.c_str(), setting.n);
    for (const double share : simulation.shares) {
      if (std::isnan(share)) std::printf(" %11s", "");
      if (!std::isnan(share)) std::printf(" %11.1f", 100 * share);
    }
    std::printf("%s\n", setting.promise == Promise::kPrinted ? "  not promised" : sparse ? "  sparse" : "");
    std::fflush(stdout);
    if (setting.promise == Promise::kPrinted) continue;
    EXPECT_GE(simulation.shares[0], 0.94 - chance) << title << ": " << setting.name << ", n = " << setting.n;
    if (!sparse) EXPECT_LE(simulation.shares[0], 0.96 + chance) << title << ": " << setting.name << ", " << setting.n;
  }
}

BootstrapOptions ValidityOptions(uint64_t seed, BootstrapInterval interval) {
  BootstrapOptions options;
  options.interval = interval;
  options.resamples = 500;
  options.seed = seed;
  return options;
}

Method BootstrapMethod(const std::string& name, BootstrapInterval interval) {
  return {name,
          [=](const Data& data, uint64_t seed) { return *BootstrapMean(data.values, ValidityOptions(seed, interval)); },
          50, kSomeDataSets};
}

Method StudentMethod() {
  return {"student", [](const Data& data, uint64_t) { return *StudentInterval(data.values, kLevel); }};
}

Method ScoreMethod(const std::string& name) {
  return {name, [](const Data& data, uint64_t) { return *ScoreMeanInterval(data.values, kLevel); }};
}

// Marsaglia and Tsang's (ACM TOMS 26, 2000).
double Gamma(RandomStream& stream, double shape) {
  if (shape < 1) return Gamma(stream, shape + 1) * std::pow(stream.Uniform(), 1 / shape);
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = stream.Normal(), v = std::pow(1 + c * x, 3);
    if (v > 0 && std::log(stream.Uniform()) < x * x / 2 + d - d * v + d * std::log(v)) return d * v;
  }
}

double Beta(RandomStream& stream, double a, double b) {
  const double x = Gamma(stream, a), y = Gamma(stream, b);
  return x / (x + y);
}

// By inversion: one random number, terms of the law until they reach it.
int Binomial(RandomStream& stream, int n, double p) {
  if (p > 0.5) return n - Binomial(stream, n, 1 - p);
  double u = stream.Uniform(), term = std::pow(1 - p, n);
  int k = 0;
  for (; k < n && u >= term; ++k) {
    u -= term;
    term *= (n - k) * p / ((k + 1) * (1 - p));
  }
  return k;
}

double DrawPass(RandomStream& stream, double p, int attempts, int k) {
  return *PassAtK(attempts, Binomial(stream, attempts, p), k);
}

double MeanPass(double a, double b, int k) {
  return 1 - std::exp(std::lgamma(b + k) + std::lgamma(a + b) - std::lgamma(a + b + k) - std::lgamma(b));
}

Setting Proportion(int n, double centre, double spread) {
  return {absl::StrCat("accuracy near ", centre), n, [=](RandomStream& stream, int n, Data* data) {
            data->truth = centre + spread * (2 * stream.Uniform() - 1);
            for (int i = 0; i < n; ++i) data->values.push_back(stream.Bernoulli(data->truth));
          }};
}

Setting Pass(int n, double a, double b, int k, int attempts) {
  return {absl::StrCat("pass@", k, " of ", attempts, ", difficulty Beta(", a, ", ", b, ")"), n,
          [=](RandomStream& stream, int n, Data* data) {
            data->truth = MeanPass(a, b, k);
            for (int i = 0; i < n; ++i) data->values.push_back(DrawPass(stream, Beta(stream, a, b), attempts, k));
          }};
}

Setting Disagreement(int n, double share, double lead) {
  return {absl::StrCat(lead == 0.5 ? "A/A" : "effect", ", ", 100 * share, "% disagree"), n,
          [=](RandomStream& stream, int n, Data* data) {
            const double p = share * (0.8 + 0.4 * stream.Uniform());
            data->truth = p * (2 * lead - 1);
            for (int i = 0; i < n; ++i) {
              const double u = stream.Uniform();
              data->values.push_back(u < p * lead ? 1 : u < p ? -1 : 0);
            }
          }};
}

}  // namespace analysis

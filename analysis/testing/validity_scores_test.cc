// Coverage of the intervals of scores: means, means over clusters, curves over k.
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "analysis/measures/pass_at_k.h"
#include "analysis/statistics/cluster.h"
#include "analysis/statistics/mean_interval.h"
#include "analysis/statistics/proportion.h"
#include "analysis/testing/general_bootstrap.h"
#include "analysis/testing/validity_testing.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::base::RandomStream;

Estimate Wilson(const Data& data, uint64_t) {
  double sum = 0;
  for (double value : data.values) sum += value;
  return *WilsonInterval(std::min(1.0, sum / data.values.size()), data.values.size(), kLevel);
}

// Wilson's with the effective number of items, at all n (the default from 500 items on).
Estimate EffectiveWilson(const Data& data, uint64_t) {
  const Estimate student = StudentMethod().interval(data, 0);
  return *ScoreIntervalFromError(std::clamp(student.value, 0.0, 1.0), student.standard_error, student.n, kLevel);
}

std::vector<Method> ScoreMethods() {
  return {ScoreMethod("default"),
          {"effective", EffectiveWilson},
          {"wilson", Wilson},
          StudentMethod(),
          BootstrapMethod("bca", BootstrapInterval::kBca),
          BootstrapMethod("percentile", BootstrapInterval::kPercentile)};
}

TEST(ValidityTest, ScoreMeans) {
  std::vector<Setting> settings;
  for (int n : {20, 50, 80, 200, 500, 1000}) {
    settings.push_back(Proportion(n, 0.5, 0.05));
    settings.push_back(Proportion(n, 0.95, 0.03));
    settings.push_back(Pass(n, 0.3, 0.7, 1, 8));
    settings.push_back(Pass(n, 0.3, 0.7, 8, 10));
    settings.push_back(Pass(n, 0.1, 0.9, 1, 32));
    settings.push_back(Pass(n, 1, 1, 10, 32));
  }
  settings.push_back(Proportion(20, 0.85, 0.03));  // where less than half an item added is too short
  CheckCoverage("Means of scores in [0, 1]: ScoreMeanInterval", settings, ScoreMethods());
}

// Nearly every question is solved, a few hard ones make the variance.
TEST(ValidityTest, PassAtKNearOne) {
  std::vector<Setting> settings;
  for (int n : {20, 50, 80, 200, 500, 1000}) settings.push_back(Pass(n, 2, 1, 10, 32));
  std::vector<Method> methods = ScoreMethods();
  methods[0].interval = [](const Data& data, uint64_t) { return *LikelihoodScoreInterval(data.values, kLevel); };
  CheckCoverage("pass@k: LikelihoodScoreInterval", settings, methods);
}

// Laws and sizes at which nothing was chosen: the items added to the likelihood were chosen on the settings above.
TEST(ValidityTest, HeldOutScores) {
  std::vector<Setting> settings;
  for (int n : {25, 40, 65, 150}) {
    settings.push_back(Proportion(n, 0.7, 0.03));
    settings.push_back(Proportion(n, 0.85, 0.03));
    settings.push_back(Pass(n, 0.8, 0.4, 1, 5));
    settings.push_back(Pass(n, 0.5, 2, 4, 16));
    settings.push_back(Pass(n, 3, 1, 5, 10));
    settings.push_back(Pass(n, 0.2, 0.2, 3, 6));
    settings.push_back(Pass(n, 2, 2, 1, 8));
  }
  CheckCoverage("Held-out means of scores: ScoreMeanInterval", settings, ScoreMethods());
}

// n clusters of 1 to 9 items that share a success probability.
TEST(ValidityTest, Clusters) {
  std::vector<Setting> settings;
  for (int n : {20, 50, 200, 1000}) {
    for (double mean : {0.5, 0.9}) {
      settings.push_back(
          {absl::StrCat("accuracy ", mean, ", clusters of 1 to 9"), n, [=](RandomStream& stream, int n, Data* data) {
             data->truth = mean;
             for (int g = 0; g < n; ++g) {
               const double p = Beta(stream, 2 * mean, 2 - 2 * mean);
               for (int i = stream.Below(9); i >= 0; --i) {
                 data->values.push_back(stream.Bernoulli(p));
                 data->clusters.push_back(g);
               }
             }
           }});
    }
  }
  const auto bca = [](const Data& data, uint64_t seed) {
    std::vector<double> means(data.clusters.back() + 1), sizes(means.size());
    for (size_t i = 0; i < data.values.size(); ++i) {
      means[data.clusters[i]] += data.values[i];
      sizes[data.clusters[i]] += 1;
    }
    for (size_t g = 0; g < means.size(); ++g) means[g] /= sizes[g];
    return *BootstrapWeightedMean(means, sizes, ValidityOptions(seed, BootstrapInterval::kBca));
  };
  const auto cr0 = [](const Data& data, uint64_t) {
    const MeanErrors errors = *ClusterErrors(data.values, data.clusters);
    Estimate estimate;
    estimate.low = errors.mean - 1.959964 * errors.cr0;
    estimate.high = errors.mean + 1.959964 * errors.cr0;
    return estimate;
  };
  const auto by_cluster = [](const Data& data, uint64_t) {
    return *ClusterScoreInterval(data.values, data.clusters, kLevel);
  };
  const auto cr1 = [](const Data& data, uint64_t) { return *ClusterInterval(data.values, data.clusters, kLevel); };
  CheckCoverage("Accuracy over clustered items: ClusterScoreInterval", settings,
                {{"default", by_cluster},
                 {"cr1, t", cr1},
                 {"cr0, z", cr0},
                 {"bca", bca, 50, kSomeDataSets},
                 ScoreMethod("no clusters")});
}

// The whole band has to contain the whole curve: the distance of the truth from it is reported as an interval about 0.
TEST(ValidityTest, SimultaneousBands) {
  const std::vector<int64_t> ks = {1, 2, 4, 8};
  const auto curve = [](RandomStream& stream, int n, Data* data) {
    for (int i = 0; i < n; ++i) data->values.push_back(Binomial(stream, 10, Beta(stream, 0.6, 1)));
  };
  const auto holds = [&](const Data& data, uint64_t seed, bool together) {
    std::vector<QuestionAttempts> questions;
    for (double correct : data.values) {
      questions.push_back({absl::StrCat(questions.size()), 10, static_cast<int64_t>(correct)});
    }
    const std::vector<Estimate> band =
        *PassAtKCurve(questions, ks, ValidityOptions(seed, BootstrapInterval::kPercentile));
    Estimate outside;
    outside.low = outside.high = 0;
    for (size_t j = 0; j < ks.size(); ++j) {
      const Estimate at_k = together ? band[j] : *MeanPassAtK(questions, ks[j], kLevel);
      const double truth = MeanPass(0.6, 1, ks[j]);
      if (truth < at_k.low || truth > at_k.high) outside.low = outside.high = 1;
    }
    return outside;
  };
  std::vector<Setting> settings;
  for (int n : {20, 50, 100}) settings.push_back({"pass@1 to pass@8 of 10", n, curve, Promise::kPlain});
  CheckCoverage("Curves as a whole: PassAtKCurve", settings,
                {{"default", [&](const Data& data, uint64_t seed) { return holds(data, seed, true); }},
                 {"single", [&](const Data& data, uint64_t seed) { return holds(data, seed, false); }}});
}

}  // namespace
}  // namespace analysis

// Coverage of the intervals of means of real numbers (mutual_information.cc uses these).
//
// The defaults draw 10,000 resamples; 2,000 and 1,000 here, for time, make coverage less by some 0.1%: of B replicates
// of a pivot the q-quantile has true probability (q (B - 1) + 1) / (B + 1).
#include <cmath>

#include "analysis/testing/validity_testing.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::base::RandomStream;

std::vector<Setting> RealSettings(std::vector<int> sizes) {
  std::vector<Setting> settings;
  for (int n : sizes) {
    settings.push_back({"normal", n, [](RandomStream& stream, int n, Data* data) {
                          for (int i = 0; i < n; ++i) data->values.push_back(stream.Normal());
                        }});
    settings.push_back({"exponential", n, [](RandomStream& stream, int n, Data* data) {
                          data->truth = 1;
                          for (int i = 0; i < n; ++i) data->values.push_back(-std::log1p(-stream.Uniform()));
                        }});
    settings.push_back({"log-normal", n,
                        [](RandomStream& stream, int n, Data* data) {
                          data->truth = std::exp(0.5);
                          for (int i = 0; i < n; ++i) data->values.push_back(std::exp(stream.Normal()));
                        },
                        Promise::kPrinted});
  }
  return settings;
}

TEST(ValidityTest, RealMeans) {
  const auto bootstrap_t = [](const Data& data, uint64_t seed) {
    BootstrapOptions options = ValidityOptions(seed, BootstrapInterval::kBca);
    options.resamples = 2000;
    return *BootstrapTMean(data.values, options);
  };
  CheckCoverage("Means of real numbers, fewer than 200: BootstrapTMean", RealSettings({20, 50, 80}),
                {{"default", bootstrap_t},
                 StudentMethod(),
                 BootstrapMethod("bca", BootstrapInterval::kBca),
                 BootstrapMethod("percentile", BootstrapInterval::kPercentile),
                 BootstrapMethod("basic", BootstrapInterval::kBasic)});
}

TEST(ValidityTest, ManyRealMeans) {
  const auto bca = [](const Data& data, uint64_t seed) {
    BootstrapOptions options = ValidityOptions(seed, BootstrapInterval::kBca);
    options.resamples = 1000;
    return *BootstrapMean(data.values, options);
  };
  CheckCoverage("Means of real numbers, 200 and more: BCa", RealSettings({200}), {{"default", bca}, StudentMethod()});
}

}  // namespace
}  // namespace analysis

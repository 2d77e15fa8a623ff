#include "analysis/testing/general_bootstrap.h"

#include <algorithm>
#include <vector>

#include "base/testing.h"

namespace analysis {
namespace {

using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<double>& Skewed() {
  static const auto* values = new std::vector<double>{9, 0.2, 1.5, 0.1, 0.1, 3.5, 0.9, 22, 0.4, 2.5, 1.1, 0.3};
  return *values;
}

double MeanOf(absl::Span<const double> values, absl::Span<const int64_t> items) {
  double sum = 0;
  for (int64_t item : items) sum += values[item];
  return sum / items.size();
}

void ExpectSame(const Estimate& a, const Estimate& b) {
  EXPECT_EQ(a.value, b.value);
  EXPECT_EQ(a.standard_error, b.standard_error);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
}

TEST(ResamplingTest, ClustersStayTogetherAndStrataKeepTheirSize) {
  const std::vector<int64_t> groups = {7, 3, 7, 3, 3};
  ASSERT_OK_AND_ASSIGN(const Resampling clusters, Resampling::Clusters(groups));
  ASSERT_OK_AND_ASSIGN(const Resampling strata, Resampling::Stratified(groups));
  ASSERT_OK_AND_ASSIGN(const Resampling two_level, Resampling::TwoLevel(groups));
  EXPECT_EQ(clusters.units(), 2);
  EXPECT_EQ(strata.units(), 5);
  IndexStream stream(1, "resampling_test", 0);
  for (int r = 0; r < 50; ++r) {
    std::vector<int64_t> drawn;
    clusters.Draw(stream, &drawn);
    EXPECT_EQ(std::count(drawn.begin(), drawn.end(), 0), std::count(drawn.begin(), drawn.end(), 2));
    strata.Draw(stream, &drawn);
    EXPECT_EQ(std::count_if(drawn.begin(), drawn.end(), [](int64_t i) { return i == 0 || i == 2; }), 2);
    two_level.Draw(stream, &drawn);
    EXPECT_THAT(drawn.size(), ::testing::AnyOf(4, 5, 6));
  }
  std::vector<int64_t> left;
  clusters.LeaveOut(1, &left);
  EXPECT_THAT(left, ElementsAre(0, 2));
}

TEST(GeneralBootstrapTest, AgreesWithTheFastWayForMeans) {
  BootstrapOptions options;
  options.resamples = 300;
  ASSERT_OK_AND_ASSIGN(const Estimate fast, BootstrapMean(Skewed(), options));
  ASSERT_OK_AND_ASSIGN(
      const Estimate general,
      BootstrapStatistic(
          Skewed().size(), [](absl::Span<const int64_t> items) { return MeanOf(Skewed(), items); }, options));
  ASSERT_OK_AND_ASSIGN(const Estimate weighted,
                       BootstrapWeightedMean(Skewed(), std::vector<double>(Skewed().size(), 2.0), options));
  for (const Estimate& other : {general, weighted}) {
    EXPECT_NEAR(fast.value, other.value, 1e-12);
    EXPECT_NEAR(fast.low, other.low, 1e-9);
    EXPECT_NEAR(fast.high, other.high, 1e-9);
    EXPECT_NEAR(fast.standard_error, other.standard_error, 1e-12);
  }
}

TEST(GeneralBootstrapTest, WeightedMeanWeighs) {
  // (1 * 1 + 3 * 5) / 4 = 4.
  ASSERT_OK_AND_ASSIGN(const Estimate estimate, BootstrapWeightedMean({1.0, 5.0}, {1.0, 3.0}, {}));
  EXPECT_DOUBLE_EQ(estimate.value, 4);
  EXPECT_DOUBLE_EQ(estimate.low, 1);
  EXPECT_DOUBLE_EQ(estimate.high, 5);
}

TEST(GeneralBootstrapTest, AgreesWithTheFastWayForRatios) {
  // sum(w v) / sum(w) is the weighted mean, of the same draws.
  const std::vector<double> values = {1, 5, 2, 8}, weights = {1, 3, 2, 0.5};
  std::vector<double> products;
  for (size_t i = 0; i < values.size(); ++i) products.push_back(values[i] * weights[i]);
  ASSERT_OK_AND_ASSIGN(const Estimate ratio, BootstrapRatio(products, weights, {}));
  ASSERT_OK_AND_ASSIGN(const Estimate weighted, BootstrapWeightedMean(values, weights, {}));
  EXPECT_NEAR(ratio.value, weighted.value, 1e-12);
  EXPECT_NEAR(ratio.low, weighted.low, 1e-9);
  EXPECT_NEAR(ratio.high, weighted.high, 1e-9);
}

TEST(GeneralBootstrapTest, ClustersOfOneItemAreItems) {
  std::vector<int64_t> groups;
  for (size_t i = 0; i < Skewed().size(); ++i) groups.push_back(i);
  ASSERT_OK_AND_ASSIGN(const Resampling clusters, Resampling::Clusters(groups));
  const auto mean = [](absl::Span<const int64_t> items) { return MeanOf(Skewed(), items); };
  ASSERT_OK_AND_ASSIGN(const Estimate by_cluster, BootstrapStatistic(clusters, mean, {}));
  ASSERT_OK_AND_ASSIGN(const Estimate by_item, BootstrapStatistic(Skewed().size(), mean, {}));
  ExpectSame(by_cluster, by_item);
}

TEST(GeneralBootstrapTest, RefusesAStatisticThatIsUndefinedOnAResample) {
  // The ratio of sums is 0 / 0 when item 0 is drawn n times.
  const std::vector<double> denominators = {0, 1};
  EXPECT_THAT(BootstrapStatistic(2,
                                 [&](absl::Span<const int64_t> items) {
                                   const double mean = MeanOf(denominators, items);
                                   return mean / mean;
                                 },
                                 {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("the statistic on resample")));
}

}  // namespace
}  // namespace analysis

#include "analysis/statistics/distributions.h"

#include <cmath>
#include <limits>

#include "base/testing.h"

namespace analysis {
namespace {

TEST(DistributionsTest, QuantileHasItsTabulatedValues) {
  EXPECT_NEAR(NormalQuantile(0.975), 1.959963984540054, 1e-14);
  EXPECT_EQ(NormalQuantile(0.5), 0);
  EXPECT_NEAR(NormalCritical(0.95), 1.959963984540054, 1e-14);
  EXPECT_NEAR(NormalCritical(0.90), 1.644853626951472, 1e-14);
}

TEST(DistributionsTest, QuantileInvertsTheCdfInBothTails) {
  for (double z : {-30.0, -8.0, -3.0, -0.1, 0.0, 0.7, 3.0, 5.0}) {
    EXPECT_NEAR(NormalQuantile(NormalCdf(z)), z, 1e-9 * std::max(1.0, std::abs(z))) << z;
  }
}

TEST(DistributionsTest, EndsAreInfinite) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(NormalQuantile(0), -infinity);
  EXPECT_EQ(NormalQuantile(1), infinity);
  EXPECT_EQ(NormalCdf(-infinity), 0);
  EXPECT_EQ(NormalCdf(infinity), 1);
}

TEST(DistributionsDeathTest, RefusesWhatIsNoProbability) {
  EXPECT_DEATH(NormalQuantile(-0.1), "probability");
  EXPECT_DEATH(NormalQuantile(std::nan("")), "probability");
  EXPECT_DEATH(NormalCritical(1), "level");
}

}  // namespace
}  // namespace analysis

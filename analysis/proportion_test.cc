#include "analysis/proportion.h"

#include <cmath>

#include "base/testing.h"

namespace analysis {
namespace {

using ::base::StatusIs;
using ::testing::HasSubstr;

constexpr double kZ = 1.959963984540054;

TEST(WilsonTest, AllSuccesses) {
  // At p = 1 the lower root of (1 - p)^2 = q p (1 - p), q = z^2 / n, is 1 / (1 + q).
  ASSERT_OK_AND_ASSIGN(const Estimate estimate, WilsonInterval(1, 60, 0.95));
  EXPECT_NEAR(estimate.low, 1 / (1 + kZ * kZ / 60), 1e-12);
  EXPECT_EQ(estimate.high, 1);
  EXPECT_EQ(estimate.method, "wilson");
}

TEST(WilsonTest, IsSymmetricInSuccessAndFailure) {
  ASSERT_OK_AND_ASSIGN(const Estimate few, WilsonInterval(0.2, 30, 0.9));
  ASSERT_OK_AND_ASSIGN(const Estimate many, WilsonInterval(0.8, 30, 0.9));
  EXPECT_NEAR(few.low, 1 - many.high, 1e-12);
  EXPECT_NEAR(few.high, 1 - many.low, 1e-12);
}

TEST(WilsonTest, EndsSolveTheScoreEquation) {
  ASSERT_OK_AND_ASSIGN(const Estimate estimate, WilsonInterval(0.3, 7, 0.95));
  for (double p : {estimate.low, estimate.high}) {
    EXPECT_NEAR(std::abs(0.3 - p), kZ * std::sqrt(p * (1 - p) / 7), 1e-12);
  }
}

TEST(WilsonTest, OneTrialHasAWideInterval) {
  ASSERT_OK_AND_ASSIGN(const Estimate estimate, WilsonInterval(1, 1, 0.95));
  EXPECT_NEAR(estimate.low, 1 / (1 + kZ * kZ), 1e-12);
}

TEST(WilsonTest, RefusesNonsense) {
  EXPECT_THAT(WilsonInterval(0.5, 0, 0.95), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at least one")));
  EXPECT_THAT(WilsonInterval(1.01, 5, 0.95), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("[0, 1]")));
  EXPECT_THAT(WilsonInterval(std::nan(""), 5, 0.95), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("nan")));
  EXPECT_THAT(WilsonInterval(0.5, 5, 1), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("level")));
}

}  // namespace
}  // namespace analysis

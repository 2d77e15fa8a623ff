#include "lm/endpoint/retry_policy.h"

#include <set>

#include "base/testing.h"

namespace lm {
namespace {

TEST(RetryDelay, DoublesUpToItsLimitWithJitterBelow) {
  RetryOptions options;
  options.max_tries = 100;
  options.first_delay = absl::Seconds(1);
  options.max_delay = absl::Seconds(10);
  base::RandomStream jitter(1, "test");
  std::set<absl::Duration> seen;
  for (const auto& [tries, full] : {std::pair(1, 1), {2, 2}, {3, 4}, {4, 8}, {5, 10}, {6, 10}, {99, 10}}) {
    const auto delay = RetryDelay(options, tries, std::nullopt, jitter);
    ASSERT_TRUE(delay.has_value());
    EXPECT_GE(*delay, absl::Seconds(full) / 2);
    EXPECT_LT(*delay, absl::Seconds(full));
    seen.insert(*delay / full);
  }
  EXPECT_EQ(seen.size(), 7) << "no jitter";
}

TEST(RetryDelay, GivesUpAfterTheLastTry) {
  RetryOptions options;
  options.max_tries = 2;
  base::RandomStream jitter(1, "test");
  EXPECT_TRUE(RetryDelay(options, 1, std::nullopt, jitter).has_value());
  EXPECT_FALSE(RetryDelay(options, 2, std::nullopt, jitter).has_value());
  options.max_tries = 1;
  EXPECT_FALSE(RetryDelay(options, 1, std::nullopt, jitter).has_value());
}

TEST(RetryDelay, IsAtLeastWhatTheServerAsksFor) {
  const RetryOptions options;
  base::RandomStream jitter(1, "test");
  EXPECT_EQ(RetryDelay(options, 1, absl::Seconds(7), jitter), absl::Seconds(7));
  EXPECT_GT(RetryDelay(options, 1, absl::ZeroDuration(), jitter), absl::ZeroDuration());
  EXPECT_EQ(RetryDelay(options, 1, options.max_retry_after, jitter), options.max_retry_after);
  EXPECT_EQ(RetryDelay(options, 1, options.max_retry_after + absl::Seconds(1), jitter), std::nullopt);
}

TEST(FailureOfStatus, TellsWhatMayPass) {
  for (const int status : {408, 409, 425, 429, 500, 502, 503, 504, 529}) {
    EXPECT_TRUE(IsRetried(FailureOfStatus(status))) << status;
  }
  for (const int status : {301, 307, 400, 401, 403, 404, 402, 413, 422, 501}) {
    EXPECT_FALSE(IsRetried(FailureOfStatus(status))) << status;
  }
  EXPECT_EQ(FailureName(FailureOfStatus(429)), "rate limit");
  EXPECT_EQ(FailureName(Failure::kRejected), "rejected");
}

}  // namespace
}  // namespace lm

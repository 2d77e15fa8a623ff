#include "lm/endpoint/retry_policy.h"

#include <set>

#include "base/testing.h"

namespace lm {
namespace {

using ::testing::Optional;

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

TEST(ParseRetryAfter, TakesSecondsAndDates) {
  const absl::Time now = absl::FromCivil(absl::CivilSecond(1994, 11, 6, 8, 49, 30), absl::UTCTimeZone());
  EXPECT_THAT(ParseRetryAfter("120", now), Optional(absl::Seconds(120)));
  EXPECT_THAT(ParseRetryAfter(" 0 ", now), Optional(absl::ZeroDuration()));
  EXPECT_THAT(ParseRetryAfter("1.5", now), Optional(absl::Milliseconds(1500)));
  // RFC 9110, 5.6.7: the same second three times.
  EXPECT_THAT(ParseRetryAfter("Sun, 06 Nov 1994 08:49:37 GMT", now), Optional(absl::Seconds(7)));
  EXPECT_THAT(ParseRetryAfter("Sunday, 06-Nov-94 08:49:37 GMT", now), Optional(absl::Seconds(7)));
  EXPECT_THAT(ParseRetryAfter("Sun Nov  6 08:49:37 1994", now), Optional(absl::Seconds(7)));
  EXPECT_THAT(ParseRetryAfter("Sun, 06 Nov 1994 08:49:07 GMT", now), Optional(absl::ZeroDuration()));
  for (const char* text : {"", "-1", "soon", "1e9", "inf", "nan", ".", "1.2.3", "Sun, 06 Nov", "99 99"}) {
    EXPECT_EQ(ParseRetryAfter(text, now), std::nullopt) << text;
  }
}

TEST(FailureOfStatus, TellsWhatMayPass) {
  for (const int status : {408, 409, 425, 429, 500, 502, 503, 504, 529}) {
    EXPECT_TRUE(IsRetried(FailureOfStatus(status))) << status;
  }
  for (const int status : {301, 307, 400, 401, 403, 404, 413, 422}) {
    EXPECT_FALSE(IsRetried(FailureOfStatus(status))) << status;
  }
  EXPECT_EQ(FailureName(FailureOfStatus(429)), "rate limit");
  EXPECT_EQ(FailureName(Failure::kRejected), "rejected");
}

}  // namespace
}  // namespace lm

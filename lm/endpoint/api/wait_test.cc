#include "lm/endpoint/api/wait.h"

#include "base/testing.h"

namespace lm {
namespace {

using ::testing::Eq;
using ::testing::Optional;

const absl::Time kNow = absl::FromCivil(absl::CivilSecond(1994, 11, 6, 8, 49, 30), absl::UTCTimeZone());

using Headers = std::map<std::string, std::string>;

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

TEST(LeadingDuration, TakesTheFormsOfServers) {
  for (const auto& [text, ms] : {std::pair("20s", 20000),
                                 {"1m3.5s", 63500},
                                 {"250 ms.", 250},
                                 {"6m0s", 360000},
                                 {"2 minutes and", 120000},
                                 {"1h2m3s", 3723000},
                                 {"7.66s. Visit", 7660},
                                 {"5", 5000},
                                 {"30 seconds", 30000},
                                 {"1d", 86400000}}) {
    EXPECT_THAT(LeadingDuration(text), Optional(absl::Milliseconds(ms))) << text;
  }
  for (const char* text : {"", "soon", "s", ".", "2026-01-02", "12:30"})
    EXPECT_EQ(LeadingDuration(text), std::nullopt) << text;
}

TEST(AskedWait, KnowsAllWaysToSayIt) {
  const auto asked = [](const Headers& headers, const char* body = "") { return AskedWait(429, headers, body, kNow); };
  EXPECT_THAT(asked({{"retry-after", "2"}}), Optional(absl::Seconds(2)));
  EXPECT_THAT(asked({{"retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"}}), Optional(absl::Seconds(7)));
  EXPECT_THAT(asked({{"retry-after-ms", "1500"}, {"retry-after", "9"}}), Optional(absl::Milliseconds(1500)));
  EXPECT_THAT(asked({{"x-ratelimit-reset-requests", "2s"}, {"x-ratelimit-reset-tokens", "20ms"}}),
              Optional(absl::Seconds(2)));
  EXPECT_THAT(asked({{"x-ratelimit-reset-requests", "2s"},
                     {"x-ratelimit-remaining-requests", "0"},
                     {"x-ratelimit-reset-tokens", "6m0s"},
                     {"x-ratelimit-remaining-tokens", "100"}}),
              Optional(absl::Seconds(2)));
  EXPECT_THAT(asked({{"x-ratelimit-reset-tokens", "1994-11-06T08:49:33Z"}}), Optional(absl::Seconds(3)));
  EXPECT_THAT(asked({{"anthropic-ratelimit-requests-reset", "1994-11-06T08:49:34Z"},
                     {"anthropic-ratelimit-requests-remaining", "0"},
                     {"anthropic-ratelimit-tokens-reset", "1994-11-06T08:50:00Z"},
                     {"anthropic-ratelimit-tokens-remaining", "7000"}}),
              Optional(absl::Seconds(4)));
  EXPECT_THAT(asked({{"anthropic-ratelimit-input-tokens-reset", "1994-11-06T08:49:35Z"}}), Optional(absl::Seconds(5)));
  EXPECT_THAT(asked({{"x-ratelimit-reset", "784111774000"}}), Optional(absl::Seconds(4)));
  EXPECT_THAT(asked({{"retry-after", "2"}, {"x-ratelimit-reset-tokens", "6m0s"}}), Optional(absl::Seconds(2)));
  for (const auto& [body, seconds] :
       {std::pair(R"({"error": {"message": "Rate limit reached. Please try again in 20s. Visit"}})", 20.0),
        {R"({"error": {"message": "Please try again in 1m3.5s."}})", 63.5},
        {R"({"error": {"message": "Please retry after 12 seconds."}})", 12.0},
        {R"({"message": "Too fast. Wait for 5 minutes"})", 300.0},
        {R"({"error": {"details": [{"retryDelay": "34s"}]}})", 34.0},
        {R"({"retry_after": 2.5})", 2.5},
        {R"({"retry_after_ms": 2500})", 2.5}}) {
    EXPECT_THAT(asked({}, body), Optional(absl::Seconds(seconds))) << body;
  }
  EXPECT_EQ(asked({}, "Too many requests; try again in a while"), std::nullopt);
  EXPECT_EQ(asked({{"retry-after", "soon"}}), std::nullopt);
  // A limit that was not the reason.
  EXPECT_EQ(AskedWait(500, {{"x-ratelimit-reset-tokens", "6m0s"}}, "", kNow), std::nullopt);
}

}  // namespace
}  // namespace lm

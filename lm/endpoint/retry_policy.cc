#include "lm/endpoint/retry_policy.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace lm {

absl::string_view FailureName(Failure failure) {
  constexpr absl::string_view kNames[kFailures] = {"unreachable",  "untrusted", "timeout",   "cut",   "rate limit",
                                                   "server error", "broken",    "too large", "empty", "rejected"};
  return kNames[static_cast<int>(failure)];
}

Failure FailureOfStatus(int status) {
  if (status == 429) return Failure::kRateLimit;
  if (status == 408) return Failure::kTimeout;
  if (status == 501 || status == 505) return Failure::kRejected;
  if (status >= 500 || status == 409 || status == 425) return Failure::kServerError;
  return Failure::kRejected;
}

bool IsRetried(Failure failure) { return failure != Failure::kUntrusted && failure != Failure::kRejected; }

std::optional<absl::Duration> RetryDelay(const RetryOptions& options, int tries,
                                         std::optional<absl::Duration> retry_after, base::RandomStream& jitter) {
  SAMI_CHECK(tries >= 1) << tries;
  const double share = 0.5 + 0.5 * jitter.Uniform();
  if (tries >= options.max_tries) return std::nullopt;
  if (retry_after.has_value() && *retry_after > options.max_retry_after) return std::nullopt;
  const absl::Duration delay = std::min(options.first_delay * std::ldexp(1.0, tries - 1), options.max_delay) * share;
  return std::max(delay, retry_after.value_or(absl::ZeroDuration()));
}

}  // namespace lm

// Retry policy: when a request that failed is sent again. Pure: no clock, no network.
#ifndef LM_ENDPOINT_RETRY_POLICY_H_
#define LM_ENDPOINT_RETRY_POLICY_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/random.h"

namespace lm {

// Why a try gave no reply.
enum class Failure {
  kUnreachable,
  kUntrusted,    // the server's certificate
  kTimeout,      // ours, or the server's (408)
  kCut,          // the connection ended before the reply did
  kRateLimit,    // 429
  kServerError,  // 5xx but for 501 and 505, 409, 425
  kBroken,       // no JSON, or not of the API's form
  kTooLarge,
  kEmpty,     // a reply without text, where that counts as a failure
  kRejected,  // other 4xx, 3xx
};
constexpr int kFailures = 10;

// "rate limit", ...; for progress lines.
absl::string_view FailureName(Failure failure);

// The failure that an HTTP status other than 2xx means.
Failure FailureOfStatus(int status);

// Whether another try may go better.
bool IsRetried(Failure failure);

struct RetryOptions {
  int max_tries = 8;  // of one request, the first included; >= 1
  absl::Duration first_delay = absl::Milliseconds(500);
  absl::Duration max_delay = absl::Seconds(60);
  // A server that asks to wait for longer is not asked again.
  absl::Duration max_retry_after = absl::Minutes(10);
};

// How long to wait after `tries` >= 1 failed ones: first_delay x 2^(tries - 1), at most max_delay, times a uniform
// number in [0.5, 1), which keeps requests that failed together from coming together again; never less than the server
// asked for. nullopt: give up. Takes one number of `jitter`.
std::optional<absl::Duration> RetryDelay(const RetryOptions& options, int tries,
                                         std::optional<absl::Duration> retry_after, base::RandomStream& jitter);

}  // namespace lm

#endif  // LM_ENDPOINT_RETRY_POLICY_H_

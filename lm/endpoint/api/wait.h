// Waits that a server asks for: how long until it may be asked again, in the five ways in which servers say so. Pure.
#ifndef LM_ENDPOINT_API_WAIT_H_
#define LM_ENDPOINT_API_WAIT_H_

#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lm {

// What an answer that is no reply asks for; nullopt: nothing. `headers` by name in lower case. The first of these that
// can be read counts: retry-after-ms; Retry-After (ParseRetryAfter); the body's fields retry_after, retry_after_ms and
// retryDelay, or its words ("Please try again in 1m3.5s"); and, of status 429, x-ratelimit-reset-requests, -tokens and
// none ("6m0s", "20ms", a time) and anthropic-ratelimit-requests-reset and its like, the longest of those whose
// ...-remaining-... does not say that something is left.
std::optional<absl::Duration> AskedWait(int status, const std::map<std::string, std::string>& headers,
                                        absl::string_view body, absl::Time now);

// The header Retry-After (RFC 9110, 10.2.3): seconds, or an HTTP date in any of its three forms (5.6.7). A date in the
// past is zero. nullopt: none, or not understood.
std::optional<absl::Duration> ParseRetryAfter(absl::string_view value, absl::Time now);

// "20s", "1m3.5s", "250 ms", "2 minutes", at the beginning of the text; without a unit seconds. nullopt: none.
std::optional<absl::Duration> LeadingDuration(absl::string_view text);

}  // namespace lm

#endif  // LM_ENDPOINT_API_WAIT_H_

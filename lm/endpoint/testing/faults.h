// Fault injection: the ways in which the fake endpoint misbehaves, and when.
#ifndef LM_ENDPOINT_TESTING_FAULTS_H_
#define LM_ENDPOINT_TESTING_FAULTS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lm {

enum class Fault {
  kRateLimit,       // 429
  kRateLimitAfter,  // 429 with Retry-After in seconds
  kRateLimitDate,   // 429 with Retry-After as an HTTP date
  kServerError,     // 500
  kStall,           // nothing for a while, then the reply
  kDrip,            // the reply, a byte at a time
  kCut,             // half of the reply, and the connection is closed
  kInvalidJson,     // half of the reply, as if it were all
  kWrongSchema,     // JSON that is no reply
  kHuge,            // a reply whose text has no end
  kDuplicate,       // a reply with its choice twice
  kTwice,           // the whole HTTP reply twice, one after the other, on one connection
  kEmpty,           // a reply without text
};
constexpr int kFaults = 13;

// "rate_limit", "rate_limit_after", ...
absl::string_view FaultName(Fault fault);

// The probability of each, in [0, 1], drawn independently of the others'.
using FaultRates = std::array<double, kFaults>;

// "drip:0.1,cut:0.2", "all:0.2", "all:0.2,huge:0": later ones count. kInvalidArgument names what is wrong.
absl::StatusOr<FaultRates> ParseFaults(absl::string_view text);

// What happens to the `n`-th request with this body, counted from 0: a function of the arguments alone, whatever
// else is asked. Of several faults that are drawn one happens, each as likely.
std::optional<Fault> DrawFault(const FaultRates& rates, uint64_t seed, absl::string_view body, uint32_t n);

}  // namespace lm

#endif  // LM_ENDPOINT_TESTING_FAULTS_H_

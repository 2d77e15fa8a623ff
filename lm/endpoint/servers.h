// Servers of an endpoint: which of several that serve one model the next request goes to, and which are left out.
#ifndef LM_ENDPOINT_SERVERS_H_
#define LM_ENDPOINT_SERVERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "lm/endpoint/address.h"
#include "lm/endpoint/try_result.h"

namespace lm {

// A server that fails three times in a row for a reason of its own, or refuses its key, address or certificate once, is
// left out while others serve: nothing goes there for a minute, then one request, and all again when that is answered.
// Both are said on stderr. Thread-safe.
class Servers {
 public:
  static constexpr absl::Duration kRest = absl::Minutes(1);

  // At least one.
  explicit Servers(std::vector<ApiAddress> addresses);

  size_t size() const { return addresses_.size(); }
  const ApiAddress& address(size_t server) const { return addresses_[server]; }

  // The one with the fewest requests on their way, of equal ones the one that was given the fewest, of those the first.
  // Each must be given back.
  size_t Take(absl::Time now);
  // With what came of it. Whether another server may do better at once: this one failed for a reason of its own, and
  // others are not left out.
  bool GiveBack(size_t server, const TryResult& tried, absl::Time now);

  // How many requests each has answered, in their order.
  std::vector<int64_t> Answered() const;
  // What to say at the end, "of 2 servers, http://a:8000/v1 answered 12, http://b:8000/v1 8 and was left out (why)";
  // empty where all served.
  std::string Remark() const;

 private:
  struct State {
    int64_t on_their_way = 0, given = 0, answered = 0;
    int failures_in_a_row = 0;
    bool is_left_out = false;
    absl::Time rests_until = absl::InfinitePast();  // of one that is left out
    std::string why;                                // the last time that it was left out; empty: never
  };
  bool Serves(const State& state, absl::Time now) const { return !state.is_left_out || now >= state.rests_until; }

  const std::vector<ApiAddress> addresses_;
  mutable absl::Mutex mutex_;
  std::vector<State> states_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lm

#endif  // LM_ENDPOINT_SERVERS_H_

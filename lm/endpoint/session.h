// An endpoint session, one call of Endpoint::Complete: its threads, and the state that they share.
#ifndef LM_ENDPOINT_SESSION_H_
#define LM_ENDPOINT_SESSION_H_

#include <cstddef>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "lm/endpoint/endpoint.h"

namespace lm {

class EndpointSession {
 public:
  using Done = absl::FunctionRef<bool(size_t, absl::StatusOr<ChatReply>)>;

  EndpointSession(Endpoint& endpoint, absl::Span<const ChatRequest> requests, Done done)
      : endpoint_(endpoint), requests_(requests), done_(done) {}

  // Returns when all is answered, or what was on its way when an early end was asked for.
  void Run();

 private:
  // A thread's work: one request after the other, until there are no more.
  void Work();
  void Answer(size_t index, HttpClient& client);
  // Waits while the first request is on its way alone: what is refused for what all have in common is sent once.
  void AwaitFirst();
  void FirstIsBack();
  // Waits until the next try may begin; an error is why it may not: the endpoint is of no use, or the budget is spent.
  absl::Status AwaitTurn();
  absl::Status MayAsk() const;
  // Hands over a reply or a final error.
  void Deliver(size_t index, absl::StatusOr<ChatReply> reply);
  // Counts a request given up, asks nothing more when the endpoint seems to blame, and hands over the error.
  void GiveUp(size_t index, const TryResult& last, int tries);
  // Decides whether the endpoint is to blame.
  void Judge(const TryResult& last, const absl::Status& status);
  // False: an early end was asked for.
  bool Sleep(absl::Duration duration);
  bool Ended() const;

  Endpoint& endpoint_;
  const absl::Span<const ChatRequest> requests_;
  const Done done_;

  const absl::Time start_ = absl::Now();
  absl::Mutex delivery_;  // held while `done_` runs, and then alone
  mutable absl::Mutex mutex_;
  size_t next_ ABSL_GUARDED_BY(mutex_) = 0;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;    // an early end was asked for
  absl::Status useless_ ABSL_GUARDED_BY(mutex_);  // why the rest is not asked
  bool any_answered_ ABSL_GUARDED_BY(mutex_) = false;
  int given_up_in_a_row_ ABSL_GUARDED_BY(mutex_) = 0;
  int called_wrong_ ABSL_GUARDED_BY(mutex_) = 0;
  bool is_first_back_ ABSL_GUARDED_BY(mutex_) = false;  // a try has ended, or the session
};

}  // namespace lm

#endif  // LM_ENDPOINT_SESSION_H_

// A client of OpenAI-compatible servers, as a chat model: conversations by /chat/completions, texts by /completions.
//
// Requests are sent side by side. One that fails for a reason that may pass (retry_policy.h) is sent again, after a
// growing wait during which it keeps its place, so that a server that is overloaded is asked less; never sooner than
// the server asks for (api/wait.h), and a wait of seconds is told on stderr. The key is read from the environment or a
// file, sent to the base URLs' hosts alone, and never is in a message, a log or a file that is written. Of several
// servers of one model each request goes to the one with the fewest on their way (servers.h); a reply then says which
// answered.
#ifndef LM_ENDPOINT_ENDPOINT_H_
#define LM_ENDPOINT_ENDPOINT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "lm/chat/chat_model.h"
#include "lm/endpoint/endpoint_options.h"
#include "lm/endpoint/servers.h"
#include "lm/endpoint/statistics.h"
#include "lm/endpoint/try_result.h"

namespace lm {

class Endpoint : public ChatModel {
 public:
  // Sends nothing. kInvalidArgument names the option that is wrong.
  static absl::StatusOr<std::unique_ptr<Endpoint>> Make(const EndpointOptions& options);

  // The model's name alone.
  std::string name() const override { return options_.model; }

  // Refuses token ids, which are of one tokenizer.
  absl::Status Check(const ChatRequest& request) const override;

  // ChatModel's contract; errors as in try_result.h. Beside those:
  // - the budget is used up: no request begins any more, the rest gets kResourceExhausted. Requests that are on their
  //   way then are paid for, so that as many as `concurrency` replies may come on top of the budget;
  // - nothing comes of the endpoint itself (its key, address or certificate is refused before anything was answered;
  // there
  //   is no credit left; five requests are called wrong and none is answered; or three in a row have used up their
  //   tries): the rest is not sent, and gets the same error, "not asked: ...".
  // Asked to end early, waits for the requests on their way, but not to send them again. May be called from several
  // threads at a time.
  void Complete(absl::Span<const ChatRequest> requests,
                absl::FunctionRef<bool(size_t, absl::StatusOr<ChatReply>)> done) override;

  // About how many tokens that will be, and at the options' prices what money; the replies' are a limit.
  std::string Forecast(absl::Span<const ChatRequest> requests) const override;

  // Of all calls so far. Safe to call at any time, from `done` too.
  EndpointStatistics statistics() const;

 private:
  friend class EndpointSession;

  Endpoint(EndpointOptions options, std::vector<ApiAddress> addresses, HttpKey key);

  // The time at which the next request may begin; each call takes one.
  absl::Time NextStart();
  // A server that refuses one request for now will refuse others: none begins before then.
  void HoldUntil(absl::Time time);
  // Counts a try and what came of it.
  void Count(const ChatRequest& request, const TryResult& tried);
  void CountRetry();
  void CountGivenUp();
  // Tells a person, not too often, of a wait that a server asked for.
  void SayWait(absl::Duration wait, const absl::Status& why);
  std::string SpentBudget() const;
  absl::Time Now() const { return options_.now ? options_.now() : absl::Now(); }

  const EndpointOptions options_;
  Servers servers_;
  const HttpKey key_;
  mutable absl::Mutex mutex_;
  EndpointStatistics statistics_ ABSL_GUARDED_BY(mutex_);
  absl::Time next_start_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Time held_until_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Time said_wait_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace lm

#endif  // LM_ENDPOINT_ENDPOINT_H_

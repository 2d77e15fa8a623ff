#include "lm/endpoint/session.h"

#include <algorithm>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/hash.h"
#include "base/progress.h"
#include "base/random.h"
#include "base/status.h"
#include "lm/endpoint/api/request.h"
#include "lm/endpoint/api/wait.h"

namespace lm {
namespace {

// So many requests without a reply, with none answered between them, and the endpoint is to blame. Several: one alone
// may be what the server cannot digest.
constexpr int kUselessAfter = 3;

// So many requests called wrong before one is answered, and it is what they have in common.
constexpr int kWrongAfter = 5;

}  // namespace

void EndpointSession::Run() {
  const size_t threads = std::min<size_t>(endpoint_.options_.concurrency, requests_.size());
  std::vector<std::thread> workers;
  for (size_t i = 1; i < threads; ++i) workers.emplace_back([this] { Work(); });
  if (threads > 0) Work();
  for (std::thread& worker : workers) worker.join();
}

void EndpointSession::Work() {
  HttpClient client(endpoint_.options_.http);
  while (true) {
    size_t index;
    {
      const absl::MutexLock lock(&mutex_);
      if (ended_ || next_ == requests_.size()) return;
      index = next_++;
    }
    if (index > 0) AwaitFirst();
    Answer(index, client);
  }
}

void EndpointSession::AwaitFirst() {
  constexpr absl::Duration kRefusalsTake = absl::Seconds(1);  // at most, as a rule; replies take longer
  const absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithDeadline(absl::Condition(&is_first_back_), start_ + kRefusalsTake);
}

void EndpointSession::FirstIsBack() {
  const absl::MutexLock lock(&mutex_);
  is_first_back_ = true;
}

void EndpointSession::Answer(size_t index, HttpClient& client) {
  const EndpointOptions& options = endpoint_.options_;
  const ChatRequest& request = requests_[index];
  const absl::Status fits = endpoint_.Check(request);
  if (!fits.ok()) {
    FirstIsBack();
    return Deliver(index, fits);
  }
  const std::string body = RequestBody(request, options.model, options.extra);
  base::RandomStream jitter(base::Id64(body), "lm/endpoint/retry", index);
  std::optional<TryResult> last;
  for (int tries = 1;; ++tries) {
    const absl::Status turn = AwaitTurn();
    if (Ended()) return;
    if (!turn.ok() && !last.has_value()) {
      FirstIsBack();
      return Deliver(index, base::Annotate(turn, "not asked"));
    }
    if (!turn.ok()) {
      // Its own words, and the budget's if that is why.
      if (absl::IsResourceExhausted(turn)) {
        last->reply = base::Annotate(turn, absl::StrCat(last->reply.status().message(), "; not asked again"));
      }
      return GiveUp(index, *last, tries - 1);
    }
    if (tries > 1) endpoint_.CountRetry();
    const size_t server = endpoint_.servers_.Take(endpoint_.Now());
    const ApiAddress& address = endpoint_.servers_.address(server);
    const std::string url = address.Url(RequestPath(request));
    const HttpResult result = client.Post(url, endpoint_.key_, body);
    last = Interpret(request, result,
                     {url, endpoint_.key_.value, KeyPlace(options), options.retry_empty, options.model, options.extra});
    const bool may_go_elsewhere = endpoint_.servers_.GiveBack(server, *last, endpoint_.Now());
    endpoint_.Count(request, *last);
    if (last->reply.ok() && endpoint_.servers_.size() > 1) last->reply->reply.server = address.base;
    if (last->reply.ok() || !last->is_final) FirstIsBack();
    if (last->reply.ok()) return Deliver(index, std::move(last->reply->reply));
    if (may_go_elsewhere && tries < options.retry.max_tries) continue;
    const auto asked = AskedWait(result.status, result.headers, result.body, endpoint_.Now());
    const auto delay = RetryDelay(options.retry, tries, asked, jitter);
    if (last->is_final) return GiveUp(index, *last, tries);
    if (asked.has_value() && *asked > options.retry.max_retry_after) {
      last->reply = absl::Status(
          last->reply.status().code(),
          absl::StrCat(last->reply.status().message(), "; the server asks to wait for ", base::HumanDuration(*asked),
                       ", and ", base::HumanDuration(options.retry.max_retry_after), " is the most"));
    }
    if (!delay.has_value()) return GiveUp(index, *last, tries);
    if (asked.has_value() && *delay == *asked) endpoint_.SayWait(*asked, last->reply.status());
    if (asked.has_value() && last->failure == Failure::kRateLimit) endpoint_.HoldUntil(endpoint_.Now() + *asked);
    if (!Sleep(*delay)) return;
  }
}

absl::Status EndpointSession::AwaitTurn() {
  RETURN_IF_ERROR(MayAsk());
  Sleep(endpoint_.NextStart() - endpoint_.Now());
  return MayAsk();  // others were answered meanwhile
}

absl::Status EndpointSession::MayAsk() const {
  {
    const absl::MutexLock lock(&mutex_);
    if (!useless_.ok()) return useless_;
  }
  const std::string spent = endpoint_.SpentBudget();
  if (spent.empty()) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat("the ", spent, " is used up"));
}

void EndpointSession::Deliver(size_t index, absl::StatusOr<ChatReply> reply) {
  if (reply.ok()) {
    const absl::MutexLock lock(&mutex_);
    any_answered_ = true;
    given_up_in_a_row_ = 0;
  }
  const absl::MutexLock delivery(&delivery_);
  if (done_(index, std::move(reply))) return;
  const absl::MutexLock lock(&mutex_);
  ended_ = true;
}

void EndpointSession::GiveUp(size_t index, const TryResult& last, int tries) {
  absl::Status status = last.reply.status();
  if (!last.is_final) {
    status = absl::Status(status.code(),
                          absl::StrCat(status.message(), "; given up after ", tries, tries == 1 ? " try" : " tries"));
  }
  endpoint_.CountGivenUp();
  Judge(last, status);
  Deliver(index, status);
}

void EndpointSession::Judge(const TryResult& last, const absl::Status& status) {
  const absl::MutexLock lock(&mutex_);
  bool is_useless = false;
  if (last.blame == Blame::kAccount) {
    is_useless = true;
  } else if (last.blame == Blame::kPerhapsEndpoint) {
    is_useless = !any_answered_ && ++called_wrong_ >= kWrongAfter;
  } else if (!last.is_final || last.blame == Blame::kEndpoint) {
    const bool is_refused = last.blame == Blame::kEndpoint && !any_answered_;
    is_useless = is_refused || ++given_up_in_a_row_ >= kUselessAfter;
  }
  if (is_useless) useless_.Update(status);
  is_first_back_ = true;
}

bool EndpointSession::Sleep(absl::Duration duration) {
  if (duration > absl::ZeroDuration()) {
    if (endpoint_.options_.sleep) {
      endpoint_.options_.sleep(duration);
    } else {
      const absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(&ended_), duration);
    }
  }
  return !Ended();
}

bool EndpointSession::Ended() const {
  const absl::MutexLock lock(&mutex_);
  return ended_;
}

}  // namespace lm

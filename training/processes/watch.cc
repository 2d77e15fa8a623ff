#include "training/processes/watch.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace training {
namespace {

constexpr std::chrono::milliseconds kInterval(500);
constexpr absl::Duration kForever = absl::Hours(24 * 365);

}  // namespace

struct Watch::State {
  std::shared_ptr<BeatCarrier> carrier;
  std::mutex mutex;
  std::condition_variable changed;
  Beat own;
  // Rank 0's:
  Beat verdict;                   // what happened to another, the first
  std::vector<bool> is_there;     // whether beats are to come from this rank
  std::vector<absl::Time> heard;  // its last beat

  bool is_leaving() const { return own.state != Beat::kThere; }
  bool has_verdict() const { return verdict.state != Beat::kThere; }
  void Lose(int rank) {
    if (is_there[rank] && !has_verdict()) verdict = {Beat::kLost, rank};
    is_there[rank] = false;
    changed.notify_all();
  }
};

Watch::Watch(int rank, std::vector<std::string> ranks, absl::Duration silence, std::shared_ptr<BeatCarrier> carrier,
             std::function<void(const std::string&, bool)> on_loss)
    : ranks_(std::move(ranks)), silence_(silence), on_loss_(std::move(on_loss)), state_(std::make_shared<State>()) {
  state_->carrier = std::move(carrier);
  state_->own.rank = rank;
  state_->is_there.assign(ranks_.size(), true);
  state_->is_there[0] = false;
  state_->heard.assign(ranks_.size(), absl::Now());
  thread_ = std::thread([this, rank] { rank == 0 ? Lead() : Follow(); });
}

void Watch::Leave(bool failed) {
  {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->own.state = failed ? Beat::kFailed : Beat::kDone;
  }
  state_->changed.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watch::Report(const Beat& verdict) const {
  const bool has_failed = verdict.state == Beat::kFailed;
  const char* what =
      has_failed ? " has failed; its own lines say why" : " is gone: it was killed, or its machine cannot be reached";
  on_loss_(absl::StrCat(ranks_[verdict.rank], what), has_failed);
}

void Watch::Hear(const std::shared_ptr<State>& state, int rank) {
  try {
    while (true) {
      const Beat beat = state->carrier->Receive(rank, kForever);
      Beat answer;
      {
        const std::lock_guard<std::mutex> lock(state->mutex);
        state->heard[rank] = absl::Now();
        if (beat.state == Beat::kFailed && !state->has_verdict()) state->verdict = beat;
        answer = state->has_verdict() ? state->verdict : state->own;
      }
      state->carrier->Send(answer, rank);
      if (beat.state == Beat::kThere) continue;
      const std::lock_guard<std::mutex> lock(state->mutex);
      state->is_there[rank] = false;
      state->changed.notify_all();
      return;
    }
  } catch (const std::exception&) {
    const std::lock_guard<std::mutex> lock(state->mutex);
    state->Lose(rank);
  }
}

void Watch::Lead() const {
  for (size_t rank = 1; rank < ranks_.size(); ++rank) {
    std::thread([state = state_, rank] { Hear(state, rank); }).detach();
  }
  std::unique_lock<std::mutex> lock(state_->mutex);
  const auto anyone = [this] { return std::count(state_->is_there.begin(), state_->is_there.end(), true) > 0; };
  while (!state_->has_verdict() && !(state_->is_leaving() && (state_->own.state == Beat::kFailed || !anyone()))) {
    state_->changed.wait_for(lock, kInterval);
    for (size_t rank = 1; rank < ranks_.size(); ++rank) {
      if (state_->is_there[rank] && absl::Now() - state_->heard[rank] > silence_) state_->Lose(rank);
    }
  }
  if (!state_->has_verdict() && state_->own.state == Beat::kDone) return;
  // Whoever is there asks again within this, and hears it.
  state_->changed.wait_for(lock, 3 * kInterval, [&] { return !anyone(); });
  const Beat verdict = state_->verdict;
  const bool reports = state_->has_verdict() && !state_->is_leaving();
  lock.unlock();
  if (reports) Report(verdict);
}

void Watch::Follow() const {
  while (true) {
    Beat own, answer;
    {
      const std::lock_guard<std::mutex> lock(state_->mutex);
      own = state_->own;
    }
    try {
      state_->carrier->Send(own, 0);
      answer = state_->carrier->Receive(0, silence_ * 1.5);
    } catch (const std::exception&) {
      answer = {Beat::kLost, 0};
    }
    if (own.state != Beat::kThere) return;
    std::unique_lock<std::mutex> lock(state_->mutex);
    if (answer.state == Beat::kFailed || answer.state == Beat::kLost) {
      if (state_->is_leaving()) return;
      lock.unlock();
      return Report(answer);
    }
    state_->changed.wait_for(lock, kInterval, [this] { return state_->is_leaving(); });
  }
}

}  // namespace training

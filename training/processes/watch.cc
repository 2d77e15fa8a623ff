#include "training/processes/watch.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"

namespace training {
namespace {

constexpr std::chrono::milliseconds kInterval(500);

}  // namespace

Watch::Watch(int rank, std::vector<std::string> ranks, absl::Duration silence, BeatCarrier& carrier,
             std::function<void(const std::string&)> on_loss)
    : rank_(rank),
      ranks_(std::move(ranks)),
      silence_(silence),
      carrier_(carrier),
      on_loss_(std::move(on_loss)),
      is_there_(ranks_.size(), true) {
  own_.rank = rank;
  is_there_[0] = false;
  thread_ = std::thread([this] { rank_ == 0 ? Lead() : Follow(); });
}

void Watch::Leave(bool failed) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    own_.state = failed ? Beat::kFailed : Beat::kDone;
  }
  left_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Beat Watch::Own() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return own_;
}

bool Watch::IsLeaving() { return Own().state != Beat::kThere; }

void Watch::Report(const Beat& verdict) const {
  const char* what = verdict.state == Beat::kFailed ? " has failed; its own lines say why"
                                                    : " is gone: it was killed, or its machine cannot be reached";
  on_loss_(absl::StrCat(ranks_[verdict.rank], what));
}

void Watch::Lead() {
  while (HearAll()) {
  }
}

bool Watch::HearAll() {
  const Beat before = Own();
  const bool has_verdict = verdict_.state != Beat::kThere;
  for (size_t rank = 1; rank < ranks_.size(); ++rank) {
    if (!is_there_[rank]) continue;
    try {
      const Beat beat = carrier_.Receive(rank, silence_);
      if (beat.state != Beat::kThere) is_there_[rank] = false;
      if (beat.state == Beat::kFailed) verdict_ = beat;
      carrier_.Send(verdict_.state != Beat::kThere ? verdict_ : Own(), rank);
    } catch (const std::exception&) {
      is_there_[rank] = false;
      if (verdict_.state == Beat::kThere) verdict_ = {Beat::kLost, static_cast<int64_t>(rank)};
    }
  }
  // Those before it in the ranks' order have heard the verdict, too.
  if (has_verdict && before.state == Beat::kThere) Report(verdict_);
  if (has_verdict || before.state == Beat::kFailed) return false;
  return before.state == Beat::kThere || std::count(is_there_.begin(), is_there_.end(), true) > 0;
}

void Watch::Follow() {
  while (true) {
    const Beat own = Own();
    Beat answer;
    try {
      carrier_.Send(own, 0);
      // Rank 0 may be waiting for one that is silent.
      answer = carrier_.Receive(0, silence_ * 1.5);
    } catch (const std::exception&) {
      answer = {Beat::kLost, 0};
    }
    if (own.state != Beat::kThere) return;
    if (answer.state == Beat::kFailed || answer.state == Beat::kLost) {
      if (!IsLeaving()) Report(answer);
      return;
    }
    std::unique_lock<std::mutex> lock(mutex_);
    left_.wait_for(lock, kInterval, [this] { return own_.state != Beat::kThere; });
  }
}

}  // namespace training

#include "lm/kernels/worker_team.h"

#include "base/check.h"

namespace lm {
namespace {

// Looks for a new job before a thread sleeps: some 50 microseconds, longer than the caller's own work between two
// products and much less than a step.
constexpr int kLooks = 1000;

inline void Pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

WorkerTeam::WorkerTeam(int threads) {
  SAMI_CHECK(threads >= 1);
  for (int worker = 1; worker < threads; ++worker) {
    threads_.emplace_back([this, worker] { Help(worker); });
  }
}

WorkerTeam::~WorkerTeam() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    job_ = -1;
  }
  woken_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerTeam::Run(int64_t n, absl::FunctionRef<void(int64_t, int)> work) {
  if (threads_.empty() || n <= 1) {
    for (int64_t i = 0; i < n; ++i) work(i, 0);
    return;
  }
  bool wake;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    work_ = &work;
    items_ = n;
    next_ = 0;
    ++job_;
    wake = sleeping_ > 0;
  }
  if (wake) woken_.notify_all();
  for (int64_t i = next_++; i < n; i = next_++) work(i, 0);
  {
    // A helper that comes now finds nothing, so that one which the system does not run is not waited for.
    const std::lock_guard<std::mutex> lock(mutex_);
    work_ = nullptr;
  }
  for (int looks = 0; helping_ > 0; ++looks) looks < kLooks ? Pause() : std::this_thread::yield();
}

int64_t WorkerTeam::AwaitJob(int64_t seen) {
  for (int looks = 0; looks < kLooks; ++looks) {
    const int64_t job = job_;
    if (job != seen) return job;
    Pause();
  }
  std::unique_lock<std::mutex> lock(mutex_);
  ++sleeping_;
  woken_.wait(lock, [&] { return job_ != seen; });
  --sleeping_;
  return job_;
}

void WorkerTeam::Help(int worker) {
  for (int64_t job = AwaitJob(0); job >= 0; job = AwaitJob(job)) {
    const Work* work;
    int64_t items;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (work_ == nullptr) continue;
      work = work_;
      items = items_;
      ++helping_;
    }
    for (int64_t i = next_++; i < items; i = next_++) (*work)(i, worker);
    --helping_;
  }
}

}  // namespace lm

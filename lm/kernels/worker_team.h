// A thread pool for short pieces of work, many thousand times a second.
//
// base::ParallelFor starts threads anew for each call, which is right for work of milliseconds. A decoding step of one
// sequence is some hundred products of tens of microseconds; here the threads stay, and look out for the next piece for
// a moment before they sleep.
#ifndef LM_KERNELS_WORKER_TEAM_H_
#define LM_KERNELS_WORKER_TEAM_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"

namespace lm {

class WorkerTeam {
 public:
  // `threads` >= 1, the caller's among them.
  explicit WorkerTeam(int threads);
  ~WorkerTeam();
  WorkerTeam(const WorkerTeam&) = delete;
  WorkerTeam& operator=(const WorkerTeam&) = delete;

  int size() const { return static_cast<int>(threads_.size()) + 1; }

  // Calls work(i, worker) once for each i in [0, n), worker in [0, size()) naming the thread. Returns when all are
  // done. One call at a time; `work` must not throw.
  void Run(int64_t n, absl::FunctionRef<void(int64_t i, int worker)> work);

 private:
  using Work = absl::FunctionRef<void(int64_t, int)>;

  void Help(int worker);
  // Waits for a job other than the one numbered `seen`; its number, or -1 when the team is dissolved.
  int64_t AwaitJob(int64_t seen);

  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::atomic<int64_t> job_{0};  // number of the latest job; -1: no more
  int sleeping_ = 0;             // under mutex_
  const Work* work_ = nullptr;   // under mutex_; null when the job takes no more helpers
  int64_t items_ = 0;            // under mutex_
  std::atomic<int64_t> next_{0};
  std::atomic<int> helping_{0};
};

}  // namespace lm

#endif  // LM_KERNELS_WORKER_TEAM_H_

#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "base/check.h"

namespace base {

void ParallelFor(int64_t n, int threads, absl::FunctionRef<void(int64_t)> work) {
  SAMI_CHECK(threads >= 1);
  std::atomic<int64_t> next{0};
  const auto run = [&] {
    for (int64_t i = next++; i < n; i = next++) work(i);
  };
  std::vector<std::thread> helpers;
  for (int64_t t = 1; t < std::min<int64_t>(threads, n); ++t) helpers.emplace_back(run);
  run();
  for (std::thread& helper : helpers) helper.join();
}

}  // namespace base

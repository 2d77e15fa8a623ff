#include "base/parallel.h"

#include <atomic>
#include <vector>

#include "base/testing.h"

namespace base {
namespace {

TEST(ParallelTest, EachItemRunsOnce) {
  for (int threads : {1, 2, 7}) {
    std::vector<std::atomic<int>> runs(100);
    ParallelFor(100, threads, [&](int64_t i) { ++runs[i]; });
    for (const auto& count : runs) EXPECT_EQ(count, 1);
  }
}

TEST(ParallelTest, NothingToDo) {
  ParallelFor(0, 2, [](int64_t) { FAIL(); });
}

}  // namespace
}  // namespace base

#include "base/memory/memory_peak.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "gtest/gtest.h"

namespace base {
namespace {

constexpr int64_t kBytes = 64 << 20;

void TakeAndGiveBack(int64_t bytes) {
  std::vector<char> taken(bytes, 1);
  EXPECT_EQ(std::count(taken.begin(), taken.end(), 1), bytes);
}

TEST(MemoryPeakTest, TellsTheMostSinceItsBeginning) {
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "a sanitizer takes memory of its own for what the program takes";
#endif
  TakeAndGiveBack(4 * kBytes);
  const MemoryPeak peak;
  if (!peak.is_exact()) GTEST_SKIP() << "this system does not let a process begin its peak anew";
  EXPECT_LT(peak.bytes(), kBytes / 8);
  TakeAndGiveBack(kBytes);
  EXPECT_NEAR(peak.bytes(), kBytes, kBytes / 8);
  TakeAndGiveBack(2 * kBytes);
  TakeAndGiveBack(kBytes);
  EXPECT_NEAR(peak.bytes(), 2 * kBytes, kBytes / 8);
}

}  // namespace
}  // namespace base

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
  GTEST_SKIP() << "shadow memory and memory that a sanitizer keeps aside are several times what this test takes";
#endif
  TakeAndGiveBack(4 * kBytes);
  const MemoryPeak peak;
  ASSERT_TRUE(peak.is_exact()) << "this system does not let a process begin its peak anew";
  EXPECT_LT(peak.bytes(), kBytes / 8);
  TakeAndGiveBack(kBytes);
  EXPECT_NEAR(peak.bytes(), kBytes, kBytes / 8);
  TakeAndGiveBack(2 * kBytes);
  TakeAndGiveBack(kBytes);
  EXPECT_NEAR(peak.bytes(), 2 * kBytes, kBytes / 8);
}

}  // namespace
}  // namespace base

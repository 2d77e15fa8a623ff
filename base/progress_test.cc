#include "base/progress.h"

#include "base/testing.h"

namespace base {
namespace {

TEST(ProgressTest, DurationsReadNaturally) {
  EXPECT_EQ(HumanDuration(absl::Milliseconds(850)), "850 ms");
  EXPECT_EQ(HumanDuration(absl::Seconds(59.4)), "59 s");
  EXPECT_EQ(HumanDuration(absl::Seconds(200)), "3 min 20 s");
  EXPECT_EQ(HumanDuration(absl::Minutes(125)), "2 h 5 min");
}

}  // namespace
}  // namespace base

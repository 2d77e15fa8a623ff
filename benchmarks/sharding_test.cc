// That processes hold and send what the dry run plans: memory within 10%, what is sent within 5%, measured.
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "base/program.h"
#include "base/testing.h"
#include "training/testing/free_port.h"

namespace benchmarks {
namespace {

TEST(ShardingTest, MemoryAndWhatIsSentAreAsPlanned) {
  const std::string program = base::Runfile("benchmarks/sharding");
  EXPECT_EQ(std::system(absl::StrCat(program, " --check --ranks=2 --layers=12 --port=", training::FreePort()).c_str()),
            0);
}

}  // namespace
}  // namespace benchmarks

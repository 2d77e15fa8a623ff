#include "base/installation.h"

#include "base/program.h"
#include "base/testing.h"

namespace base {
namespace {

TEST(InstallationTest, PrefixOfProgram) {
  EXPECT_EQ(PrefixOfProgram("/opt/s ami/bin/sami"), "/opt/s ami");
  EXPECT_EQ(PrefixOfProgram("/opt/sami/lib/sami/bin/sami-win-rate"), "/opt/sami");
  // Replaced while it ran, as Linux tells it.
  EXPECT_EQ(PrefixOfProgram("/opt/lib/sami/bin/sami-run (deleted)"), "/opt");
  // In the root folder there is no prefix to be named: nobody installs there.
  EXPECT_EQ(PrefixOfProgram("/bin/sami"), "");
  EXPECT_EQ(PrefixOfProgram("/x/bazel-out/k8-opt/bin/commands/sami"), "");
  EXPECT_EQ(PrefixOfProgram("/x/bazel-out/k8-opt/bin/analysis/win_rate"), "");
  EXPECT_EQ(PrefixOfProgram("/opt/lib/sami/bin"), "");
  EXPECT_EQ(PrefixOfProgram("sami"), "");
  EXPECT_EQ(PrefixOfProgram(""), "");
}

TEST(InstallationTest, RunfileName) {
  EXPECT_EQ(RunfileName("experiments/x.textproto"), "sami_harness/experiments/x.textproto");
  EXPECT_EQ(RunfileName("@pinned_x/file.json"), "pinned_x/file.json");
}

// commands/install_test.sh has the other half: programs that are installed.
TEST(InstallationTest, UnderBazelThereIsNone) {
  EXPECT_EQ(InstallationPrefix(), "");
  EXPECT_OK(CheckInstalled("base/no_such_file"));
  EXPECT_EQ(ShippedFile("base/no_such_file").status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace base

// The main job on a file system that fails at its n-th call, in SQLite's manner: whatever fails and wherever, no
// product is half written, the error is one line, and the same command without faults ends with the same bytes.
//
//   bazel run //experiments/crash:job_crash_test                       # some n of each kind
//   bazel run //experiments/crash:job_crash_test -- --every            # every n: hours
//   bazel run //experiments/crash:job_crash_test -- --every --gtest_filter='*/killed' --first=100 --last=200
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/program.h"
#include "base/testing.h"
#include "experiments/crash/crash_testing.h"

ABSL_FLAG(bool, every, false, "try every call");
ABSL_FLAG(int, tries, 3, "calls tried of each kind, without --every");
ABSL_FLAG(uint64_t, seed, 1, "which calls, without --every");
ABSL_FLAG(int, first, 1, "least n");
ABSL_FLAG(int, last, 1 << 30, "greatest n");

namespace experiments {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

Outcome RunJob(const std::string& folder, const std::map<std::string, std::string>& environment = {}) {
  return Ended(StartProgram("experiments/mtbench_vs_dpo",
                            {"--spec=" + base::Runfile("experiments/crash/job.textproto"), "--out=" + folder + "/out",
                             "--store=" + folder + "/store", Deployment(1, "checkpoint_seconds: 0")},
                            environment));
}

// What a run without faults makes, and the calls that it takes, a line each.
struct Whole {
  std::map<std::string, std::string> products;
  std::string calls;
};

const Whole& Expected() {
  static const Whole* const expected = [] {
    const std::string folder = base::TestFolder() + "/whole", log = base::TestFolder() + "/calls";
    const Outcome outcome = RunJob(folder, FaultVariables({}, 0, folder, log));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    if (outcome.exit_code != 0) return new Whole;
    return new Whole{Products(folder + "/out"), base::ReadFile(log).value_or("")};
  }();
  return *expected;
}

// Of the products that are there, those that are not what a whole run makes. TensorBoard's files are read while a
// training goes on, and grow with it.
std::vector<std::string> HalfWritten(const std::string& out) {
  std::vector<std::string> wrong;
  if (!base::FileExists(out)) return wrong;
  for (const auto& [name, hash] : Products(out)) {
    if (absl::StartsWith(name, "tensorboard/")) continue;
    const auto expected = Expected().products.find(name);
    if (expected == Expected().products.end() || expected->second != hash) wrong.push_back(name);
  }
  return wrong;
}

class JobCrashTest : public ::testing::TestWithParam<FaultKind> {};

TEST_P(JobCrashTest, EndsInTheSameBytesWhereverItFails) {
  const FaultKind& kind = GetParam();
  const int calls = CountCalls(kind, Expected().calls);
  ASSERT_GT(calls, 0);
  int tried = 0, ended = 0;
  for (const int n :
       ChooseCalls(calls, absl::GetFlag(FLAGS_every), absl::GetFlag(FLAGS_tries), absl::GetFlag(FLAGS_seed))) {
    if (n < absl::GetFlag(FLAGS_first) || n > absl::GetFlag(FLAGS_last)) continue;
    SCOPED_TRACE(absl::StrCat(kind.name, " at ", n));
    const std::string folder = base::TestFolder() + "/job";
    const Outcome outcome = RunJob(folder, FaultVariables(kind, n, folder));
    ++tried;
    ended += outcome.killed || outcome.exit_code != 0;
    EXPECT_EQ(FaultOfEnding(kind, outcome), "");
    EXPECT_THAT(HalfWritten(folder + "/out"), IsEmpty()) << outcome.errors;
    // Some faults harm nothing: a file that was read and cannot be closed.
    if (!outcome.killed && outcome.exit_code == 0) EXPECT_EQ(FaultOfRun(folder, Expected().products), "");
    const Outcome again = RunJob(folder);
    EXPECT_EQ(again.exit_code, 0) << again.errors;
    EXPECT_EQ(FaultOfRun(folder, Expected().products), "") << outcome.errors;
    fs::remove_all(folder);
  }
  EXPECT_GT(tried, 0) << "no n from --first to --last";
  std::printf("%s: %d of %d calls tried, at %d of them it ended\n", kind.name.c_str(), tried, calls, ended);
}

INSTANTIATE_TEST_SUITE_P(Faults, JobCrashTest, ::testing::ValuesIn(FaultKinds()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) { return experiments::RunTestsWithFlags(argc, argv); }

// Jobs killed at random times, from a stated seed, again and again until they are done: the same bytes as unkilled
// ones.
//
//   bazel run //experiments/crash:kills_test -- --kills=200 --seed=7
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/program.h"
#include "base/random.h"
#include "base/testing.h"
#include "experiments/crash/crash_testing.h"
#include "training/testing/free_port.h"

ABSL_FLAG(int, kills, 6, "kills in all, a third of each job");
ABSL_FLAG(uint64_t, seed, 1, "of the times, and of which process");

namespace experiments {
namespace {

namespace fs = std::filesystem;

constexpr int kJobs = 3;

struct KilledJob {
  std::string name;
  int processes;
  std::vector<std::string> settings;
};

// The processes of a job, started.
std::vector<Job> Start(const KilledJob& job, const std::string& folder, int meeting_seconds) {
  std::vector<std::string> flags = {
      "--spec=" + base::Runfile("experiments/crash/job.textproto"), "--out=" + folder + "/out",
      "--store=" + folder + "/store",
      Deployment(1, absl::StrCat("checkpoint_seconds: 0 meeting_seconds: ", meeting_seconds))};
  for (const std::string& setting : job.settings) flags.push_back("--set=" + setting);
  if (job.processes == 1) return {StartProgram("experiments/mtbench_vs_dpo", flags)};
  const int port = training::FreePort();
  std::vector<Job> ranks;
  for (int rank = 0; rank < job.processes; ++rank) {
    ranks.push_back(StartProgram("experiments/mtbench_vs_dpo", flags,
                                 {{"RANK", absl::StrCat(rank)},
                                  {"WORLD_SIZE", absl::StrCat(job.processes)},
                                  {"MASTER_ADDR", "127.0.0.1"},
                                  {"MASTER_PORT", absl::StrCat(port)}}));
  }
  return ranks;
}

void PrintTo(const KilledJob& job, std::ostream* out) { *out << job.name; }

class KillsTest : public ::testing::TestWithParam<KilledJob> {};

TEST_P(KillsTest, SameBytes) {
  const KilledJob& job = GetParam();
  const std::string whole = base::TestFolder() + "/whole", folder = base::TestFolder() + "/killed";
  const absl::Time begun = absl::Now();
  for (const Job& process : Start(job, whole, /*meeting_seconds=*/600)) {
    const Outcome outcome = Ended(process);
    ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  }
  const absl::Duration lasts = absl::Now() - begun;
  const auto expected = Products(whole + "/out");
  base::RandomStream random(absl::GetFlag(FLAGS_seed), "experiments/crash/" + job.name);
  int kills = 0, ended = 0;
  const int wanted = (absl::GetFlag(FLAGS_kills) + kJobs - 1) / kJobs;
  while (kills < wanted || ended == 0) {
    const std::vector<Job> processes = Start(job, folder, /*meeting_seconds=*/30);  // one may never come
    const bool is_last = kills >= wanted;                                           // it may end
    const size_t victim = random.Below(processes.size());
    if (!is_last) {
      std::this_thread::sleep_for(absl::ToChronoMilliseconds(lasts * random.Uniform()));
      kill(processes[victim].process, SIGKILL);
    }
    bool is_done = true;
    for (size_t i = 0; i < processes.size(); ++i) {
      const Outcome outcome = Ended(processes[i]);
      kills += outcome.killed;
      is_done = is_done && !outcome.killed && outcome.exit_code == 0;
      // The others of a job say that one is gone.
      const bool as_meant = outcome.killed ? i == victim && !is_last : outcome.exit_code == 0 || processes.size() > 1;
      EXPECT_TRUE(as_meant) << job.name << ", " << kills << " kills, exit code " << outcome.exit_code << ": "
                            << outcome.errors;
    }
    if (!is_done) continue;
    ++ended;
    EXPECT_EQ(FaultOfRun(folder, expected), "") << job.name << ", " << kills << " kills";
    fs::remove_all(folder);
  }
  std::printf("%s: %d kills, %d runs that ended\n", job.name.c_str(), kills, ended);
}

INSTANTIATE_TEST_SUITE_P(
    Jobs, KillsTest,
    ::testing::Values(KilledJob{"main", 1, {}},
                      KilledJob{"sweep", 1, {"grid={ arms: 'sami' learning_rates: [1e-4, 2e-4, 4e-4] }"}},
                      KilledJob{"two_processes", 2, {}}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) { return experiments::RunTestsWithFlags(argc, argv); }

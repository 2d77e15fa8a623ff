#include "experiments/job_testing.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/program.h"
#include "base/random.h"
#include "base/testing.h"

namespace experiments {

namespace fs = std::filesystem;

Job StartProgram(const std::string& program, const std::vector<std::string>& flags,
                 const std::map<std::string, std::string>& environment) {
  static int count = 0;
  const std::string binary = base::Runfile(program), log = absl::StrCat(base::TestFolder(), "/stderr", count++);
  std::vector<std::string> arguments = {binary};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(&argument[0]);
  argv.push_back(nullptr);
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    if (!std::freopen(log.c_str(), "w", stderr) || !std::freopen("/dev/null", "w", stdout)) _exit(126);
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    execv(binary.c_str(), argv.data());
    _exit(127);
  }
  return {child, log, start};
}

Outcome Ended(const Job& job) {
  int status = 0;
  rusage used = {};
  wait4(job.process, &status, 0, &used);
  Outcome outcome;
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - job.start).count();
  outcome.cpu_seconds = static_cast<double>(used.ru_utime.tv_sec) + 1e-6 * static_cast<double>(used.ru_utime.tv_usec);
  outcome.killed = WIFSIGNALED(status);
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  outcome.errors = base::ReadFile(job.log).value_or("");
  return outcome;
}

Outcome RunProgram(const std::string& program, const std::vector<std::string>& flags,
                   std::chrono::milliseconds kill_after) {
  const Job job = StartProgram(program, flags);
  if (kill_after.count() > 0) {
    std::this_thread::sleep_for(kill_after);
    kill(job.process, SIGKILL);
  }
  return Ended(job);
}

std::string Deployment(int threads, const std::string& more) {
  return "--deployment=" +
         base::WriteTestFile(absl::StrCat("deployment", threads), absl::StrCat("threads: ", threads, " ", more));
}

std::map<std::string, std::string> Products(const std::string& run) {
  std::map<std::string, std::string> products;
  // Links into the store are what a run's folder consists of.
  for (const auto& entry : fs::recursive_directory_iterator(run, fs::directory_options::follow_directory_symlink)) {
    const std::string name = entry.path().lexically_relative(run).string();
    if (!entry.is_regular_file() || name == "record.textproto" || name == ".lock" ||
        absl::StartsWith(name, "stages/")) {
      continue;
    }
    products[name] = base::Sha256HexOfFile(entry.path().string()).value_or("unreadable");
  }
  return products;
}

void ExpectSurvivesKills(const Outcome& whole, absl::FunctionRef<Outcome(std::chrono::milliseconds kill_after)> run) {
  base::RandomStream times(1, "kill");
  int kills = 0;
  Outcome outcome;
  do {
    ASSERT_LT(++kills, 200) << "no progress";
    // Ever longer: on a machine that is ten times as busy, too, a stage comes to its end.
    const double longer = std::pow(1.03, kills), share = 0.03 + 0.15 * times.Uniform();
    outcome = run(std::chrono::milliseconds(static_cast<int64_t>(1000 * whole.seconds * longer * share)));
  } while (outcome.killed);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_GT(kills, 2);
}

}  // namespace experiments

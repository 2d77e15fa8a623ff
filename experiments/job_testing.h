// Subprocess tests of experiments: runs the program as a user does, and kills it as a machine does.
#ifndef EXPERIMENTS_JOB_TESTING_H_
#define EXPERIMENTS_JOB_TESTING_H_

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"

namespace experiments {

struct Outcome {
  bool killed = false;
  int exit_code = -1;
  double seconds = 0;      // from its start to its end
  double cpu_seconds = 0;  // of the processor, in user mode
  std::string errors;      // stderr
};

// A program of this test's runfiles that was started, with these variables besides the test's own.
struct Job {
  int process = 0;
  std::string log;  // path of its stderr
  std::chrono::steady_clock::time_point start;
};
Job StartProgram(const std::string& program, const std::vector<std::string>& flags,
                 const std::map<std::string, std::string>& environment = {});
Outcome Ended(const Job& job);

// Runs a program of this test's runfiles; kills it after `kill_after`, if that is positive.
Outcome RunProgram(const std::string& program, const std::vector<std::string>& flags,
                   std::chrono::milliseconds kill_after);

// The flag of a deployment with so many threads and, in text format, what `more` says.
std::string Deployment(int threads, const std::string& more = "");

// Path -> content's hash, of all that a run produces but its records, which tell times.
std::map<std::string, std::string> Products(const std::string& run);

// Calls `run` with growing times to kill it after, from a fixed stream (before main, while models load, in the midst of
// stages), until it ends by itself, which must be with success and after at least two kills. `whole`: one that nobody
// killed, of whose time they are shares: 3% to 18% at first, so that two kills come first on a machine that is four
// times as fast by then.
void ExpectSurvivesKills(const Outcome& whole, absl::FunctionRef<Outcome(std::chrono::milliseconds kill_after)> run);

}  // namespace experiments

#endif  // EXPERIMENTS_JOB_TESTING_H_

// Crash tests: runs a job as a user does, with faults of the file system (fault_shim.cc), and looks at what is left.
#ifndef EXPERIMENTS_CRASH_CRASH_TESTING_H_
#define EXPERIMENTS_CRASH_CRASH_TESTING_H_

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "experiments/job_testing.h"

namespace experiments {

// A way in which a file system fails at the n-th of some of its calls (FAULT_... of fault_shim.cc).
struct FaultKind {
  std::string name;
  std::string kind;   // FAULT_KIND
  std::string calls;  // FAULT_CALLS
  bool lasts = false;
};
inline void PrintTo(const FaultKind& kind, std::ostream* out) { *out << kind.name; }
// A disk that is full from there on; an error of the device; one of reading; the process is killed; in the midst of a
// write.
const std::vector<FaultKind>& FaultKinds();

// The shim's variables for a fault at the n-th call below `folder`; n = 0: none, and each call is a line of `log`.
std::map<std::string, std::string> FaultVariables(const FaultKind& kind, int n, const std::string& folder,
                                                  const std::string& log = "");

// How many calls of such a log a kind counts.
int CountCalls(const FaultKind& kind, absl::string_view log);

// Which of 1 to `calls` are tried: all, or `tries` of them that are spread evenly, from a place that the seed says.
std::vector<int> ChooseCalls(int calls, bool every, int tries, uint64_t seed);

// What is wrong with how a command ended that met a fault: neither done, nor one line that names a path, nor killed if
// that was meant. Empty: nothing.
std::string FaultOfEnding(const FaultKind& kind, const Outcome& outcome);

// What main() of a test with flags of its own does.
int RunTestsWithFlags(int argc, char** argv);

// What is wrong with a run that is done, in FOLDER/out with its store in FOLDER/store: products that are not those of
// `expected`, what `sami verify` finds, partial files. Empty: nothing.
std::string FaultOfRun(const std::string& folder, const std::map<std::string, std::string>& expected);

}  // namespace experiments

#endif  // EXPERIMENTS_CRASH_CRASH_TESTING_H_

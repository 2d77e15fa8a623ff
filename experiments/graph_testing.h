// A fixture for specs as graphs: runs specs of the test's own in one store, and tells which stages were computed.
#ifndef EXPERIMENTS_GRAPH_TESTING_H_
#define EXPERIMENTS_GRAPH_TESTING_H_

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/testing.h"
#include "experiments/job_testing.h"

namespace experiments {

// The small model, as an arm too.
inline constexpr char kModel[] = R"(models { name: "base" folder: "datasets/embedded/models/base" }
arms { name: "base" model: "base" }
)";

class GraphTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return absl::StrCat(folder_, "/", name); }

  // Runs a spec of this text in the test's store; `run` names the run's folder.
  Outcome Run(const std::string& run, const std::string& spec, std::vector<std::string> flags = {}) {
    const std::string file = Path(run + ".textproto");
    EXPECT_OK(base::WriteFileAtomically(file, absl::StrCat("name: \"graph\"\n", spec)));
    flags.insert(flags.end(), {"--out=" + Path(run), "--store=" + Path("store"), "--spec=" + file});
    return RunProgram("experiments/mtbench_vs_dpo", flags, std::chrono::milliseconds(0));
  }

  std::string Write(const std::string& name, const std::string& text) {
    EXPECT_OK(base::WriteFileAtomically(Path(name), text));
    return Path(name);
  }

  const std::string folder_ = base::TestFolder();
};

// The stages that a run computed, not found.
inline std::set<std::string> Started(const Outcome& outcome) {
  std::set<std::string> started;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(outcome.errors, '\n'))) {
    const size_t end = line.find(": starts");
    if (absl::StartsWith(line, "stage ") && end != std::string::npos) started.insert(line.substr(6, end - 6));
  }
  return started;
}

// Of few rows.
inline std::string Training() { return "training { batch_size: 4 microbatch_size: 2 }"; }

}  // namespace experiments

#endif  // EXPERIMENTS_GRAPH_TESTING_H_

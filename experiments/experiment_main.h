// The main program of every experiment: what its main() calls.
#ifndef EXPERIMENTS_EXPERIMENT_MAIN_H_
#define EXPERIMENTS_EXPERIMENT_MAIN_H_

#include <string>

#include "absl/strings/string_view.h"

namespace experiments {

// Parses the flags (--help lists them), runs the experiment and prints its
// tables. Returns the exit code (base/status.h).
//   default_spec: the shipped experiment that is run without --spec, "mtbench_vs_dpo"; empty: the command line names it
//     (experiments/spec/named/spec_flags.h)
//   code_commit: for the run's record
int ExperimentMain(int argc, char** argv, absl::string_view usage, const std::string& default_spec,
                   const std::string& code_commit);

}  // namespace experiments

#endif  // EXPERIMENTS_EXPERIMENT_MAIN_H_

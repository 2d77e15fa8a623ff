// Experiments by name: the spec that a command line means.
#ifndef EXPERIMENTS_SPEC_NAMED_NAMED_SPEC_H_
#define EXPERIMENTS_SPEC_NAMED_NAMED_SPEC_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace experiments {

// The experiments that the program carries, in alphabetical order: NAME of each experiments/NAME.textproto whose header
// ("proto-message:") says that it is an ExperimentSpec.
std::vector<std::string> ShippedExperiments();

// The file of a shipped experiment's name ("mtbench_vs_dpo"), or of a path ("my.textproto"): the user's file, or else a
// shipped one by its path in the workspace. Errors say which names there are, and which one may have been meant:
// kInvalidArgument for an empty text, kNotFound for a name or path that leads nowhere.
absl::StatusOr<std::string> FindSpec(absl::string_view name_or_path);

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_NAMED_NAMED_SPEC_H_

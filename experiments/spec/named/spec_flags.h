// What a command line says of its experiment: a name or a file, and the flags --set, --size and --model.
#ifndef EXPERIMENTS_SPEC_NAMED_SPEC_FLAGS_H_
#define EXPERIMENTS_SPEC_NAMED_SPEC_FLAGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

struct ChosenSpec {
  std::string path;                   // of its file
  sami_harness::ExperimentSpec spec;  // canonical
};

// The spec that `name_or_path` and the flags mean. --size=embedded is the experiment NAME itself, --size=small or paper
// the shipped NAME_small or NAME_paper. --model takes a folder, or a name of the hub's, in the place of the spec's
// first model's folder wherever the spec names that. Errors: FindSpec's (named_spec.h) and LoadSpec's (spec_io.h);
// kInvalidArgument for a size that the experiment does not have, or of a file of one's own, and for --model where the
// first model has no folder.
absl::StatusOr<ChosenSpec> SpecOfFlags(const std::string& name_or_path);

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_NAMED_SPEC_FLAGS_H_

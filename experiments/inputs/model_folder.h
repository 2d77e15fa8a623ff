// The folder of a spec's model.
#ifndef EXPERIMENTS_INPUTS_MODEL_FOLDER_H_
#define EXPERIMENTS_INPUTS_MODEL_FOLDER_H_

#include <string>

#include "absl/status/statusor.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// FindInput's (datasets/sources/find_input.h) or, of a name of the hub's, lm::FindModelFolder's. kNotFound names the
// model and says where it was looked for.
absl::StatusOr<std::string> FindFolder(const sami_harness::Model& model);
// The same of a folder that another field names; `where` is what errors call it.
absl::StatusOr<std::string> FindFolder(const std::string& where, const std::string& folder);

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_MODEL_FOLDER_H_

// The folder of a spec's model, and the type in which weights lie in folders.
#ifndef EXPERIMENTS_INPUTS_MODEL_FOLDER_H_
#define EXPERIMENTS_INPUTS_MODEL_FOLDER_H_

#include <string>

#include "absl/status/statusor.h"
#include "experiments/spec/spec.pb.h"
#include "lm/config/config.h"

namespace experiments {

// FindInput's (datasets/sources/find_input.h) or, of a name of the hub's, lm::FindModelFolder's. kNotFound names the
// model and says where it was looked for.
absl::StatusOr<std::string> FindFolder(const sami_harness::Model& model);
// The same of a folder that another field names; `where` is what errors call it.
absl::StatusOr<std::string> FindFolder(const std::string& where, const std::string& folder);

// The type in which a trained arm's weights are saved. In full precision by default: at fine-tuning's rates most
// updates are smaller than bfloat16's spacing, and the next arm starts from here.
lm::StorageType SavedAs(const sami_harness::Arm& arm, lm::StorageType of_parent);

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_MODEL_FOLDER_H_

// Files of a model folder that can change what the model computes; a model's identity is made of them. No torch.
#ifndef LM_CHECKPOINT_MODEL_FILES_H_
#define LM_CHECKPOINT_MODEL_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace lm {

// Those that are there of: configuration, weights (model.safetensors, or the index and the shards that it lists),
// tokenizer, chat template, adapter. Not README files, licences, other frameworks' weights, download metadata.
// kInvalidArgument for an index that is no JSON object with a weight_map.
absl::StatusOr<std::vector<std::string>> ModelFiles(const std::string& folder);

// SHA-256 over their names and contents, in hexadecimal: the folder's own name and place are not in it. Of an adapter
// over its base (model_places.h), of both. kNotFound where there is none of them; FindModelPlaces' errors.
absl::StatusOr<std::string> ModelIdentity(const std::string& folder);

}  // namespace lm

#endif  // LM_CHECKPOINT_MODEL_FILES_H_

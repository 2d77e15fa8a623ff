// Models as Hugging Face folders: config.json, model.safetensors (or shards with an index), tokenizer.json.
#ifndef LM_CHECKPOINT_H_
#define LM_CHECKPOINT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lm/decoder.h"

namespace lm {

// Loads the weights as float32, whatever they are stored as. kInvalidArgument names a tensor that is missing,
// unexpected, misshapen or of another type than floating point, or a file that is truncated or malformed.
absl::StatusOr<Decoder> LoadModel(const std::string& folder);

// Writes config.json and model.safetensors, with weights stored as config().storage, and copies every tokenizer file
// from `tokenizer_folder` (none when empty). The folder appears complete or not at all; the bytes depend on the
// weights alone.
absl::Status SaveModel(const Decoder& model, const std::string& tokenizer_folder, const std::string& folder);

}  // namespace lm

#endif  // LM_CHECKPOINT_H_

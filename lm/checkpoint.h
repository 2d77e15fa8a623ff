// Models as Hugging Face folders: config.json, model.safetensors (or shards with an index), tokenizer files.
#ifndef LM_CHECKPOINT_H_
#define LM_CHECKPOINT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lm/decoder.h"

namespace lm {

// Loads the weights, stored as float32, bfloat16 or float16, as float32. model.safetensors is preferred to shards that
// model.safetensors.index.json lists.
//
// The files must hold the config's parameters and nothing else, but for two things that transformers has written:
// rotary frequencies ("rotary_emb.inv_freq"), which are passed over, and the head of a model with a tied head, which
// must then equal the embedding.
//
// kNotFound names a file that is missing; kInvalidArgument a tensor (and its file) that is missing, unexpected,
// misshapen, of another type or not finite, or a file that is truncated or malformed; kUnimplemented as
// ParseModelConfig.
absl::StatusOr<Decoder> LoadModel(const std::string& folder);

// Writes config.json and model.safetensors, with weights rounded to config().storage, and copies what is there of the
// tokenizer's files and generation_config.json from `tokenizer_folder` (nothing when empty). A folder of that name is
// replaced. The new one is staged as "<folder>.partial" and appears complete or not at all; its bytes depend on config,
// weights and tokenizer files alone. What LoadModel reads are the saved values, bit for bit.
// kDataLoss names a weight that is not finite, or becomes so in float16; kNotFound a tokenizer folder that is missing;
// else as base/file.h. Needs memory for one copy of the weights as stored, twice over.
absl::Status SaveModel(const Decoder& model, const std::string& tokenizer_folder, const std::string& folder);

}  // namespace lm

#endif  // LM_CHECKPOINT_H_

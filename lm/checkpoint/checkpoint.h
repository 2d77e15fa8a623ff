// Checkpoints: models as Hugging Face folders of config.json, model.safetensors (or shards with an index) and tokenizer
// files.
#ifndef LM_CHECKPOINT_CHECKPOINT_H_
#define LM_CHECKPOINT_CHECKPOINT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lm/checkpoint/weight_files.h"
#include "lm/model/decoder.h"

namespace lm {

struct LoadOptions {
  // The matrices (IsMatrix, lm/model/decoder.h) stay in the type in which they are stored, to be frozen: half the
  // memory of bfloat16 weights, and the same results to the bit, as they are widened when they are used. Such a model
  // cannot be trained but with an adapter (lm/model/adapter.h). An adapter's folder is loaded in float32 all the same:
  // what was merged is of no narrower type.
  bool keep_stored = false;
  // All weights, norms too, are of the type in which the embedding is stored, and the model computes in it: other
  // numbers than float32's, at the speed of devices that are made for bfloat16. Goes before keep_stored; such a model
  // is not to be trained. Not of an adapter's folder (kInvalidArgument).
  bool compute_as_stored = false;
  // The layers' weights are not read: the model has an AbsentWeight of each (lm/model/layer_source.h), of its type. Not
  // of an adapter's folder (kInvalidArgument).
  bool without_layers = false;
  std::string device = "cpu";  // as CheckDevice (lm/runtime/device.h) takes it
};

// Loads the weights, stored as float32, bfloat16 or float16, as float32; of an adapter's folder those of its base with
// the adapter merged into them (model_places.h, peft/merge_adapter.h). model.safetensors is preferred to shards that
// model.safetensors.index.json lists. Memory: the weights as loaded, and a few MiB.
//
// The files must hold the config's parameters and nothing else, but for what CheckWeights (weight_files.h) passes over,
// and the head of a model with a tied head, which must then equal the embedding.
//
// kNotFound names a file that is missing; kInvalidArgument a tensor (and its file) that is missing, unexpected,
// misshapen, of another type or not finite, or a file that is truncated or malformed; kUnimplemented as
// ParseModelConfig; an unusable device as CheckDevice.
absl::StatusOr<Decoder> LoadModel(const std::string& folder, const LoadOptions& options = {});

// Parts of the weights of a folder that LoadModel loads, without an adapter.
class WeightReader {
 public:
  static absl::StatusOr<WeightReader> Open(const std::string& folder);
  // The elements of a parameter from `begin` on, as many as `out` has, [n], in any floating-point type, on any device.
  // kInvalidArgument as LoadModel when one is not finite. CHECK-fails where there is no such weight.
  absl::Status Read(const std::string& name, int64_t begin, const torch::Tensor& out) const;

 private:
  explicit WeightReader(WeightFiles files) : files_(std::make_shared<const WeightFiles>(std::move(files))) {}
  std::shared_ptr<const WeightFiles> files_;  // which point into themselves
};

inline constexpr int64_t kMaxShardBytes = 5'000'000'000;  // as the hub's tools cut

// Writes config.json and the weights, in the family's own layout, which transformers reads; the weights are rounded to
// save_dtype, if given, else to config().storage: a bfloat16 model is saved in bfloat16, also when its config.json did
// not say what its weights are. Copies what is there of the tokenizer's files
// and generation_config.json from `tokenizer_folder` (nothing when empty). The weights go to model.safetensors or, when
// they have more than max_shard_bytes, to shards of at most so many (a larger weight alone) with an index. The folder
// must be absent or empty, and appears complete or not at all (base/file.h); its bytes depend on config, weights,
// tokenizer files and max_shard_bytes alone. What LoadModel reads are the saved values, bit for bit. An adapter is
// merged into the weights (MergedWeight); lm/checkpoint/peft/adapter_writer.h saves it alone. Weights that lie
// elsewhere (layer_source.h) are fetched layer by layer (WeightsInTurn). kDataLoss names a weight that is not finite,
// or becomes so in float16; kNotFound a tokenizer folder that is missing; kInvalidArgument a tokenizer file that is a
// link out of its folder (but to the blobs of a Hugging Face cache, or to where config.json is a link to as well); else
// as base/file.h. Needs memory for a copy of the largest weight, and for layers that are fetched.
absl::Status SaveModel(const Decoder& model, const std::string& tokenizer_folder, const std::string& folder,
                       int64_t max_shard_bytes = kMaxShardBytes, std::optional<StorageType> save_dtype = std::nullopt);

}  // namespace lm

#endif  // LM_CHECKPOINT_CHECKPOINT_H_

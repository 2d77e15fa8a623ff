// Weight files of a checkpoint: model.safetensors, or shards that model.safetensors.index.json lists. No torch.
#ifndef LM_CHECKPOINT_WEIGHT_FILES_H_
#define LM_CHECKPOINT_WEIGHT_FILES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/config/config.h"
#include "lm/config/layout.h"

namespace lm {

constexpr char kWeightsFile[] = "model.safetensors";
constexpr char kIndexFile[] = "model.safetensors.index.json";

// A tensor, and the file that it is in.
struct StoredWeight {
  const SafetensorsFile* file;
  const TensorView* view;
};

struct WeightFiles {
  std::vector<SafetensorsFile> files;  // not to be changed: the weights point into it
  std::map<std::string, StoredWeight> weights;
  std::string path;  // that lists them all: the file or the index
  // Tensors that are not where the index lists them, and that place. What no model asks for may be so.
  std::map<std::string, std::string> misplaced;
};

// model.safetensors is preferred to shards. kNotFound names a file that is missing, a shard too, and says what to do
// where there are weights of another format (pytorch_model.bin, *.gguf); kInvalidArgument as SafetensorsFile::Open, or
// a tensor that two shards hold.
absl::StatusOr<WeightFiles> OpenWeightFiles(const std::string& folder);

// Whether a folder has no weights at all, in no format, nor a part of them: that of a plan.
bool HasNoWeights(const std::string& folder);

// Everything that is wrong with the weights' names, shapes and types, both ways: each tensor (with its file) that is
// missing, not where the index lists it, unexpected, misshapen, or neither F32 nor BF16 nor F16; one for all when most
// are missing: the weights are of another model. Empty when the files hold what is expected, and nothing else but what
// is passed over: buffers of old checkpoints ("rotary_emb.inv_freq", GPT-NeoX's "attention.bias" and
// "attention.masked_bias"), the value head of a reward or PPO model ("v_head."), and the head of a model whose config
// ties it to the embedding. O(n).
std::vector<absl::Status> CheckWeights(const ModelConfig& config, absl::Span<const ParameterShape> expected,
                                       const WeightFiles& files);

// Which shard gets which tensor, as an index says.
using WeightMap = std::map<std::string, std::string>;

// Cuts tensors, in their order, into shards of at most max_bytes (a larger tensor has one of its own): the number of
// each tensor's shard, from 0.
std::vector<int64_t> CutIntoShards(absl::Span<const TensorInfo> tensors, int64_t max_bytes);
// "model.safetensors" when there is one, else "model-00001-of-00003.safetensors" for shard 0 of 3.
std::string ShardName(int64_t shard, int64_t shards);
// The text of an index.
std::string IndexJson(const WeightMap& shards, int64_t total_bytes);

}  // namespace lm

#endif  // LM_CHECKPOINT_WEIGHT_FILES_H_

// Test checkpoints: a small model and its folders, whole and spoilt.
#ifndef LM_TESTING_CHECKPOINT_TESTING_H_
#define LM_TESTING_CHECKPOINT_TESTING_H_

#include <limits>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "lm/model/decoder.h"

namespace lm {

constexpr char kQuery[] = "model.layers.1.self_attn.q_proj.weight";
constexpr char kNorm[] = "model.norm.weight";
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

using NamedTensors = std::map<std::string, torch::Tensor>;

ModelConfig Small();

// A folder of the running test.
std::string Folder(absl::string_view name);

// The weights of Random(config, 1), by name, to be spoilt.
NamedTensors WeightsOf(const ModelConfig& config);

// As a safetensors file.
std::string BytesOf(const NamedTensors& weights);

// Writes Folder("model") with these weights in one file, and returns it.
std::string WriteModel(const ModelConfig& config, const NamedTensors& weights);

// The same for Small() with the weights in two shards, kNorm alone in the second, b.safetensors.
std::string WriteShards(NamedTensors weights);

}  // namespace lm

#endif  // LM_TESTING_CHECKPOINT_TESTING_H_

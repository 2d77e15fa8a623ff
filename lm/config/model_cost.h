// Model cost (parameters, FLOPs, memory) by its config.json alone.
#ifndef LM_CONFIG_MODEL_COST_H_
#define LM_CONFIG_MODEL_COST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "lm/config/config.h"

namespace lm {

inline constexpr double kFloatBytes = 4;

// All of a model's parameters, as a checkpoint counts them.
double Parameters(const ModelConfig& config);

// Those of a low-rank adapter: rank * (inputs + outputs) of every projection that a target names, as
// lm/model/adapter.h does, "all-linear" naming all of them. Unknown targets count nothing.
double AdapterParameters(const ModelConfig& config, int64_t rank, const std::vector<std::string>& targets);

// Bytes of weights that are not trained, as LoadModel has them with keep_stored (lm/checkpoint/checkpoint.h): matrices
// (projections, embedding, head) as stored, the rest (norms, routers, biases) in float32.
double StoredBytes(const ModelConfig& config, StorageType storage);

// Bytes of the largest matrix in float32, which is widened for its product; 0 where weights are stored so.
double WidenedBytes(const ModelConfig& config, StorageType storage);

// Parameters of the largest layer, and of all that is outside of layers: embedding, head and last norm.
double LargestLayer(const ModelConfig& config);
double OutsideLayers(const ModelConfig& config);

// Multiplications and additions, 2 a weight that a token meets (of a mixture its own experts'; the embedding is looked
// up), and 4 * heads * head_dim a layer and earlier token for attention. `tokens`: the length of the text, of which
// every token sees what is before it, within the window.
double ForwardFlops(const ModelConfig& config, double tokens);

// Keys and values of one text of so many tokens, in float32.
double CacheBytes(const ModelConfig& config, double tokens);

// What the backward pass of `rows` texts of `tokens` tokens keeps, in float32: of a layer, inputs and outputs of its
// norms and projections, and its attention weights where they are kept (texts of at most 256 tokens); the logits and
// their log-softmax. With recompute, a layer's input for each layer, and one layer's. An estimate.
double ActivationBytes(const ModelConfig& config, double rows, double tokens, bool recompute);

}  // namespace lm

#endif  // LM_CONFIG_MODEL_COST_H_

// Which tensors a model has, by its config alone: names as in Hugging Face checkpoints, shapes, and what each is for.
#ifndef LM_CONFIG_LAYOUT_H_
#define LM_CONFIG_LAYOUT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "lm/config/config.h"

namespace lm {

// A parameter of a model, by its name in Hugging Face checkpoints: "model.layers.0.self_attn.q_proj.weight".
struct ParameterShape {
  std::string name;
  std::vector<int64_t> shape;
};

// What a tensor of a layer is for.
enum class Part {
  // Projections: linear maps with [O, I] weights, which adapters can change.
  kQuery,
  kKey,
  kValue,
  kQkv,  // the three in one
  kOutput,
  kGate,
  kUp,
  kGateUp,  // the two in one
  kDown,
  // Others.
  kRouter,
  kAttentionIn,
  kAttentionOut,
  kNetworkIn,
  kNetworkOut,
  kQueryNorm,
  kKeyNorm,
};

constexpr bool IsProjection(Part part) { return part < Part::kRouter; }

struct LayerTensor {
  Part part;
  int64_t expert;      // which of the layer's feed-forward networks; 0 where there is one
  std::string module;  // within the layer: "self_attn.q_proj"
  bool is_bias;        // of the module's: "self_attn.q_proj.bias", else "...weight"
  std::vector<int64_t> shape;

  std::string name() const { return module + (is_bias ? ".bias" : ".weight"); }
};

// Those of layer `index`, in the order of Decoder::parameters(). O(experts).
std::vector<LayerTensor> LayerTensors(const ModelConfig& config, int64_t index);

// "model.layers.3."
std::string LayerPrefix(const ModelConfig& config, int64_t index);

// The names and shapes of a model's parameters, in their order. A tied head has none of its own.
std::vector<ParameterShape> ParameterShapes(const ModelConfig& config);

}  // namespace lm

#endif  // LM_CONFIG_LAYOUT_H_

// Layers whose weights are not all in this process: who has them, and is asked for each when it is computed.
#ifndef LM_MODEL_LAYER_SOURCE_H_
#define LM_MODEL_LAYER_SOURCE_H_

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "absl/status/status.h"

namespace lm {

// What a pass over the model asks, layer by layer. Of one thread at a time.
class LayerSource {
 public:
  virtual ~LayerSource() = default;

  // The direction of a pass: it fetches each layer once, from the first to the last or the other way round.
  enum class Pass { kForward, kBackward };

  // The layer's weights, whole, in the order of Decoder::parameters(), which take memory as long as somebody keeps
  // them. Throws std::runtime_error where they cannot be had any more.
  virtual std::vector<torch::Tensor> Fetch(int64_t layer, Pass pass) = 0;
  // Whether the layers are trained: then AddGradients follows a layer's backward pass.
  virtual bool is_trained() const = 0;
  // By the weights, in their order; undefined where nothing depends on one.
  virtual void AddGradients(int64_t layer, std::vector<torch::Tensor> gradients) = 0;

  // Between passes: waits until all processes that share the layers are here. Each calls it after the passes that it
  // makes, and where others make some and it none. kUnavailable where one is lost.
  virtual absl::Status Meet() = 0;
};

// Stands for a weight of that shape and type that lies elsewhere: one element of memory.
inline torch::Tensor AbsentWeight(torch::IntArrayRef shape, const torch::TensorOptions& options) {
  return torch::zeros({1}, options).expand(shape);
}
inline bool IsAbsentWeight(const torch::Tensor& weight) {
  return !weight.is_contiguous() && weight.storage().nbytes() == static_cast<size_t>(weight.element_size());
}

}  // namespace lm

#endif  // LM_MODEL_LAYER_SOURCE_H_

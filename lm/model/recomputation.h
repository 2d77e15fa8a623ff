// Activation recomputation (gradient checkpointing): memory for time (Chen et al., arXiv:1604.06174).
#ifndef LM_MODEL_RECOMPUTATION_H_
#define LM_MODEL_RECOMPUTATION_H_

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "lm/model/layer_source.h"

namespace lm {

using Block = std::function<std::vector<torch::Tensor>(const std::vector<torch::Tensor>& inputs)>;

// block(inputs), of which only the inputs are kept for the backward pass: that runs the block once more. The block must
// give the same bits each time, and what else it needs must live as long as the result. Gradients are bit for bit those
// of block(inputs), where no input is another's view. Differentiable once in `inputs`.
std::vector<torch::Tensor> Recomputed(const Block& block, const std::vector<torch::Tensor>& inputs);

// A layer whose weights are fetched for the forward pass and, once more, for the backward pass (layer_source.h), over
// several inputs: block(weights, adapter, i, inputs[i]) for each i, the outputs one after the other. Weights that are
// trained have their gradients added to the source; inputs and the adapter's tensors are differentiated as usual. Bit
// for bit the gradients of Recomputed for each input, with the weights among its inputs.
struct FetchedLayer {
  LayerSource* source;
  int64_t layer;
  std::optional<torch::Dtype> type;  // to which weights are converted, and in which their gradients are added up
  std::function<std::vector<torch::Tensor>(const std::vector<torch::Tensor>& weights,
                                           const std::vector<torch::Tensor>& adapter, size_t place,
                                           const torch::Tensor& input)>
      block;
};
std::vector<torch::Tensor> Recomputed(const FetchedLayer& layer, const std::vector<torch::Tensor>& inputs,
                                      const std::vector<torch::Tensor>& adapter);

// The same tensor so many times. Gradients of its uses are added from the last to the first, whatever order they come
// in; all of them are kept until then.
std::vector<torch::Tensor> InOrder(const torch::Tensor& tensor, int64_t uses);

}  // namespace lm

#endif  // LM_MODEL_RECOMPUTATION_H_

// Activation recomputation (gradient checkpointing): memory for time (Chen et al., arXiv:1604.06174).
#ifndef LM_MODEL_RECOMPUTATION_H_
#define LM_MODEL_RECOMPUTATION_H_

#include <torch/types.h>

#include <functional>
#include <vector>

namespace lm {

using Block = std::function<std::vector<torch::Tensor>(const std::vector<torch::Tensor>& inputs)>;

// block(inputs), of which only the inputs are kept for the backward pass: that runs the block once more. The block must
// give the same bits each time, and what else it needs must live as long as the result. Gradients are bit for bit those
// of block(inputs), where no input is another's view. Differentiable once in `inputs`.
std::vector<torch::Tensor> Recomputed(const Block& block, const std::vector<torch::Tensor>& inputs);

}  // namespace lm

#endif  // LM_MODEL_RECOMPUTATION_H_

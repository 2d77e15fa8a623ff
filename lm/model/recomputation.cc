#include "lm/model/recomputation.h"

#include <utility>

namespace lm {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

struct BlockHolder : torch::CustomClassHolder {
  explicit BlockHolder(Block block) : block(std::move(block)) {}
  const Block block;
};

class RecomputationFunction : public torch::autograd::Function<RecomputationFunction> {
 public:
  static tensor_list forward(AutogradContext* context, at::TensorList inputs, const Block& block) {
    context->save_for_backward(inputs.vec());
    context->saved_data["block"] = torch::IValue::make_capsule(c10::make_intrusive<BlockHolder>(block));
    return block(inputs.vec());
  }

  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    const auto holder = c10::static_intrusive_pointer_cast<BlockHolder>(context->saved_data["block"].toCapsule());
    const torch::AutoGradMode with_grad(true);
    tensor_list inputs, wanted;
    for (const torch::Tensor& saved : context->get_saved_variables()) {
      inputs.push_back(saved.detach().set_requires_grad(saved.requires_grad()));
      if (saved.requires_grad()) wanted.push_back(inputs.back());
    }
    tensor_list outputs, by_outputs;
    const tensor_list all_outputs = holder->block(inputs);
    for (size_t i = 0; i < all_outputs.size(); ++i) {
      if (!all_outputs[i].requires_grad()) continue;
      outputs.push_back(all_outputs[i]);
      by_outputs.push_back(gradients[i]);
    }
    const tensor_list found = torch::autograd::grad(outputs, wanted, by_outputs, /*retain_graph=*/false,
                                                    /*create_graph=*/false, /*allow_unused=*/true);
    tensor_list result;
    size_t next = 0;
    for (const torch::Tensor& input : inputs) result.push_back(input.requires_grad() ? found[next++] : torch::Tensor());
    result.emplace_back();  // the block's
    return result;
  }
};

}  // namespace

std::vector<torch::Tensor> Recomputed(const Block& block, const std::vector<torch::Tensor>& inputs) {
  return RecomputationFunction::apply(at::TensorList(inputs), block);
}

}  // namespace lm

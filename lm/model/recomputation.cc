#include "lm/model/recomputation.h"

#include <utility>

#include "base/check.h"

namespace lm {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// What a context keeps for the backward pass beside tensors.
template <typename T>
struct Holder : torch::CustomClassHolder {
  explicit Holder(T held) : held(std::move(held)) {}
  const T held;
};

template <typename T>
void Keep(AutogradContext* context, const T& value) {
  context->saved_data["kept"] = torch::IValue::make_capsule(c10::make_intrusive<Holder<T>>(value));
}

template <typename T>
T Kept(AutogradContext* context) {
  return c10::static_intrusive_pointer_cast<Holder<T>>(context->saved_data["kept"].toCapsule())->held;
}

torch::Tensor Leaf(const torch::Tensor& saved) { return saved.detach().set_requires_grad(saved.requires_grad()); }

// By those of `leaves` that require one, of those of `outputs` that have one; undefined for the others.
tensor_list Gradients(const tensor_list& outputs, const tensor_list& by_outputs, const tensor_list& leaves) {
  tensor_list wanted, differentiable, by_differentiable;
  for (const torch::Tensor& leaf : leaves) {
    if (leaf.requires_grad()) wanted.push_back(leaf);
  }
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].requires_grad()) continue;
    differentiable.push_back(outputs[i]);
    by_differentiable.push_back(by_outputs[i]);
  }
  const tensor_list found = torch::autograd::grad(differentiable, wanted, by_differentiable, /*retain_graph=*/false,
                                                  /*create_graph=*/false, /*allow_unused=*/true);
  tensor_list result;
  size_t next = 0;
  for (const torch::Tensor& leaf : leaves) result.push_back(leaf.requires_grad() ? found[next++] : torch::Tensor());
  return result;
}

tensor_list FetchedWeights(const FetchedLayer& layer, LayerSource::Pass pass, bool with_gradients) {
  tensor_list weights = layer.source->Fetch(layer.layer, pass);
  for (torch::Tensor& weight : weights) {
    weight = weight.detach();
    if (layer.type.has_value()) weight = weight.to(*layer.type);
    weight.set_requires_grad(with_gradients);
  }
  return weights;
}

void AddTo(torch::Tensor& sum, const torch::Tensor& value) {
  if (value.defined()) sum = sum.defined() ? sum + value : value;
}

class RecomputationFunction : public torch::autograd::Function<RecomputationFunction> {
 public:
  static tensor_list forward(AutogradContext* context, at::TensorList inputs, const Block& block) {
    context->save_for_backward(inputs.vec());
    Keep(context, block);
    return block(inputs.vec());
  }

  static tensor_list backward(AutogradContext* context, const tensor_list& gradients) {
    const auto block = Kept<Block>(context);
    const torch::AutoGradMode with_grad(true);
    tensor_list inputs;
    for (const torch::Tensor& saved : context->get_saved_variables()) inputs.push_back(Leaf(saved));
    tensor_list result = Gradients(block(inputs), gradients, inputs);
    result.emplace_back();  // the block's
    return result;
  }
};

class FetchedLayerFunction : public torch::autograd::Function<FetchedLayerFunction> {
 public:
  // `tensors`: `count` inputs, then the adapter's.
  static tensor_list forward(AutogradContext* context, at::TensorList tensors, int64_t count,
                             const FetchedLayer& layer) {
    context->save_for_backward(tensors.vec());
    context->saved_data["count"] = count;
    Keep(context, layer);
    const tensor_list adapter(tensors.begin() + count, tensors.end());
    const tensor_list weights = FetchedWeights(layer, LayerSource::Pass::kForward, /*with_gradients=*/false);
    tensor_list outputs;
    for (int64_t i = 0; i < count; ++i) {
      for (torch::Tensor& output : layer.block(weights, adapter, i, tensors[i])) outputs.push_back(std::move(output));
    }
    return outputs;
  }

  // The last input first, in which order gradients of one weight's several uses are added, too.
  static tensor_list backward(AutogradContext* context, const tensor_list& gradients) {
    const auto layer = Kept<FetchedLayer>(context);
    const int64_t count = context->saved_data["count"].toInt();
    const torch::AutoGradMode with_grad(true);
    const tensor_list saved = context->get_saved_variables();
    tensor_list weights =
        FetchedWeights(layer, LayerSource::Pass::kBackward, /*with_gradients=*/layer.source->is_trained());
    tensor_list by_saved(saved.size()), by_weights(weights.size());
    const int64_t outputs_each = static_cast<int64_t>(gradients.size()) / count;
    for (int64_t i = count - 1; i >= 0; --i) {
      tensor_list leaves = {Leaf(saved[i])};
      for (size_t a = count; a < saved.size(); ++a) leaves.push_back(Leaf(saved[a]));
      const tensor_list adapter(leaves.begin() + 1, leaves.end());
      leaves.insert(leaves.end(), weights.begin(), weights.end());
      const auto begin = gradients.begin() + i * outputs_each;
      const tensor_list found =
          Gradients(layer.block(weights, adapter, i, leaves[0]), {begin, begin + outputs_each}, leaves);
      by_saved[i] = found[0];
      for (size_t a = 0; a < adapter.size(); ++a) AddTo(by_saved[count + a], found[1 + a]);
      for (size_t w = 0; w < weights.size(); ++w) AddTo(by_weights[w], found[1 + adapter.size() + w]);
    }
    weights.clear();  // nothing needs them any more
    if (layer.source->is_trained()) layer.source->AddGradients(layer.layer, std::move(by_weights));
    by_saved.resize(saved.size() + 2);  // the count's and the layer's
    return by_saved;
  }
};

class InOrderFunction : public torch::autograd::Function<InOrderFunction> {
 public:
  static tensor_list forward(AutogradContext* context, const torch::Tensor& tensor, int64_t uses) {
    context->set_materialize_grads(false);
    tensor_list result;
    for (int64_t i = 0; i < uses; ++i) result.push_back(tensor.detach());
    return result;
  }

  static tensor_list backward(AutogradContext*, const tensor_list& gradients) {
    torch::Tensor sum;
    for (auto gradient = gradients.rbegin(); gradient != gradients.rend(); ++gradient) AddTo(sum, *gradient);
    return {sum, torch::Tensor()};
  }
};

}  // namespace

std::vector<torch::Tensor> InOrder(const torch::Tensor& tensor, int64_t uses) {
  return InOrderFunction::apply(tensor, uses);
}

std::vector<torch::Tensor> Recomputed(const Block& block, const std::vector<torch::Tensor>& inputs) {
  return RecomputationFunction::apply(at::TensorList(inputs), block);
}

std::vector<torch::Tensor> Recomputed(const FetchedLayer& layer, const std::vector<torch::Tensor>& inputs,
                                      const std::vector<torch::Tensor>& adapter) {
  // Without an input that is differentiated there would be no backward pass for the weights.
  SAMI_CHECK(!torch::GradMode::is_enabled() || !layer.source->is_trained() || inputs[0].requires_grad());
  tensor_list tensors = inputs;
  tensors.insert(tensors.end(), adapter.begin(), adapter.end());
  return FetchedLayerFunction::apply(at::TensorList(tensors), static_cast<int64_t>(inputs.size()), layer);
}

}  // namespace lm

#include "lm/model/layer_pass.h"

#include <optional>
#include <string>

#include "lm/config/layout.h"
#include "lm/model/recomputation.h"
#include "lm/runtime/precision.h"

namespace lm {
namespace {

// A layer's output as one list, and back.
std::vector<torch::Tensor> ListOf(const LayerOutput& output) {
  if (output.load.empty()) return {output.hidden_BTD};
  return {output.hidden_BTD, output.load.probability_E, output.load.chosen_E, output.load.tokens};
}

LayerOutput OutputOf(const torch::Tensor* list, bool has_load) {
  if (!has_load) return {list[0], {}};
  return {list[0], {list[2].detach(), list[1], list[3].detach()}};
}

}  // namespace

LayerPass::LayerPass(const ModelConfig& config, const DecoderInput& input, torch::Dtype dtype, bool observes)
    : config_(config), input_(input), dtype_(dtype) {
  if (observes) is_token_N_ = (input.segments_BT >= 0).flatten().to(AtLeastFloat32(dtype));
}

const LayerPass::Shared& LayerPass::SharedOf(int64_t layer) {
  const LayerKind kind = KindOf(config_, layer);
  auto& [is_made, shared] = made_[kind.slides][kind.rotates];
  if (is_made) return shared;
  is_made = true;
  if (kind.rotates) {
    shared.rotary = MakeRotaryTables(config_, RopeOf(config_, kind), input_.positions_BT, dtype_, input_.spans_B);
  }
  auto& [has_pattern, pattern] = patterns_[kind.slides];
  if (!has_pattern) {
    const SlidingWindow window = {kind.slides ? config_.sliding_window : 0, input_.positions_BT};
    pattern = MakeAttentionPattern(input_.segments_BT, config_.num_heads, config_.num_kv_heads, dtype_, window,
                                   {AttentionScale(config_), config_.attention_softcap});
    has_pattern = true;
  }
  shared.pattern = pattern;
  return shared;
}

LayerOutput LayerPass::Run(int64_t index, const LayerWeights& layer, const torch::Tensor& input_BTD,
                           KeyValueCache* cache) {
  const Shared& shared = SharedOf(index);
  return RunLayer(config_, shared.rotary, layer, input_BTD, is_token_N_, [&](const Heads& heads) {
    if (cache != nullptr) cache->FillNewRows(index, heads.key, heads.value);
    return Attend(heads.query, heads.key, heads.value, shared.pattern);
  });
}

LayerOutput LayerPass::RunRecomputed(int64_t index, const LayerWeights& layer, const torch::Tensor& input_BTD) {
  LayerWeights own = layer;
  std::vector<torch::Tensor> inputs = {input_BTD};
  for (const torch::Tensor* weight : Tensors(own)) inputs.push_back(*weight);
  // Owns what it needs: the backward pass may come when the forward pass's variables are gone.
  const auto block = [config = config_, shared = SharedOf(index), layer,
                      is_token_N = is_token_N_](const std::vector<torch::Tensor>& inputs) {
    LayerWeights weights = layer;
    size_t next = 1;
    for (torch::Tensor* weight : Tensors(weights)) *weight = inputs[next++];
    return ListOf(RunLayer(config, shared.rotary, weights, inputs[0], is_token_N, [&](const Heads& heads) {
      return Attend(heads.query, heads.key, heads.value, shared.pattern);
    }));
  };
  const std::vector<torch::Tensor> outputs = Recomputed(block, inputs);
  return OutputOf(outputs.data(), outputs.size() > 1);
}

std::vector<LayerOutput> LayerPass::RunFetched(std::vector<LayerPass>& passes, LayerSource& source, bool converts,
                                               int64_t index, const LayerWeights& layer,
                                               const std::vector<torch::Tensor>& hidden) {
  // By the input's place: what is fetched is one for all.
  std::vector<std::pair<Shared, torch::Tensor>> each;
  for (LayerPass& pass : passes) each.emplace_back(pass.SharedOf(index), pass.is_token_N_);
  const auto block = [config = passes[0].config_, layer, index, each](const std::vector<torch::Tensor>& fetched,
                                                                      const std::vector<torch::Tensor>& adapter,
                                                                      size_t place, const torch::Tensor& input) {
    LayerWeights weights = layer;
    size_t next = 0, next_of_adapter = 0;
    VisitProjections(config, index, weights, [&](const std::string&, int64_t, int64_t, Projection& projection) {
      if (!projection.adapter.a_RI.defined()) return;
      projection.adapter.a_RI = adapter[next_of_adapter++];
      projection.adapter.b_OR = adapter[next_of_adapter++];
    });
    VisitParameters(config, index, weights, [&](const std::string&, const std::vector<int64_t>&, torch::Tensor& value) {
      value = fetched[next++];
    });
    const auto& [shared, is_token_N] = each[place];
    const AttentionPattern& pattern = shared.pattern;
    return ListOf(RunLayer(config, shared.rotary, weights, input, is_token_N,
                           [&](const Heads& heads) { return Attend(heads.query, heads.key, heads.value, pattern); }));
  };
  std::vector<torch::Tensor> adapter;
  LayerWeights own = layer;
  VisitProjections(passes[0].config_, index, own, [&](const std::string&, int64_t, int64_t, Projection& projection) {
    if (!projection.adapter.a_RI.defined()) return;
    adapter.push_back(projection.adapter.a_RI);
    adapter.push_back(projection.adapter.b_OR);
  });
  const std::optional<torch::Dtype> type = converts ? std::optional<torch::Dtype>(passes[0].dtype_) : std::nullopt;
  const std::vector<torch::Tensor> outputs = Recomputed(FetchedLayer{&source, index, type, block}, hidden, adapter);
  const size_t outputs_each = outputs.size() / hidden.size();
  std::vector<LayerOutput> result;
  for (size_t i = 0; i < hidden.size(); ++i) {
    result.push_back(OutputOf(&outputs[i * outputs_each], outputs_each > 1));
  }
  return result;
}

}  // namespace lm

// How a RowDecoder sees a model's weights.
#include <algorithm>

#include "base/check.h"
#include "lm/decoding/row_decoder.h"
#include "lm/model/attention/rotary.h"

namespace lm {
namespace {

const float* Data(const torch::Tensor& tensor) { return tensor.data_ptr<float>(); }

bool IsNarrow(const torch::Tensor& tensor) {
  return tensor.scalar_type() == torch::kBFloat16 || tensor.scalar_type() == torch::kFloat16;
}

StoredNumbers Numbers(const torch::Tensor& tensor) {
  if (!IsNarrow(tensor)) return {Data(tensor)};
  const bool is_bfloat16 = tensor.scalar_type() == torch::kBFloat16;
  return {tensor.data_ptr(), is_bfloat16 ? NumberType::kBfloat16 : NumberType::kFloat16};
}

}  // namespace

RowDecoder::Matrix RowDecoder::View(const torch::Tensor& weight) {
  return {Numbers(weight), /*bias=*/nullptr, weight.size(0), weight.size(1)};
}

RowDecoder::Matrix RowDecoder::View(const Projection& projection) {
  Matrix matrix = View(projection.weight_OI);
  if (projection.bias_O.defined()) matrix.bias = Data(projection.bias_O);
  return matrix;
}

RowDecoder::Matrix RowDecoder::Part(const Matrix& matrix, int64_t begin, int64_t count) {
  return {matrix.weight.From(begin * matrix.inputs), matrix.bias == nullptr ? nullptr : matrix.bias + begin, count,
          matrix.inputs};
}

RowDecoder::RowNorm RowDecoder::View(const NormWeights& norm) {
  if (!norm.weight_D.defined()) return {};
  RowNorm view = {Data(norm.weight_D), norm.bias_D.defined() ? Data(norm.bias_D) : nullptr, norm.weight_D.numel()};
  if (norm_kind_ != NormKind::kRmsPlusOne) return view;
  owned_.push_back(std::make_unique<std::vector<float>>(view.weight, view.weight + view.width));
  for (float& weight : *owned_.back()) weight += 1;
  view.weight = owned_.back()->data();
  return view;
}

RowDecoder::Layer RowDecoder::View(const ModelConfig& config, const LayerWeights& weights, const LayerKind& kind) {
  Layer layer;
  layer.kind = kind;
  switch (TraitsOf(config.family).qkv_layout) {
    case QkvLayout::kSeparate:
      layer.query = View(weights.query);
      layer.key = View(weights.key);
      layer.value = View(weights.value);
      break;
    case QkvLayout::kBlocks: {
      const Matrix all = View(weights.qkv);
      const int64_t queries = shape_.heads * shape_.dim, keys = shape_.kv_heads * shape_.dim;
      layer.query = Part(all, 0, queries);
      layer.key = Part(all, queries, keys);
      layer.value = Part(all, queries + keys, keys);
      break;
    }
    case QkvLayout::kPerHead:
      layer.heads = View(weights.qkv);
      break;
  }
  layer.output = View(weights.output);
  if (weights.router_ED.defined()) layer.router = View(weights.router_ED);
  for (const FeedForwardWeights& expert : weights.experts) {
    FeedForward& network = layer.experts.emplace_back();
    network.down = View(expert.down);
    if (expert.gate_up.weight_OI.defined()) {
      const Matrix both = View(expert.gate_up);
      network.gate = Part(both, 0, both.outputs / 2);
      network.up = Part(both, both.outputs / 2, both.outputs / 2);
      continue;
    }
    if (expert.gate.weight_OI.defined()) network.gate = View(expert.gate);
    network.up = View(expert.up);
  }
  layer.attention_in = View(weights.attention_in);
  layer.attention_out = View(weights.attention_out);
  layer.network_in = View(weights.network_in);
  layer.network_out = View(weights.network_out);
  layer.query_norm = View(weights.query_norm);
  layer.key_norm = View(weights.key_norm);
  // Experts are added to the stream one by one.
  SAMI_CHECK(!layer.router.is_there() || (layer.network_out.weight == nullptr && residual_multiplier_ == 1));
  return layer;
}

bool RowDecoder::Supports(const Decoder& model) {
  if (!model.adapter().empty()) return false;
  const std::vector<Parameter>& parameters = model.parameters();
  return std::all_of(parameters.begin(), parameters.end(), [](const Parameter& parameter) {
    const torch::Tensor& value = parameter.value;
    const bool has_type = value.scalar_type() == torch::kFloat32 || (value.dim() == 2 && IsNarrow(value));
    return value.device().is_cpu() && has_type && value.is_contiguous();
  });
}

RowDecoder::RowDecoder(const Decoder& model, int threads) : team_(threads), scratch_(threads) {
  const ModelConfig& config = model.config();
  const FamilyTraits& traits = TraitsOf(config.family);
  SAMI_CHECK(Supports(model));
  shape_ = {config.num_heads,
            config.num_kv_heads,
            config.head_dim,
            CommonWindow(config),
            static_cast<float>(AttentionScale(config)),
            static_cast<float>(config.attention_softcap)};
  vocab_size_ = config.vocab_size;
  width_ = config.hidden_size;
  turned_ = RotaryDim(config);
  border_ = RotaryBorder(config);
  experts_per_token_ = config.experts_per_token;
  normalizes_routes_ = config.normalizes_routes;
  is_parallel_ = config.parallel_residual;
  norms_whole_ = traits.query_key_norm == QueryKeyNorm::kWhole;
  norm_kind_ = traits.norm;
  activation_ = config.activation;
  eps_ = config.norm_eps;
  sliding_window_ = config.sliding_window;
  embedding_multiplier_ = static_cast<float>(config.embedding_multiplier);
  residual_multiplier_ = static_cast<float>(config.residual_multiplier);
  logits_divisor_ = static_cast<float>(config.logits_divisor);
  final_softcap_ = static_cast<float>(config.final_softcap);
  turns_ = MakeTurns(config, config.rope);
  has_own_sliding_turns_ = config.sliding_rope.has_value();
  if (has_own_sliding_turns_) sliding_turns_ = MakeTurns(config, *config.sliding_rope);
  for (size_t i = 0; i < model.layers().size(); ++i) {
    layers_.push_back(View(config, model.layers()[i], KindOf(config, i)));
  }
  embedding_ = Numbers(model.embedding());
  final_norm_ = View(model.final_norm());
  head_ = View(model.head());
}

RowDecoder::Turns RowDecoder::MakeTurns(const ModelConfig& config, const Rope& rope) const {
  Turns turns;
  for (const bool is_long : {false, true}) {
    const torch::Tensor frequencies = RotaryFrequencies(config, rope, is_long ? border_ + 1 : 0).contiguous();
    turns.frequencies[is_long ? 1 : 0].assign(Data(frequencies), Data(frequencies) + frequencies.numel());
    if (border_ == 0) break;
  }
  turns.factor = rope.scaling ? static_cast<float>(RopeAttentionFactor(*rope.scaling)) : 1;
  return turns;
}

}  // namespace lm

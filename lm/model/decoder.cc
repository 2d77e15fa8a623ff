#include "lm/model/decoder.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/random.h"
#include "lm/model/attention/attention.h"
#include "lm/model/attention/rotary.h"
#include "lm/model/layer_pass.h"
#include "lm/model/recomputation.h"
#include "lm/runtime/runtime.h"

namespace lm {
namespace {

bool IsNorm(absl::string_view name) { return absl::EndsWith(name, "norm.weight"); }

bool WritesToResidual(const std::string& name) {
  const auto ends = [&](const char* end) { return absl::EndsWith(name, end); };
  return ends("o_proj.weight") || ends("down_proj.weight") || ends("dense.weight") || ends("dense_4h_to_h.weight");
}

void CheckInput(const DecoderInput& input) {
  SAMI_CHECK(input.ids_BT.dim() == 2 && input.positions_BT.sizes() == input.ids_BT.sizes() &&
             input.segments_BT.sizes() == input.ids_BT.sizes());
}

}  // namespace

bool IsProjection(absl::string_view name) {
  if (!absl::EndsWith(name, ".weight") || IsNorm(name) || absl::EndsWith(name, ".gate.weight")) return false;
  for (const FamilyTraits& traits : Families()) {
    if (absl::StartsWith(name, traits.layers)) return true;
  }
  return false;
}

bool IsMatrix(const ModelConfig& config, absl::string_view name) {
  const FamilyTraits& traits = TraitsOf(config.family);
  return IsProjection(name) || name == absl::StrCat(traits.embedding, ".weight") ||
         name == absl::StrCat(traits.head, ".weight");
}

Decoder Decoder::Random(const ModelConfig& config, uint64_t seed) {
  std::vector<Parameter> parameters;
  const bool adds_one = TraitsOf(config.family).norm == NormKind::kRmsPlusOne;  // to its norms' weights
  for (const auto& [name, shape] : ParameterShapes(config)) {
    const bool is_bias = absl::EndsWith(name, ".bias");
    torch::Tensor value = torch::full(shape, is_bias || adds_one ? 0.0 : 1.0, torch::kFloat32);
    if (!IsNorm(name) && !is_bias) {
      const double narrowing = WritesToResidual(name) ? std::sqrt(2.0 * config.num_layers) : 1;
      base::RandomStream stream(seed, absl::StrCat("lm/init/", name));
      float* const elements = value.data_ptr<float>();
      for (int64_t i = 0; i < value.numel(); ++i) {
        elements[i] = static_cast<float>(stream.Normal() * config.initializer_range / narrowing);
      }
    }
    parameters.push_back({name, value});
  }
  return Decoder(config, std::move(parameters));
}

Decoder::Decoder(ModelConfig config, std::vector<Parameter> parameters)
    : config_(std::move(config)), parameters_(std::move(parameters)) {
  SetUpRuntime();
  SAMI_CHECK(config_.num_kv_heads > 0 && config_.num_heads % config_.num_kv_heads == 0 && config_.head_dim % 2 == 0);
  const std::vector<ParameterShape> shapes = ParameterShapes(config_);
  SAMI_CHECK_EQ(parameters_.size(), shapes.size());
  for (size_t i = 0; i < shapes.size(); ++i) {
    SAMI_CHECK_EQ(parameters_[i].name, shapes[i].name);
    SAMI_CHECK_EQ(parameters_[i].value.sizes(), torch::IntArrayRef(shapes[i].shape)) << shapes[i].name;
  }
  size_t next = 0;
  embedding_VD_ = parameters_[next++].value;
  layers_.resize(config_.num_layers);
  for (int64_t i = 0; i < config_.num_layers; ++i) {
    first_parameters_.push_back(next);
    const auto take = [&](const std::string&, const std::vector<int64_t>&, torch::Tensor& value) {
      value = parameters_[next++].value;
    };
    VisitParameters(config_, i, layers_[i], take);
  }
  first_parameters_.push_back(next);
  final_norm_.weight_D = parameters_[next++].value;
  if (TraitsOf(config_.family).norm == NormKind::kLayer) final_norm_.bias_D = parameters_[next++].value;
  head_VD_ = config_.tie_word_embeddings ? embedding_VD_ : parameters_[next++].value;
}

int64_t Decoder::num_parameters() const {
  int64_t count = 0;
  for (const Parameter& parameter : parameters_) count += parameter.value.numel();
  return count;
}

torch::Tensor WeightsInTurn::Get(size_t parameter) {
  const int64_t layers = model_.config().num_layers;
  if (model_.layer_source() == nullptr || parameter < model_.first_parameter(0) ||
      parameter >= model_.first_parameter(layers)) {
    return model_.parameters()[parameter].value;
  }
  int64_t layer = 0;
  while (model_.first_parameter(layer + 1) <= parameter) ++layer;
  if (layer != layer_) {
    weights_.clear();
    weights_ = model_.layer_source()->Fetch(layer, LayerSource::Pass::kForward);
    layer_ = layer;
  }
  return weights_[parameter - model_.first_parameter(layer)];
}

Decoder Decoder::Clone() const {
  SAMI_CHECK(source_ == nullptr) << "a copy of weights that lie elsewhere";
  const auto copied = [](const std::vector<Parameter>& parameters) {
    std::vector<Parameter> copies;
    for (const Parameter& parameter : parameters) {
      copies.push_back({parameter.name, parameter.value.detach().clone()});
      copies.back().value.set_requires_grad(parameter.value.requires_grad());
    }
    return copies;
  };
  Decoder clone(config_, copied(parameters_));
  clone.SetAdapter(copied(adapter_), adapter_scale_);
  return clone;
}

void Decoder::SetAdapter(std::vector<Parameter> adapter, double scale) {
  std::unordered_map<std::string, torch::Tensor> values;
  for (const Parameter& parameter : adapter) values[parameter.name] = parameter.value;
  size_t found = 0;
  for (size_t i = 0; i < layers_.size(); ++i) {
    const std::string prefix = LayerPrefix(config_, i);
    VisitProjections(config_, i, layers_[i],
                     [&](const std::string& name, int64_t outputs, int64_t inputs, Projection& projection) {
                       projection.adapter = {};
                       const auto a = values.find(prefix + name + kAdapterA);
                       if (a == values.end()) return;
                       const auto b = values.find(prefix + name + kAdapterB);
                       SAMI_CHECK(b != values.end()) << a->first << " stands alone";
                       const int64_t rank = a->second.size(0);
                       SAMI_CHECK_EQ(a->second.sizes(), torch::IntArrayRef({rank, inputs})) << a->first;
                       SAMI_CHECK_EQ(b->second.sizes(), torch::IntArrayRef({outputs, rank})) << b->first;
                       projection.adapter = {a->second, b->second, scale};
                       found += 2;
                     });
  }
  SAMI_CHECK_EQ(found, adapter.size()) << "parameters of an adapter";
  if (!adapter.empty()) {
    for (Parameter& parameter : parameters_) parameter.value.set_requires_grad(false);
  }
  adapter_ = std::move(adapter);
  adapter_scale_ = scale;
}

Decoder Decoder::WithoutAdapter() const {
  Decoder model = *this;
  model.SetAdapter({}, 1);
  model.ObserveRouters(nullptr);
  return model;
}

Decoder Decoder::ComputingIn(torch::Dtype type) const {
  const auto converted = [type](std::vector<Parameter> parameters) {
    for (Parameter& parameter : parameters) {
      if (!IsAbsentWeight(parameter.value)) parameter.value = parameter.value.to(type);
    }
    return parameters;
  };
  Decoder model(config_, converted(parameters_));
  if (!adapter_.empty()) model.SetAdapter(converted(adapter_), adapter_scale_);
  model.SetRecomputation(recompute_);
  model.source_ = source_;
  model.converts_ = true;
  model.ObserveRouters(load_);
  return model;
}

void Decoder::SetRequiresGrad(bool requires_grad) {
  for (Parameter& parameter : adapter_.empty() ? parameters_ : adapter_) {
    parameter.value.set_requires_grad(requires_grad);
  }
}

torch::Tensor Decoder::Forward(const DecoderInput& input, KeyValueCache* cache) const {
  if (source_ != nullptr) {
    SAMI_CHECK(cache == nullptr) << "weights that lie elsewhere";
    return ForwardTogether({input})[0].hidden_BTD;
  }
  CheckInput(input);
  ObeyThreadLimit();
  const bool recompute = recompute_ && cache == nullptr && torch::GradMode::is_enabled();
  LayerPass pass(config_, input, type(), load_ != nullptr && cache == nullptr);
  torch::Tensor hidden_BTD = Embedded(embedding_VD_, input.ids_BT);
  for (int64_t i = 0; i < config_.num_layers; ++i) {
    const LayerOutput output =
        recompute ? pass.RunRecomputed(i, layers_[i], hidden_BTD) : pass.Run(i, layers_[i], hidden_BTD, cache);
    hidden_BTD = output.hidden_BTD;
    if (pass.observes()) load_->Add(output.load);
  }
  return Finished(hidden_BTD);
}

std::vector<Decoder::PassOutput> Decoder::ForwardTogether(const std::vector<DecoderInput>& inputs) const {
  std::vector<PassOutput> outputs;
  if (source_ == nullptr) {
    for (const DecoderInput& input : inputs) outputs.push_back({Forward(input), head()});
    return outputs;
  }
  ObeyThreadLimit();
  // Here all heads come before all embeddings in the backward pass; one after the other, they alternate.
  const bool orders = config_.tie_word_embeddings && inputs.size() > 1 && embedding_VD_.requires_grad();
  std::vector<torch::Tensor> uses(2 * inputs.size(), embedding_VD_);
  if (orders) uses = InOrder(embedding_VD_, static_cast<int64_t>(uses.size()));
  std::vector<LayerPass> passes;
  std::vector<torch::Tensor> hidden;
  for (size_t k = 0; k < inputs.size(); ++k) {
    CheckInput(inputs[k]);
    passes.emplace_back(config_, inputs[k], type(), load_ != nullptr);
    hidden.push_back(Embedded(uses[2 * k], inputs[k].ids_BT));
  }
  for (int64_t i = 0; i < config_.num_layers; ++i) {
    const auto layers = LayerPass::RunFetched(passes, *source_, converts_, i, layers_[i], hidden);
    for (size_t k = 0; k < inputs.size(); ++k) {
      hidden[k] = layers[k].hidden_BTD;
      if (load_ != nullptr) load_->Add(layers[k].load);
    }
  }
  for (size_t k = 0; k < inputs.size(); ++k)
    outputs.push_back({Finished(hidden[k]), orders ? uses[2 * k + 1] : head()});
  return outputs;
}

torch::Tensor Decoder::Step(const torch::Tensor& ids_B, KeyValueCache& cache) const {
  SAMI_CHECK(source_ == nullptr) << "weights that lie elsewhere";
  SAMI_CHECK(ids_B.dim() == 1 && ids_B.size(0) == cache.rows());
  ObeyThreadLimit();
  const torch::Tensor lengths_B = cache.lengths_B();
  const torch::Tensor positions_BT = lengths_B.unsqueeze(1), spans_B = lengths_B + 1;
  RotaryTables tables[2];  // of layers that see all, and that slide
  const SeenSlots seen(spans_B, 1 + *std::max_element(cache.lengths().begin(), cache.lengths().end()));
  const ScoreRule scores = {AttentionScale(config_), config_.attention_softcap};
  torch::Tensor hidden_BTD = Embedded(embedding_VD_, ids_B.unsqueeze(1));
  for (int64_t i = 0; i < config_.num_layers; ++i) {
    const LayerKind kind = KindOf(config_, i);
    RotaryTables& rotary = tables[kind.slides ? 1 : 0];
    if (kind.rotates && !rotary.cos_BTd.defined()) {
      rotary = MakeRotaryTables(config_, RopeOf(config_, kind), positions_BT, type(), spans_B);
    }
    const int64_t window = kind.slides ? config_.sliding_window : 0;
    const auto attend = [&](const Heads& heads) {
      cache.Append(i, heads.key.squeeze(1), heads.value.squeeze(1));
      return AttendCached(heads.query.squeeze(1), cache.keys(i), cache.values(i), seen, window, scores).unsqueeze(1);
    };
    const RotaryTables none;
    hidden_BTD =
        RunLayer(config_, kind.rotates ? rotary : none, layers_[i], hidden_BTD, /*is_token_N=*/{}, attend).hidden_BTD;
  }
  cache.Advance();
  return Finished(hidden_BTD).squeeze(1);
}

torch::Tensor Decoder::Embedded(const torch::Tensor& embedding_VD, const torch::Tensor& ids) const {
  const torch::Tensor hidden = torch::embedding(embedding_VD, ids).to(type());
  if (config_.embedding_multiplier == 1) return hidden;
  if (!TraitsOf(config_.family).scales_embedding) return hidden * config_.embedding_multiplier;
  return hidden * torch::scalar_tensor(config_.embedding_multiplier, hidden.options().requires_grad(false));
}

torch::Tensor Decoder::Finished(const torch::Tensor& hidden) const {
  const torch::Tensor normed = Norm(TraitsOf(config_.family).norm, config_.norm_eps, final_norm_, hidden);
  return config_.logits_divisor == 1 ? normed : normed / config_.logits_divisor;
}

const torch::Tensor& Decoder::head() const { return head_VD_; }

torch::Tensor Decoder::Logits(const torch::Tensor& hidden, const torch::Tensor& head_VD) const {
  const torch::Tensor logits = torch::linear(hidden, head_VD.to(hidden.scalar_type()));
  const double cap = config_.final_softcap;
  return cap > 0 ? (logits / cap).tanh() * cap : logits;
}

}  // namespace lm

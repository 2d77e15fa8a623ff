#include "lm/config/layout.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace lm {
namespace {

bool IsThere(absl::string_view name) { return !name.empty(); }

class Layer {
 public:
  Layer(const ModelConfig& config, int64_t index)
      : config_(config), traits_(TraitsOf(config.family)), has_experts_(KindOf(config, index).has_experts) {}

  std::vector<LayerTensor> Tensors() {
    const int64_t width = config_.hidden_size;
    if (has_experts_) Add(Part::kRouter, absl::StrCat(traits_.experts, "gate"), {config_.num_experts, width}, false);
    AddAttention();
    if (has_experts_) {
      for (int64_t e = 0; e < config_.num_experts; ++e) {
        AddNetwork(absl::StrCat(traits_.experts, "experts.", e, "."), e, ExpertSize(config_));
      }
    } else {
      AddNetwork(traits_.network, 0, config_.intermediate_size);
    }
    const bool has_bias = traits_.norm == NormKind::kLayer;
    const std::pair<Part, const char*> norms[] = {{Part::kAttentionIn, traits_.attention_in},
                                                  {Part::kAttentionOut, traits_.attention_out},
                                                  {Part::kNetworkIn, traits_.network_in},
                                                  {Part::kNetworkOut, traits_.network_out}};
    for (const auto& [part, name] : norms) {
      if (IsThere(name)) Add(part, name, {width}, has_bias);
    }
    if (traits_.query_key_norm != QueryKeyNorm::kNone) {
      const bool is_whole = traits_.query_key_norm == QueryKeyNorm::kWhole;
      const auto add = [&](Part part, const char* name, int64_t heads) {
        Add(part, absl::StrCat(traits_.attention, name), {is_whole ? heads * config_.head_dim : config_.head_dim},
            false);
      };
      add(Part::kQueryNorm, "q_norm", config_.num_heads);
      add(Part::kKeyNorm, "k_norm", config_.num_kv_heads);
    }
    return std::move(tensors_);
  }

 private:
  void Add(Part part, std::string module, std::vector<int64_t> shape, bool has_bias, int64_t expert = 0) {
    const int64_t outputs = shape[0];
    tensors_.push_back({part, expert, std::move(module), /*is_bias=*/false, std::move(shape)});
    if (has_bias) tensors_.push_back({part, expert, tensors_.back().module, /*is_bias=*/true, {outputs}});
  }

  void AddAttention() {
    const int64_t width = config_.hidden_size, queries = config_.num_heads * config_.head_dim,
                  keys = config_.num_kv_heads * config_.head_dim;
    const auto add = [&](Part part, const char* name, int64_t outputs, int64_t inputs, bool has_bias) {
      Add(part, absl::StrCat(traits_.attention, name), {outputs, inputs}, has_bias);
    };
    if (traits_.qkv_layout == QkvLayout::kSeparate) {
      add(Part::kQuery, "q_proj", queries, width, config_.qkv_bias);
      add(Part::kKey, "k_proj", keys, width, config_.qkv_bias);
      add(Part::kValue, "v_proj", keys, width, config_.qkv_bias);
    } else {
      add(Part::kQkv, traits_.qkv, queries + 2 * keys, width, config_.qkv_bias);
    }
    add(Part::kOutput, traits_.output, width, queries, config_.output_bias);
  }

  void AddNetwork(const std::string& prefix, int64_t expert, int64_t inner) {
    const int64_t width = config_.hidden_size;
    const bool is_expert = has_experts_;
    const auto add = [&](Part part, const char* name, int64_t outputs, int64_t inputs) {
      Add(part, absl::StrCat(prefix, name), {outputs, inputs}, config_.mlp_bias, expert);
    };
    if (IsThere(traits_.gate_up)) {
      add(Part::kGateUp, traits_.gate_up, 2 * inner, width);
    } else {
      const char* const gate = is_expert ? traits_.expert_gate : traits_.gate;
      if (IsThere(gate)) add(Part::kGate, gate, inner, width);
      add(Part::kUp, is_expert ? traits_.expert_up : traits_.up, inner, width);
    }
    add(Part::kDown, is_expert ? traits_.expert_down : traits_.down, width, inner);
  }

  const ModelConfig& config_;
  const FamilyTraits& traits_;
  const bool has_experts_;
  std::vector<LayerTensor> tensors_;
};

}  // namespace

std::vector<LayerTensor> LayerTensors(const ModelConfig& config, int64_t index) {
  return Layer(config, index).Tensors();
}

std::string LayerPrefix(const ModelConfig& config, int64_t index) {
  return absl::StrCat(TraitsOf(config.family).layers, index, ".");
}

std::vector<ParameterShape> ParameterShapes(const ModelConfig& config) {
  const FamilyTraits& traits = TraitsOf(config.family);
  const int64_t width = config.hidden_size;
  std::vector<ParameterShape> shapes = {{absl::StrCat(traits.embedding, ".weight"), {config.vocab_size, width}}};
  for (int64_t i = 0; i < config.num_layers; ++i) {
    for (const LayerTensor& tensor : LayerTensors(config, i)) {
      shapes.push_back({LayerPrefix(config, i) + tensor.name(), tensor.shape});
    }
  }
  shapes.push_back({absl::StrCat(traits.final_norm, ".weight"), {width}});
  if (traits.norm == NormKind::kLayer) shapes.push_back({absl::StrCat(traits.final_norm, ".bias"), {width}});
  if (!config.tie_word_embeddings) {
    shapes.push_back({absl::StrCat(traits.head, ".weight"), {config.vocab_size, width}});
  }
  return shapes;
}

}  // namespace lm

#include "lm/config/model_cost.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "lm/config/layout.h"

namespace lm {
namespace {

// lm/model/attention/block_attention.h keeps no attention weights of longer texts.
constexpr double kBlockAttentionTokens = 256;
// lm/model/adapter.h's, which needs torch.
constexpr char kAllLinear[] = "all-linear";

double Elements(const std::vector<int64_t>& shape) {
  double elements = 1;
  for (const int64_t size : shape) elements *= static_cast<double>(size);
  return elements;
}

double Queries(const ModelConfig& config) { return 1.0 * config.num_heads * config.head_dim; }
double Keys(const ModelConfig& config) { return 1.0 * config.num_kv_heads * config.head_dim; }

// Sums `of` layer i over all layers.
template <typename Of>
double OverLayers(const ModelConfig& config, Of of) {
  double sum = 0;
  for (int64_t i = 0; i < config.num_layers; ++i) sum += of(i);
  return sum;
}

// Weights of a layer's matrices that a token meets: of experts, its own.
double LayerMatrices(const ModelConfig& config, int64_t layer) {
  const int64_t networks = KindOf(config, layer).has_experts ? config.experts_per_token : 1;
  double weights = 0;
  for (const LayerTensor& tensor : LayerTensors(config, layer)) {
    if (tensor.shape.size() == 2 && tensor.expert < networks) weights += 1.0 * tensor.shape[0] * tensor.shape[1];
  }
  return weights;
}

// Positions that the tokens of a text see in a layer, themselves included, on average.
double MeanContext(const ModelConfig& config, int64_t layer, double tokens) {
  const bool slides = KindOf(config, layer).slides;
  const double window = slides ? std::min<double>(config.sliding_window, tokens) : tokens;
  return tokens > 0 ? window - window * (window - 1) / (2 * tokens) : 0;
}

// Activations of a layer's feed-forward networks for a token: gate, up, their product and its input.
double NetworkActivations(const ModelConfig& config, int64_t layer) {
  if (!KindOf(config, layer).has_experts) return 4.0 * config.intermediate_size;
  return 4.0 * config.experts_per_token * ExpertSize(config);
}

double LayerParameters(const ModelConfig& config, int64_t layer) {
  double parameters = 0;
  for (const LayerTensor& tensor : LayerTensors(config, layer)) parameters += Elements(tensor.shape);
  return parameters;
}

}  // namespace

double Parameters(const ModelConfig& config) {
  double count = 0;
  for (const ParameterShape& parameter : ParameterShapes(config)) {
    count += Elements(parameter.shape);
  }
  return count;
}

double AdapterParameters(const ModelConfig& config, int64_t rank, const std::vector<std::string>& targets) {
  const auto is_target = [&](const std::string& module) {
    return std::any_of(targets.begin(), targets.end(), [&](const std::string& target) {
      return target == kAllLinear || module == target || absl::EndsWith(module, absl::StrCat(".", target));
    });
  };
  return rank * OverLayers(config, [&](int64_t layer) {
           double sizes = 0;
           for (const LayerTensor& tensor : LayerTensors(config, layer)) {
             const bool is_matrix = IsProjection(tensor.part) && !tensor.is_bias;
             if (is_matrix && is_target(tensor.module)) sizes += 1.0 * tensor.shape[0] + tensor.shape[1];
           }
           return sizes;
         });
}

double StoredBytes(const ModelConfig& config, StorageType storage) {
  const double matrices = OverLayers(config,
                                     [&](int64_t layer) {
                                       double weights = 0;
                                       for (const LayerTensor& tensor : LayerTensors(config, layer)) {
                                         if (IsProjection(tensor.part) && !tensor.is_bias)
                                           weights += Elements(tensor.shape);
                                       }
                                       return weights;
                                     }) +
                          (config.tie_word_embeddings ? 1.0 : 2.0) * config.vocab_size * config.hidden_size;
  const double stored = storage == StorageType::kFloat32 ? kFloatBytes : kFloatBytes / 2;
  return stored * matrices + kFloatBytes * (Parameters(config) - matrices);
}

double WidenedBytes(const ModelConfig& config, StorageType storage) {
  if (storage == StorageType::kFloat32) return 0;
  double largest = 1.0 * config.vocab_size * config.hidden_size;
  for (int64_t i = 0; i < config.num_layers; ++i) {
    for (const LayerTensor& tensor : LayerTensors(config, i)) largest = std::max(largest, Elements(tensor.shape));
  }
  return kFloatBytes * largest;
}

double LargestLayer(const ModelConfig& config) {
  double largest = 0;
  for (int64_t i = 0; i < config.num_layers; ++i) largest = std::max(largest, LayerParameters(config, i));
  return largest;
}

double OutsideLayers(const ModelConfig& config) {
  return Parameters(config) - OverLayers(config, [&](int64_t layer) { return LayerParameters(config, layer); });
}

double ForwardFlops(const ModelConfig& config, double tokens) {
  const double matrices = OverLayers(config, [&](int64_t layer) { return LayerMatrices(config, layer); }) +
                          1.0 * config.vocab_size * config.hidden_size;
  const double contexts = OverLayers(config, [&](int64_t layer) { return MeanContext(config, layer, tokens); });
  return tokens * (2 * matrices + 4 * Queries(config) * contexts);
}

double CacheBytes(const ModelConfig& config, double tokens) {
  const int64_t window = CommonWindow(config);
  const double kept = window > 0 ? std::min<double>(window, tokens) : tokens;
  return 2 * config.num_layers * Keys(config) * kept * kFloatBytes;
}

double ActivationBytes(const ModelConfig& config, double rows, double tokens, bool recompute) {
  const double hidden = config.hidden_size;
  const double weights = tokens <= kBlockAttentionTokens ? 2 * config.num_heads * tokens : 0;
  const auto layer = [&](int64_t i) {
    return 4 * hidden + 2 * Queries(config) + 2 * Keys(config) + NetworkActivations(config, i) + weights;
  };
  double largest = 0;
  for (int64_t i = 0; i < config.num_layers; ++i) largest = std::max(largest, layer(i));
  const double layers = recompute ? config.num_layers * hidden + largest : OverLayers(config, layer);
  return rows * tokens * (layers + 2 * config.vocab_size) * kFloatBytes;
}

}  // namespace lm

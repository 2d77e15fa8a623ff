#include "experiments/plan/model_cost.h"

#include <algorithm>
#include <string>

namespace experiments {
namespace {

// lm/model/attention/block_attention.h keeps no attention weights of longer texts.
constexpr double kBlockAttentionTokens = 256;

double Queries(const lm::ModelConfig& config) { return 1.0 * config.num_heads * config.head_dim; }
double Keys(const lm::ModelConfig& config) { return 1.0 * config.num_kv_heads * config.head_dim; }
double Networks(const lm::ModelConfig& config) { return std::max<double>(1, config.num_experts); }
double ActiveNetworks(const lm::ModelConfig& config) { return std::max<double>(1, config.experts_per_token); }

// Weights of a layer's matrices, with so many feed-forward networks.
double LayerMatrices(const lm::ModelConfig& config, double networks) {
  const double hidden = config.hidden_size;
  return 2 * hidden * (Queries(config) + Keys(config)) + networks * 3 * hidden * config.intermediate_size +
         hidden * config.num_experts;
}

double LayerBiases(const lm::ModelConfig& config) {
  return (config.qkv_bias ? Queries(config) + 2 * Keys(config) : 0) + (config.output_bias ? config.hidden_size : 0) +
         (config.mlp_bias ? 2 * config.intermediate_size + config.hidden_size : 0);
}

// Positions that the tokens of a text see, themselves included, on average.
double MeanContext(const lm::ModelConfig& config, double tokens) {
  const double window = config.sliding_window > 0 ? std::min<double>(config.sliding_window, tokens) : tokens;
  return tokens > 0 ? window - window * (window - 1) / (2 * tokens) : 0;
}

// Inputs plus outputs of a projection, of all its copies in a layer; 0 for another name.
double InputsAndOutputs(const lm::ModelConfig& config, const std::string& name) {
  const double hidden = config.hidden_size;
  if (name == "q_proj" || name == "o_proj") return hidden + Queries(config);
  if (name == "k_proj" || name == "v_proj") return hidden + Keys(config);
  const bool of_experts = name == "w1" || name == "w2" || name == "w3";
  const bool of_network = name == "gate_proj" || name == "up_proj" || name == "down_proj";
  if (of_experts == (config.num_experts > 0) && (of_experts || of_network)) {
    return Networks(config) * (hidden + config.intermediate_size);
  }
  return 0;
}

}  // namespace

double Parameters(const lm::ModelConfig& config) {
  const double hidden = config.hidden_size;
  const double layer = LayerMatrices(config, Networks(config)) + LayerBiases(config) + 2 * hidden;
  return (config.tie_word_embeddings ? 1 : 2) * config.vocab_size * hidden + config.num_layers * layer + hidden;
}

double AdapterParameters(const lm::ModelConfig& config, const sami_harness::LoraConfig& lora) {
  double sizes = 0;
  for (const std::string& name : lora.target_modules()) sizes += InputsAndOutputs(config, name);
  return config.num_layers * lora.rank() * sizes;
}

double ForwardFlops(const lm::ModelConfig& config, double tokens) {
  const double matrices =
      config.num_layers * LayerMatrices(config, ActiveNetworks(config)) + 1.0 * config.vocab_size * config.hidden_size;
  return tokens * (2 * matrices + 4 * config.num_layers * Queries(config) * MeanContext(config, tokens));
}

double CacheBytes(const lm::ModelConfig& config, double tokens) {
  const double kept = config.sliding_window > 0 ? std::min<double>(config.sliding_window, tokens) : tokens;
  return 2 * config.num_layers * Keys(config) * kept * kFloatBytes;
}

double ActivationBytes(const lm::ModelConfig& config, double rows, double tokens, bool recompute) {
  const double hidden = config.hidden_size;
  const double weights = tokens <= kBlockAttentionTokens ? 2 * config.num_heads * tokens : 0;
  const double layer = 4 * hidden + 2 * Queries(config) + 2 * Keys(config) +
                       ActiveNetworks(config) * 4 * config.intermediate_size + weights;
  const double layers = recompute ? config.num_layers * hidden + layer : config.num_layers * layer;
  return rows * tokens * (layers + 2 * config.vocab_size) * kFloatBytes;
}

}  // namespace experiments

// The reference decoder, one token after the other in plain loops over float64: what the fast one is compared with.
#ifndef LM_TESTING_REFERENCE_DECODER_H_
#define LM_TESTING_REFERENCE_DECODER_H_

#include <torch/types.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lm/model/decoder.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

class ReferenceDecoder {
 public:
  using Vector = std::vector<double>;

  explicit ReferenceDecoder(const Decoder& model) : config_(model.config()) {
    for (const Parameter& parameter : model.parameters()) weights_[parameter.name] = parameter.value;
  }

  // Logits after each token of one row.
  std::vector<Vector> Logits(const TokenIds& ids) const {
    const int64_t group = config_.num_heads / config_.num_kv_heads, dim = config_.head_dim;
    std::vector<std::vector<Vector>> keys(config_.num_layers), values(config_.num_layers);
    std::vector<Vector> logits;
    for (size_t t = 0; t < ids.size(); ++t) {
      Vector x = Row("model.embed_tokens", ids[t]);
      for (int64_t i = 0; i < config_.num_layers; ++i) {
        const std::string layer = "model.layers." + std::to_string(i) + ".";
        const Vector normed = Norm(x, layer + "input_layernorm");
        const Vector query = Turn(Times(layer + "self_attn.q_proj", normed), t);
        keys[i].push_back(Turn(Times(layer + "self_attn.k_proj", normed), t));
        values[i].push_back(Times(layer + "self_attn.v_proj", normed));
        Vector mixed(config_.num_heads * dim);
        for (int64_t h = 0; h < config_.num_heads; ++h) {
          Vector weights(t + 1);
          double total = 0;
          for (size_t s = 0; s <= t; ++s) {
            double score = 0;
            for (int64_t j = 0; j < dim; ++j) score += query[h * dim + j] * keys[i][s][h / group * dim + j];
            total += weights[s] = std::exp(score / std::sqrt(dim));
          }
          for (size_t s = 0; s <= t; ++s) {
            for (int64_t j = 0; j < dim; ++j) {
              mixed[h * dim + j] += weights[s] / total * values[i][s][h / group * dim + j];
            }
          }
        }
        Add(Times(layer + "self_attn.o_proj", mixed), x);
        const Vector inner = Norm(x, layer + "post_attention_layernorm");
        Vector gated = Times(layer + "mlp.up_proj", inner);
        const Vector gate = Times(layer + "mlp.gate_proj", inner);
        for (size_t j = 0; j < gated.size(); ++j) gated[j] *= gate[j] / (1 + std::exp(-gate[j]));
        Add(Times(layer + "mlp.down_proj", gated), x);
      }
      logits.push_back(Times(config_.tie_word_embeddings ? "model.embed_tokens" : "lm_head", Norm(x, "model.norm")));
    }
    return logits;
  }

 private:
  Vector Row(const std::string& name, int64_t row) const {
    const torch::Tensor& weight = weights_.at(name + ".weight");
    const double* const data = weight.data_ptr<double>() + row * weight.size(-1);
    return Vector(data, data + weight.size(-1));
  }

  Vector Times(const std::string& name, const Vector& x) const {
    Vector y(weights_.at(name + ".weight").size(0));
    for (size_t i = 0; i < y.size(); ++i) {
      const Vector row = Row(name, i);
      for (size_t j = 0; j < x.size(); ++j) y[i] += row[j] * x[j];
    }
    return y;
  }

  Vector Norm(Vector x, const std::string& name) const {
    double mean_square = 0;
    for (const double value : x) mean_square += value * value / x.size();
    const Vector weight = Row(name, 0);
    for (size_t i = 0; i < x.size(); ++i) x[i] *= weight[i] / std::sqrt(mean_square + config_.norm_eps);
    return x;
  }

  Vector Turn(const Vector& heads, int64_t position) const {
    const int64_t dim = config_.head_dim, half = dim / 2;
    Vector turned(heads.size());
    for (size_t begin = 0; begin < heads.size(); begin += dim) {
      for (int64_t i = 0; i < half; ++i) {
        const double angle = position * std::pow(config_.rope.theta, -2.0 * i / dim);
        const double a = heads[begin + i], b = heads[begin + half + i];
        turned[begin + i] = a * std::cos(angle) - b * std::sin(angle);
        turned[begin + half + i] = b * std::cos(angle) + a * std::sin(angle);
      }
    }
    return turned;
  }

  static void Add(const Vector& y, Vector& x) {
    for (size_t i = 0; i < x.size(); ++i) x[i] += y[i];
  }

  ModelConfig config_;
  std::map<std::string, torch::Tensor> weights_;
};

}  // namespace lm

#endif  // LM_TESTING_REFERENCE_DECODER_H_

#include "lm/decoding/row_decoder.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lm/kernels/row_kernels.h"
#include "lm/kernels/row_products.h"

namespace lm {
namespace {

// Outputs of a matrix that a thread computes at a time: whole tiles (row_products.cc), and long stretches of memory.
constexpr int64_t kOutputs = 96;
// Multiplications below which a second thread costs more than it brings.
constexpr int64_t kSerialWork = 1 << 16;
// Rows of elementwise work that a thread takes at a time.
constexpr int64_t kRows = 8;

// y += x
void Add(int64_t count, const float* x, float* y) {
  for (int64_t i = 0; i < count; ++i) y[i] += x[i];
}

// Keeps the `kept` largest of n numbers > 0, of equal ones the first, divided by their sum if they are to be; the
// others become 0.
void KeepLargest(int64_t n, int64_t kept, bool normalizes, float* x) {
  std::vector<int64_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [x](int64_t a, int64_t b) { return x[a] > x[b]; });
  float sum = normalizes ? 0 : 1;
  for (int64_t i = 0; normalizes && i < kept; ++i) sum += x[order[i]];
  for (int64_t i = 0; i < n; ++i) x[order[i]] = i < kept ? x[order[i]] / sum : 0;
}

// y = (x - mean) / sqrt(variance + eps) * weight + bias, of a row.
void LayerNormRow(int64_t width, const float* x, const float* weight, const float* bias, double eps, float* y) {
  double sum = 0, squares = 0;
  for (int64_t i = 0; i < width; ++i) sum += x[i];
  const double mean = sum / static_cast<double>(width);
  for (int64_t i = 0; i < width; ++i) squares += (x[i] - mean) * (x[i] - mean);
  const double scale = 1 / std::sqrt(squares / static_cast<double>(width) + eps);
  for (int64_t i = 0; i < width; ++i) y[i] = static_cast<float>((x[i] - mean) * scale) * weight[i] + bias[i];
}

float Gelu(float x) { return 0.5f * x * (1 + std::erf(x * 0.70710678f)); }

float GeluTanh(float x) { return 0.5f * x * (1 + std::tanh(0.79788456f * (x + 0.044715f * x * x * x))); }

float Silu(float x) { return x / (1 + std::exp(-x)); }

void Activate(Activation activation, int64_t count, float* x) {
  float (*const function)(float) =
      activation == Activation::kSilu ? Silu : (activation == Activation::kGelu ? Gelu : GeluTanh);
  for (int64_t i = 0; i < count; ++i) x[i] = function(x[i]);
}

}  // namespace

void RowDecoder::Rotations(const std::vector<DecodingRow>& rows, Turns& turns) {
  const int64_t half = turned_ / 2;
  turns.cos.resize(rows.size() * half);
  turns.sin.resize(rows.size() * half);
  for (size_t r = 0; r < rows.size(); ++r) {
    const std::vector<float>& frequencies = turns.frequencies[border_ > 0 && rows[r].is_long ? 1 : 0];
    for (int64_t i = 0; i < half; ++i) {
      const float angle = static_cast<float>(rows[r].position) * frequencies[i];
      turns.cos[r * half + i] = std::cos(angle) * turns.factor;
      turns.sin[r * half + i] = std::sin(angle) * turns.factor;
    }
  }
}

void RowDecoder::Multiply(int64_t rows, const float* x, const std::vector<Product>& products) {
  struct Piece {
    const Product* product;
    int64_t begin, end;
  };
  std::vector<Piece> pieces;
  int64_t work = 0;
  for (const Product& product : products) {
    for (int64_t begin = 0; begin < product.matrix->outputs; begin += kOutputs) {
      pieces.push_back({&product, begin, std::min(begin + kOutputs, product.matrix->outputs)});
    }
    work += rows * product.matrix->inputs * product.matrix->outputs;
  }
  const auto multiply = [&](int64_t i, int) {
    const auto& [product, begin, end] = pieces[i];
    const Matrix& matrix = *product->matrix;
    RowProducts(rows, matrix.inputs, matrix.outputs, begin, end, x, matrix.weight, product->to);
    if (matrix.bias == nullptr) return;
    for (int64_t r = 0; r < rows; ++r) {
      Add(end - begin, matrix.bias + begin, product->to + r * matrix.outputs + begin);
    }
  };
  if (work < kSerialWork) {
    for (size_t i = 0; i < pieces.size(); ++i) multiply(i, 0);
  } else {
    team_.Run(pieces.size(), multiply);
  }
}

void RowDecoder::ForRows(int64_t rows, absl::FunctionRef<void(int64_t, int64_t)> work) {
  team_.Run((rows + kRows - 1) / kRows, [&](int64_t i, int) { work(i * kRows, std::min(rows, (i + 1) * kRows)); });
}

void RowDecoder::NormRows(int64_t rows, const RowNorm& norm, const float* x, float* y) {
  const int64_t width = norm.width;
  scales_.resize(std::max<size_t>(scales_.size(), rows));
  ForRows(rows, [&](int64_t begin, int64_t end) {
    if (norm_kind_ != NormKind::kLayer) {
      RmsNormRows(end - begin, width, x + begin * width, norm.weight, eps_, scales_.data() + begin, y + begin * width);
      return;
    }
    for (int64_t r = begin; r < end; ++r) {
      LayerNormRow(width, x + r * width, norm.weight, norm.bias, eps_, y + r * width);
    }
  });
}

void RowDecoder::ProjectHeads(int64_t rows, const Layer& layer, const float* x) {
  const int64_t dim = shape_.dim, query_width = shape_.heads * dim, key_width = shape_.kv_heads * dim;
  if (!layer.heads.is_there()) {
    Multiply(rows, x, {{&layer.query, query_.data()}, {&layer.key, key_.data()}, {&layer.value, value_.data()}});
  } else {
    heads_.resize(rows * layer.heads.outputs);
    Multiply(rows, x, {{&layer.heads, heads_.data()}});
    for (int64_t i = 0; i < rows * shape_.heads; ++i) {
      const float* const head = heads_.data() + 3 * i * dim;
      std::copy_n(head, dim, query_.data() + i * dim);
      std::copy_n(head + dim, dim, key_.data() + i * dim);
      std::copy_n(head + 2 * dim, dim, value_.data() + i * dim);
    }
  }
  if (layer.query_norm.weight == nullptr) return;
  NormRows(norms_whole_ ? rows : rows * query_width / dim, layer.query_norm, query_.data(), query_.data());
  NormRows(norms_whole_ ? rows : rows * key_width / dim, layer.key_norm, key_.data(), key_.data());
}

void RowDecoder::AttendLayer(const std::vector<DecodingRow>& rows, const std::vector<RowGroup>& groups, int64_t layer) {
  const int64_t half = turned_ / 2, query_width = shape_.heads * shape_.dim, key_width = shape_.kv_heads * shape_.dim;
  const LayerKind& kind = layers_[layer].kind;
  const Turns& turns = kind.slides && has_own_sliding_turns_ ? sliding_turns_ : turns_;
  ForRows(rows.size(), [&](int64_t begin, int64_t end) {
    const auto rotate = [&](int64_t heads, int64_t width, float* x) {
      const float *const cos = turns.cos.data(), *const sin = turns.sin.data();
      if (turned_ == shape_.dim) {
        RotateRows({end - begin, heads, half, width, width}, cos + begin * half, sin + begin * half, /*sin_sign=*/1,
                   x + begin * width, x + begin * width);
        return;
      }
      for (int64_t r = begin; r < end; ++r) {
        for (int64_t h = 0; h < heads; ++h) {
          float* const head = x + r * width + h * shape_.dim;
          RotateRows({1, 1, half, 0, 0}, cos + r * half, sin + r * half, /*sin_sign=*/1, head, head);
        }
      }
    };
    if (kind.rotates) {
      rotate(shape_.heads, query_width, query_.data());
      rotate(shape_.kv_heads, key_width, key_.data());
    }
    for (int64_t r = begin; r < end; ++r) {
      TokenBlock& block = rows[r].own == nullptr ? *rows[r].prompt : *rows[r].own;
      block.Write(layer, rows[r].position, key_.data() + r * key_width, value_.data() + r * key_width);
    }
  });
  RowAttentionShape shape = shape_;
  shape.window = kind.slides ? sliding_window_ : 0;
  team_.Run(groups.size() * shape_.kv_heads, [&](int64_t i, int worker) {
    AttendRows(shape, rows, groups[i / shape_.kv_heads], layer, i % shape_.kv_heads, query_.data(), query_width,
               mixed_.data(), scratch_[worker]);
  });
}

void RowDecoder::RunFeedForward(int64_t rows, const FeedForward& weights, const float* x, float* y) {
  const int64_t inner = weights.up.outputs;
  up_.resize(rows * inner);
  if (!weights.gate.is_there()) {
    Multiply(rows, x, {{&weights.up, up_.data()}});
    ForRows(rows, [&](int64_t begin, int64_t end) {
      Activate(activation_, (end - begin) * inner, up_.data() + begin * inner);
    });
    Multiply(rows, up_.data(), {{&weights.down, y}});
    return;
  }
  gate_.resize(up_.size());
  Multiply(rows, x, {{&weights.gate, gate_.data()}, {&weights.up, up_.data()}});
  ForRows(rows, [&](int64_t begin, int64_t end) {
    float* const gate = gate_.data() + begin * inner;
    const float* const up = up_.data() + begin * inner;
    const int64_t count = (end - begin) * inner;
    if (activation_ == Activation::kSilu) {
      Gate(count, gate, up, gate);
      return;
    }
    Activate(activation_, count, gate);
    for (int64_t i = 0; i < count; ++i) gate[i] *= up[i];
  });
  Multiply(rows, gate_.data(), {{&weights.down, y}});
}

void RowDecoder::MixExperts(int64_t rows, const Layer& layer, const float* x) {
  const int64_t experts = layer.experts.size();
  routes_.resize(rows * experts);
  Multiply(rows, x, {{&layer.router, routes_.data()}});
  SoftmaxRows(rows, experts, routes_.data());
  for (int64_t r = 0; r < rows; ++r) {
    KeepLargest(experts, experts_per_token_, normalizes_routes_, routes_.data() + r * experts);
  }
  for (int64_t e = 0; e < experts; ++e) {
    std::vector<int64_t> chosen;
    for (int64_t r = 0; r < rows; ++r) {
      if (routes_[r * experts + e] > 0) chosen.push_back(r);
    }
    const int64_t count = chosen.size();
    chosen_.resize(count * width_);
    for (int64_t i = 0; i < count; ++i) std::copy_n(x + chosen[i] * width_, width_, chosen_.data() + i * width_);
    RunFeedForward(count, layer.experts[e], chosen_.data(), sum_.data());
    for (int64_t i = 0; i < count; ++i) {
      const float share = routes_[chosen[i] * experts + e];
      for (int64_t k = 0; k < width_; ++k) hidden_[chosen[i] * width_ + k] += share * sum_[i * width_ + k];
    }
  }
}

void RowDecoder::AddToStream(int64_t rows, const float* x) {
  if (residual_multiplier_ == 1) {
    Add(rows * width_, x, hidden_.data());
    return;
  }
  for (int64_t i = 0; i < rows * width_; ++i) hidden_[i] += x[i] * residual_multiplier_;
}

const float* RowDecoder::Forward(const std::vector<DecodingRow>& rows, const std::vector<int64_t>& wanted) {
  const int64_t count = rows.size();
  hidden_.resize(count * width_);
  normed_.resize(count * width_);
  sum_.resize(count * width_);
  query_.resize(count * shape_.heads * shape_.dim);
  mixed_.resize(query_.size());
  key_.resize(count * shape_.kv_heads * shape_.dim);
  value_.resize(key_.size());
  for (int64_t r = 0; r < count; ++r) {
    Widen(embedding_.From(rows[r].id * width_), width_, hidden_.data() + r * width_);
  }
  if (embedding_multiplier_ != 1) {
    for (float& x : hidden_) x *= embedding_multiplier_;
  }
  Rotations(rows, turns_);
  if (has_own_sliding_turns_) Rotations(rows, sliding_turns_);
  const std::vector<RowGroup> groups = GroupRows(rows);
  // What a part of a layer is given.
  const auto normed = [&](const RowNorm& norm) -> const float* {
    if (norm.weight == nullptr) return hidden_.data();
    NormRows(count, norm, hidden_.data(), normed_.data());
    return normed_.data();
  };
  for (size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    ProjectHeads(count, layer, normed(layer.attention_in));
    AttendLayer(rows, groups, i);
    Multiply(count, mixed_.data(), {{&layer.output, sum_.data()}});
    if (layer.attention_out.weight != nullptr) NormRows(count, layer.attention_out, sum_.data(), sum_.data());
    // In parallel the network is given what attention was given, before that is added to.
    const float* x = is_parallel_ ? normed(layer.network_in) : nullptr;
    AddToStream(count, sum_.data());
    if (!is_parallel_) x = normed(layer.network_in);
    if (layer.router.is_there()) {
      MixExperts(count, layer, x);
      continue;
    }
    RunFeedForward(count, layer.experts[0], x, sum_.data());
    if (layer.network_out.weight != nullptr) NormRows(count, layer.network_out, sum_.data(), sum_.data());
    AddToStream(count, sum_.data());
  }
  const int64_t results = wanted.size();
  for (int64_t r = 0; r < results; ++r) {
    std::copy_n(hidden_.data() + wanted[r] * width_, width_, sum_.data() + r * width_);
  }
  NormRows(results, final_norm_, sum_.data(), normed_.data());
  if (logits_divisor_ != 1) {
    for (int64_t i = 0; i < results * width_; ++i) normed_[i] /= logits_divisor_;
  }
  logits_.resize(results * vocab_size_);
  if (results > 0) Multiply(results, normed_.data(), {{&head_, logits_.data()}});
  if (final_softcap_ > 0) {
    for (float& logit : logits_) logit = final_softcap_ * std::tanh(logit / final_softcap_);
  }
  return logits_.data();
}

}  // namespace lm

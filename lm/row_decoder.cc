#include "lm/row_decoder.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "base/check.h"
#include "lm/rotary.h"
#include "lm/row_operations.h"
#include "lm/row_products.h"

namespace lm {
namespace {

// Outputs of a matrix that a thread computes at a time: whole tiles (row_products.cc), and long stretches of memory.
constexpr int64_t kOutputs = 96;
// Multiplications below which a second thread costs more than it brings.
constexpr int64_t kSerialWork = 1 << 16;
// Rows of elementwise work that a thread takes at a time.
constexpr int64_t kRows = 8;

const float* Data(const torch::Tensor& tensor) { return tensor.data_ptr<float>(); }

}  // namespace

bool RowDecoder::Collect(const Decoder& model, std::vector<Layer>& layers) {
  layers.resize(model.config().num_layers);
  for (const auto& [name, value] : model.parameters()) {
    if (!value.device().is_cpu() || value.scalar_type() != torch::kFloat32 || !value.is_contiguous()) return false;
    const std::vector<std::string> parts = absl::StrSplit(name, '.');  // model.layers.0.self_attn.q_proj.weight
    int64_t index;
    if (parts.size() < 5) continue;  // no layer's
    SAMI_CHECK(absl::SimpleAtoi(parts[2], &index) && index < model.config().num_layers) << name;
    Layer& layer = layers[index];
    if (parts[3] == "input_layernorm") {
      layer.input_norm = Data(value);
      continue;
    }
    if (parts[3] == "post_attention_layernorm") {
      layer.attention_norm = Data(value);
      continue;
    }
    Matrix* const matrix = parts[4] == "q_proj"      ? &layer.query
                           : parts[4] == "k_proj"    ? &layer.key
                           : parts[4] == "v_proj"    ? &layer.value
                           : parts[4] == "o_proj"    ? &layer.output
                           : parts[4] == "gate_proj" ? &layer.gate
                           : parts[4] == "up_proj"   ? &layer.up
                           : parts[4] == "down_proj" ? &layer.down
                                                     : nullptr;
    if (matrix == nullptr || parts.size() != 6) return false;
    if (parts[5] == "bias") {
      matrix->bias = Data(value);
    } else {
      *matrix = {Data(value), matrix->bias, value.size(0), value.size(1)};
    }
  }
  return true;
}

bool RowDecoder::Supports(const Decoder& model) {
  std::vector<Layer> layers;
  return Collect(model, layers);
}

RowDecoder::RowDecoder(const Decoder& model, int threads) : team_(threads), scratch_(threads) {
  const ModelConfig& config = model.config();
  SAMI_CHECK(Collect(model, layers_));
  shape_ = {config.num_heads, config.num_kv_heads, config.head_dim, /*window=*/0};
  vocab_size_ = config.vocab_size;
  width_ = config.hidden_size;
  inner_ = config.intermediate_size;
  eps_ = static_cast<float>(config.rms_norm_eps);
  const torch::Tensor frequencies = RotaryFrequencies(config).contiguous();
  frequencies_.assign(Data(frequencies), Data(frequencies) + frequencies.numel());
  for (const auto& [name, value] : model.parameters()) {
    if (name == "model.embed_tokens.weight") embedding_ = Data(value);
    if (name == "model.norm.weight") final_norm_ = Data(value);
  }
  head_ = {Data(model.head()), nullptr, vocab_size_, width_};
}

void RowDecoder::Rotations(const std::vector<DecodingRow>& rows) {
  const int64_t half = shape_.dim / 2;
  cos_.resize(rows.size() * half);
  sin_.resize(rows.size() * half);
  for (size_t r = 0; r < rows.size(); ++r) {
    for (int64_t i = 0; i < half; ++i) {
      const float angle = static_cast<float>(rows[r].position) * frequencies_[i];
      cos_[r * half + i] = std::cos(angle);
      sin_[r * half + i] = std::sin(angle);
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
      AddRow(end - begin, matrix.bias + begin, product->to + r * matrix.outputs + begin);
    }
  };
  if (work < kSerialWork) {
    for (size_t i = 0; i < pieces.size(); ++i) multiply(i, 0);
  } else {
    team_.Run(pieces.size(), multiply);
  }
}

void RowDecoder::NormRows(int64_t rows, const float* weight) {
  team_.Run((rows + kRows - 1) / kRows, [&](int64_t i, int) {
    for (int64_t r = i * kRows; r < std::min(rows, (i + 1) * kRows); ++r) {
      NormRow(width_, hidden_.data() + r * width_, weight, eps_, normed_.data() + r * width_);
    }
  });
}

void RowDecoder::AddProduct(int64_t rows, const float* x, const Matrix& matrix) {
  sum_.resize(rows * width_);
  Multiply(rows, x, {{&matrix, sum_.data()}});
  AddRow(rows * width_, sum_.data(), hidden_.data());
}

void RowDecoder::AttendLayer(const std::vector<DecodingRow>& rows, const std::vector<RowGroup>& groups, int64_t layer) {
  const int64_t dim = shape_.dim, count = rows.size();
  team_.Run((count + kRows - 1) / kRows, [&](int64_t i, int) {
    for (int64_t r = i * kRows; r < std::min(count, (i + 1) * kRows); ++r) {
      const float *cos = cos_.data() + r * dim / 2, *sin = sin_.data() + r * dim / 2;
      float* const query = query_.data() + r * shape_.heads * dim;
      float* const key = key_.data() + r * shape_.kv_heads * dim;
      for (int64_t h = 0; h < shape_.heads; ++h) RotateHead(dim, cos, sin, query + h * dim);
      for (int64_t h = 0; h < shape_.kv_heads; ++h) RotateHead(dim, cos, sin, key + h * dim);
      TokenBlock& block = rows[r].own == nullptr ? *rows[r].prompt : *rows[r].own;
      block.Write(layer, rows[r].position, key, value_.data() + r * shape_.kv_heads * dim);
    }
  });
  team_.Run(groups.size() * shape_.kv_heads, [&](int64_t i, int worker) {
    AttendRows(shape_, rows, groups[i / shape_.kv_heads], layer, i % shape_.kv_heads, query_.data(), shape_.heads * dim,
               mixed_.data(), scratch_[worker]);
  });
}

void RowDecoder::FeedForwardLayer(int64_t rows, const Layer& layer) {
  Multiply(rows, normed_.data(), {{&layer.gate, gate_.data()}, {&layer.up, up_.data()}});
  team_.Run((rows + kRows - 1) / kRows, [&](int64_t i, int) {
    const int64_t begin = i * kRows, end = std::min(rows, begin + kRows);
    GateRow((end - begin) * inner_, up_.data() + begin * inner_, gate_.data() + begin * inner_);
  });
  AddProduct(rows, gate_.data(), layer.down);
}

const float* RowDecoder::Forward(const std::vector<DecodingRow>& rows, const std::vector<int64_t>& wanted) {
  const int64_t count = rows.size();
  hidden_.resize(count * width_);
  normed_.resize(count * width_);
  query_.resize(count * shape_.heads * shape_.dim);
  mixed_.resize(query_.size());
  key_.resize(count * shape_.kv_heads * shape_.dim);
  value_.resize(key_.size());
  gate_.resize(count * inner_);
  up_.resize(gate_.size());
  for (int64_t r = 0; r < count; ++r) {
    std::copy_n(embedding_ + rows[r].id * width_, width_, hidden_.data() + r * width_);
  }
  Rotations(rows);
  const std::vector<RowGroup> groups = GroupRows(rows);
  for (size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = layers_[i];
    NormRows(count, layer.input_norm);
    Multiply(count, normed_.data(),
             {{&layer.query, query_.data()}, {&layer.key, key_.data()}, {&layer.value, value_.data()}});
    AttendLayer(rows, groups, i);
    AddProduct(count, mixed_.data(), layer.output);
    NormRows(count, layer.attention_norm);
    FeedForwardLayer(count, layer);
  }
  const int64_t results = wanted.size();
  for (int64_t r = 0; r < results; ++r) {
    NormRow(width_, hidden_.data() + wanted[r] * width_, final_norm_, eps_, normed_.data() + r * width_);
  }
  logits_.resize(results * vocab_size_);
  if (results > 0) Multiply(results, normed_.data(), {{&head_, logits_.data()}});
  return logits_.data();
}

}  // namespace lm

#include "lm/decoding/row_decoder.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "base/check.h"
#include "lm/kernels/row_kernels.h"
#include "lm/kernels/row_products.h"
#include "lm/model/attention/rotary.h"

namespace lm {
namespace {

// Outputs of a matrix that a thread computes at a time: whole tiles (row_products.cc), and long stretches of memory.
constexpr int64_t kOutputs = 96;
// Multiplications below which a second thread costs more than it brings.
constexpr int64_t kSerialWork = 1 << 16;
// Rows of elementwise work that a thread takes at a time.
constexpr int64_t kRows = 8;

const float* Data(const torch::Tensor& tensor) { return tensor.data_ptr<float>(); }

// y += x
void Add(int64_t count, const float* x, float* y) {
  for (int64_t i = 0; i < count; ++i) y[i] += x[i];
}

// Keeps the `kept` largest of n numbers > 0, of equal ones the first, divided by their sum; the others become 0.
void KeepLargest(int64_t n, int64_t kept, float* x) {
  std::vector<int64_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [x](int64_t a, int64_t b) { return x[a] > x[b]; });
  float sum = 0;
  for (int64_t i = 0; i < kept; ++i) sum += x[order[i]];
  for (int64_t i = 0; i < n; ++i) x[order[i]] = i < kept ? x[order[i]] / sum : 0;
}

}  // namespace

RowDecoder::Matrix RowDecoder::View(const torch::Tensor& weight) {
  return {Data(weight), /*bias=*/nullptr, weight.size(0), weight.size(1)};
}

RowDecoder::Matrix RowDecoder::View(const Projection& projection) {
  Matrix matrix = View(projection.weight_OI);
  if (projection.bias_O.defined()) matrix.bias = Data(projection.bias_O);
  return matrix;
}

bool RowDecoder::Supports(const Decoder& model) {
  for (const LayerWeights& layer : model.layers()) {
    LayerWeights copy = layer;  // of references
    bool has_adapter = false;
    VisitProjections(model.config(), copy, [&](const std::string&, int64_t, int64_t, Projection& projection) {
      has_adapter |= projection.adapter.a_RI.defined();
    });
    if (has_adapter) return false;
  }
  const std::vector<Parameter>& parameters = model.parameters();
  return std::all_of(parameters.begin(), parameters.end(), [](const Parameter& parameter) {
    const torch::Tensor& value = parameter.value;
    return value.device().is_cpu() && value.scalar_type() == torch::kFloat32 && value.is_contiguous();
  });
}

RowDecoder::RowDecoder(const Decoder& model, int threads) : team_(threads), scratch_(threads) {
  const ModelConfig& config = model.config();
  SAMI_CHECK(Supports(model));
  shape_ = {config.num_heads, config.num_kv_heads, config.head_dim, config.sliding_window};
  vocab_size_ = config.vocab_size;
  width_ = config.hidden_size;
  inner_ = config.intermediate_size;
  experts_per_token_ = config.experts_per_token;
  eps_ = config.rms_norm_eps;
  const torch::Tensor frequencies = RotaryFrequencies(config).contiguous();
  frequencies_.assign(Data(frequencies), Data(frequencies) + frequencies.numel());
  for (const LayerWeights& weights : model.layers()) {
    Layer& layer = layers_.emplace_back();
    layer.query = View(weights.query);
    layer.key = View(weights.key);
    layer.value = View(weights.value);
    layer.output = View(weights.output);
    if (weights.router_ED.defined()) layer.router = View(weights.router_ED);
    for (const FeedForwardWeights& expert : weights.experts) {
      layer.experts.push_back({View(expert.gate), View(expert.up), View(expert.down)});
    }
    layer.input_norm = Data(weights.input_norm_D);
    layer.attention_norm = Data(weights.attention_norm_D);
  }
  embedding_ = Data(model.embedding());
  final_norm_ = Data(model.final_norm());
  head_ = View(model.head());
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

void RowDecoder::NormRows(int64_t rows, const float* weight) {
  scales_.resize(rows);
  ForRows(rows, [&](int64_t begin, int64_t end) {
    RmsNormRows(end - begin, width_, hidden_.data() + begin * width_, weight, eps_, scales_.data() + begin,
                normed_.data() + begin * width_);
  });
}

void RowDecoder::AttendLayer(const std::vector<DecodingRow>& rows, const std::vector<RowGroup>& groups, int64_t layer) {
  const int64_t half = shape_.dim / 2, query_width = shape_.heads * shape_.dim,
                key_width = shape_.kv_heads * shape_.dim;
  ForRows(rows.size(), [&](int64_t begin, int64_t end) {
    const auto rotate = [&](int64_t heads, int64_t width, float* x) {
      RotateRows({end - begin, heads, half, width, width}, cos_.data() + begin * half, sin_.data() + begin * half,
                 /*sin_sign=*/1, x + begin * width, x + begin * width);
    };
    rotate(shape_.heads, query_width, query_.data());
    rotate(shape_.kv_heads, key_width, key_.data());
    for (int64_t r = begin; r < end; ++r) {
      TokenBlock& block = rows[r].own == nullptr ? *rows[r].prompt : *rows[r].own;
      block.Write(layer, rows[r].position, key_.data() + r * key_width, value_.data() + r * key_width);
    }
  });
  team_.Run(groups.size() * shape_.kv_heads, [&](int64_t i, int worker) {
    AttendRows(shape_, rows, groups[i / shape_.kv_heads], layer, i % shape_.kv_heads, query_.data(), query_width,
               mixed_.data(), scratch_[worker]);
  });
}

void RowDecoder::RunFeedForward(int64_t rows, const FeedForward& weights, const float* x, float* y) {
  gate_.resize(rows * inner_);
  up_.resize(gate_.size());
  Multiply(rows, x, {{&weights.gate, gate_.data()}, {&weights.up, up_.data()}});
  ForRows(rows, [&](int64_t begin, int64_t end) {
    float* const gate = gate_.data() + begin * inner_;
    Gate((end - begin) * inner_, gate, up_.data() + begin * inner_, gate);
  });
  Multiply(rows, gate_.data(), {{&weights.down, y}});
}

void RowDecoder::MixExperts(int64_t rows, const Layer& layer) {
  const int64_t experts = layer.experts.size();
  routes_.resize(rows * experts);
  Multiply(rows, normed_.data(), {{&layer.router, routes_.data()}});
  SoftmaxRows(rows, experts, routes_.data());
  for (int64_t r = 0; r < rows; ++r) KeepLargest(experts, experts_per_token_, routes_.data() + r * experts);
  for (int64_t e = 0; e < experts; ++e) {
    std::vector<int64_t> chosen;
    for (int64_t r = 0; r < rows; ++r) {
      if (routes_[r * experts + e] > 0) chosen.push_back(r);
    }
    const int64_t count = chosen.size();
    chosen_.resize(count * width_);
    for (int64_t i = 0; i < count; ++i) {
      std::copy_n(normed_.data() + chosen[i] * width_, width_, chosen_.data() + i * width_);
    }
    RunFeedForward(count, layer.experts[e], chosen_.data(), sum_.data());
    for (int64_t i = 0; i < count; ++i) {
      const float share = routes_[chosen[i] * experts + e];
      for (int64_t k = 0; k < width_; ++k) hidden_[chosen[i] * width_ + k] += share * sum_[i * width_ + k];
    }
  }
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
    Multiply(count, mixed_.data(), {{&layer.output, sum_.data()}});
    Add(count * width_, sum_.data(), hidden_.data());
    NormRows(count, layer.attention_norm);
    if (layer.router.weight != nullptr) {
      MixExperts(count, layer);
    } else {
      RunFeedForward(count, layer.experts[0], normed_.data(), sum_.data());
      Add(count * width_, sum_.data(), hidden_.data());
    }
  }
  const int64_t results = wanted.size();
  for (int64_t r = 0; r < results; ++r) {
    RmsNormRows(1, width_, hidden_.data() + wanted[r] * width_, final_norm_, eps_, scales_.data(),
                normed_.data() + r * width_);
  }
  logits_.resize(results * vocab_size_);
  if (results > 0) Multiply(results, normed_.data(), {{&head_, logits_.data()}});
  return logits_.data();
}

}  // namespace lm

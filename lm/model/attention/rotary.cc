#include "lm/model/attention/rotary.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

namespace lm {
namespace {

// Llama 3.1: wavelengths shorter than original/high_freq_factor stay, those longer than original/low_freq_factor are
// stretched by `factor`, and those between are interpolated.
float Llama3Stretched(float frequency, const RopeScaling& scaling) {
  constexpr double kPi = 3.14159265358979323846;
  const double wavelength = 2 * kPi / frequency;
  const double original = static_cast<double>(scaling.original_max_positions);
  if (wavelength < original / scaling.high_freq_factor) return frequency;
  if (wavelength > original / scaling.low_freq_factor) return static_cast<float>(frequency / scaling.factor);
  const double smooth =
      (original / wavelength - scaling.low_freq_factor) / (scaling.high_freq_factor - scaling.low_freq_factor);
  return static_cast<float>((1 - smooth) * frequency / scaling.factor + smooth * frequency);
}

// YaRN, section 3: pairs below `low` turn often within the original context and stay, those above `high` are stretched,
// and those between are interpolated.
void StretchByYarn(const RopeScaling& scaling, float theta, std::vector<float>& frequencies) {
  constexpr double kPi = 3.14159265358979323846;
  const auto dim = static_cast<double>(2 * frequencies.size());
  const auto original = static_cast<double>(scaling.original_max_positions);
  // The pair that turns so often.
  const auto pair = [&](double turns) { return dim * std::log(original / (turns * 2 * kPi)) / (2 * std::log(theta)); };
  double low = pair(scaling.beta_fast), high = pair(scaling.beta_slow);
  if (scaling.truncate) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  low = std::max(low, 0.0);
  high = std::min(high, dim - 1);
  if (low == high) high += 0.001;  // as transformers has it
  for (size_t i = 0; i < frequencies.size(); ++i) {
    const double ramp = (static_cast<double>(i) - low) / (high - low);
    const double stays = 1 - std::min(1.0, std::max(0.0, ramp));
    frequencies[i] = static_cast<float>(frequencies[i] / scaling.factor * (1 - stays) + frequencies[i] * stays);
  }
}

void Stretch(const RopeScaling& scaling, float theta, int64_t row_tokens, std::vector<float>& frequencies) {
  const bool is_long = row_tokens > scaling.original_max_positions;
  const std::vector<double>& factors = is_long ? scaling.long_factors : scaling.short_factors;
  switch (scaling.type) {
    case RopeScaling::kLlama3:
      for (float& frequency : frequencies) frequency = Llama3Stretched(frequency, scaling);
      break;
    case RopeScaling::kLinear:
      for (float& frequency : frequencies) frequency = static_cast<float>(frequency / scaling.factor);
      break;
    case RopeScaling::kDynamic:
      break;  // the base grows instead
    case RopeScaling::kYarn:
      StretchByYarn(scaling, theta, frequencies);
      break;
    case RopeScaling::kLongrope:
      for (size_t i = 0; i < frequencies.size(); ++i) {
        frequencies[i] = static_cast<float>(frequencies[i] / factors[i]);
      }
      break;
  }
}

bool Is(const Rope& rope, RopeScaling::Type type) { return rope.scaling && rope.scaling->type == type; }

// What theta is multiplied by in rows that are longer than max_positions, with dynamic scaling.
double DynamicGrowth(const ModelConfig& config, const Rope& rope, int64_t row_tokens) {
  if (!Is(rope, RopeScaling::kDynamic) || row_tokens <= config.max_positions) return 1;
  const double factor = rope.scaling->factor, dim = static_cast<double>(RotaryDim(config));
  const double stretch = factor * static_cast<double>(row_tokens) / static_cast<double>(config.max_positions);
  return std::pow(stretch - (factor - 1), dim / (dim - 2));
}

torch::Tensor Turn(const torch::Tensor& x, const torch::Tensor& cos, const torch::Tensor& sin) {
  const int64_t half = x.size(-1) / 2;
  const torch::Tensor a = x.narrow(-1, 0, half), b = x.narrow(-1, half, half);
  return torch::cat({(a * cos).sub_(b * sin), (b * cos).add_(a * sin)}, -1);
}

// A rotation's derivative is the rotation back (times the same factor): half the work of going through its parts.
class Rotation : public torch::autograd::Function<Rotation> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x,
                               const torch::Tensor& cos, const torch::Tensor& sin) {
    context->save_for_backward({cos, sin});
    return Turn(x, cos, sin);
  }

  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                               torch::autograd::tensor_list gradients) {
    const auto saved = context->get_saved_variables();
    return {Turn(gradients[0], saved[0], -saved[1]), torch::Tensor(), torch::Tensor()};
  }
};

}  // namespace

torch::Tensor RotaryFrequencies(const ModelConfig& config, const Rope& rope, int64_t row_tokens) {
  const int64_t dim = RotaryDim(config);
  std::vector<float> frequencies(dim / 2);
  const auto theta = static_cast<float>(rope.theta * DynamicGrowth(config, rope, row_tokens));
  for (size_t i = 0; i < frequencies.size(); ++i) {
    const float exponent = static_cast<float>(2 * i) / static_cast<float>(dim);
    frequencies[i] = 1.0f / std::pow(theta, exponent);
  }
  if (rope.scaling) Stretch(*rope.scaling, theta, row_tokens, frequencies);
  return torch::tensor(frequencies);
}

int64_t RotaryBorder(const ModelConfig& config) {
  for (const Rope* rope : {&config.rope, config.sliding_rope ? &*config.sliding_rope : nullptr}) {
    if (rope != nullptr && Is(*rope, RopeScaling::kLongrope)) return rope->scaling->original_max_positions;
  }
  return 0;
}

RotaryTables MakeRotaryTables(const ModelConfig& config, const Rope& rope, const torch::Tensor& positions_BT,
                              torch::Dtype dtype, const torch::Tensor& spans_B) {
  torch::Tensor row_tokens_B;  // where they matter
  if (Is(rope, RopeScaling::kDynamic)) row_tokens_B = std::get<0>(positions_BT.max(1)) + 1;
  if (Is(rope, RopeScaling::kLongrope)) {
    row_tokens_B = spans_B.defined() ? spans_B : (positions_BT.max() + 1).expand({positions_BT.size(0)});
  }
  torch::Tensor frequencies;  // [d/2], or [B, 1, d/2]
  if (row_tokens_B.defined()) {
    const torch::Tensor tokens_B = row_tokens_B.cpu().contiguous();
    std::vector<torch::Tensor> rows;
    for (int64_t b = 0; b < tokens_B.size(0); ++b) {
      rows.push_back(RotaryFrequencies(config, rope, tokens_B.data_ptr<int64_t>()[b]));
    }
    frequencies = torch::stack(rows).unsqueeze(1);
  } else {
    frequencies = RotaryFrequencies(config, rope);
  }
  const torch::Tensor angles_BTd =
      positions_BT.to(torch::kFloat32).unsqueeze(-1) * frequencies.to(positions_BT.device());
  torch::Tensor cos_BTd = angles_BTd.cos(), sin_BTd = angles_BTd.sin();
  if (const double factor = rope.scaling ? RopeAttentionFactor(*rope.scaling) : 1; factor != 1) {
    cos_BTd.mul_(factor);
    sin_BTd.mul_(factor);
  }
  return {cos_BTd.to(dtype), sin_BTd.to(dtype)};
}

torch::Tensor Rotate(const torch::Tensor& x, const RotaryTables& tables) {
  return Rotation::apply(x, tables.cos_BTd.unsqueeze(2), tables.sin_BTd.unsqueeze(2));
}

}  // namespace lm

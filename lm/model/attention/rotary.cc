#include "lm/model/attention/rotary.h"

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

float Stretched(float frequency, const RopeScaling& scaling) {
  switch (scaling.type) {
    case RopeScaling::kLlama3:
      return Llama3Stretched(frequency, scaling);
    case RopeScaling::kLinear:
      return static_cast<float>(frequency / scaling.factor);
    case RopeScaling::kDynamic:
      break;  // the base grows instead
  }
  return frequency;
}

// What theta is multiplied by in rows that are longer than max_positions, with dynamic scaling.
double DynamicGrowth(const ModelConfig& config, int64_t row_tokens) {
  const bool is_dynamic = config.rope_scaling && config.rope_scaling->type == RopeScaling::kDynamic;
  if (!is_dynamic || row_tokens <= config.max_positions) return 1;
  const double factor = config.rope_scaling->factor, dim = static_cast<double>(config.head_dim);
  const double stretch = factor * static_cast<double>(row_tokens) / static_cast<double>(config.max_positions);
  return std::pow(stretch - (factor - 1), dim / (dim - 2));
}

torch::Tensor Turn(const torch::Tensor& x, const torch::Tensor& cos, const torch::Tensor& sin) {
  const int64_t half = x.size(-1) / 2;
  const torch::Tensor a = x.narrow(-1, 0, half), b = x.narrow(-1, half, half);
  return torch::cat({(a * cos).sub_(b * sin), (b * cos).add_(a * sin)}, -1);
}

// A rotation's derivative is the rotation back: half the work of going through its parts.
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

torch::Tensor RotaryFrequencies(const ModelConfig& config, int64_t row_tokens) {
  std::vector<float> frequencies(config.head_dim / 2);
  const auto theta = static_cast<float>(config.rope_theta * DynamicGrowth(config, row_tokens));
  for (size_t i = 0; i < frequencies.size(); ++i) {
    const float exponent = static_cast<float>(2 * i) / static_cast<float>(config.head_dim);
    frequencies[i] = 1.0f / std::pow(theta, exponent);
    if (config.rope_scaling) frequencies[i] = Stretched(frequencies[i], *config.rope_scaling);
  }
  return torch::tensor(frequencies);
}

RotaryTables MakeRotaryTables(const ModelConfig& config, const torch::Tensor& positions_BT, torch::Dtype dtype) {
  torch::Tensor frequencies;  // [d/2], or [B, 1, d/2]
  if (config.rope_scaling && config.rope_scaling->type == RopeScaling::kDynamic) {
    const torch::Tensor last_B = std::get<0>(positions_BT.max(1)).cpu();
    std::vector<torch::Tensor> rows;
    for (int64_t b = 0; b < last_B.size(0); ++b) {
      rows.push_back(RotaryFrequencies(config, last_B[b].item<int64_t>() + 1));
    }
    frequencies = torch::stack(rows).unsqueeze(1);
  } else {
    frequencies = RotaryFrequencies(config);
  }
  const torch::Tensor angles_BTd =
      positions_BT.to(torch::kFloat32).unsqueeze(-1) * frequencies.to(positions_BT.device());
  return {angles_BTd.cos().to(dtype), angles_BTd.sin().to(dtype)};
}

torch::Tensor Rotate(const torch::Tensor& x, const RotaryTables& tables) {
  return Rotation::apply(x, tables.cos_BTd.unsqueeze(2), tables.sin_BTd.unsqueeze(2));
}

}  // namespace lm

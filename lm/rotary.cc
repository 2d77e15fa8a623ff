#include "lm/rotary.h"

#include <cmath>
#include <vector>

namespace lm {
namespace {

// Llama 3.1: wavelengths shorter than original/high_freq_factor stay, those longer than original/low_freq_factor are
// stretched by `factor`, and those between are interpolated.
float Stretched(float frequency, const RopeScaling& scaling) {
  if (scaling.type == RopeScaling::kLinear) return static_cast<float>(frequency / scaling.factor);
  constexpr double kPi = 3.14159265358979323846;
  const double wavelength = 2 * kPi / frequency;
  const double original = static_cast<double>(scaling.original_max_positions);
  if (wavelength < original / scaling.high_freq_factor) return frequency;
  if (wavelength > original / scaling.low_freq_factor) return static_cast<float>(frequency / scaling.factor);
  const double smooth =
      (original / wavelength - scaling.low_freq_factor) / (scaling.high_freq_factor - scaling.low_freq_factor);
  return static_cast<float>((1 - smooth) * frequency / scaling.factor + smooth * frequency);
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

torch::Tensor RotaryFrequencies(const ModelConfig& config) {
  std::vector<float> frequencies(config.head_dim / 2);
  for (size_t i = 0; i < frequencies.size(); ++i) {
    const float exponent = static_cast<float>(2 * i) / static_cast<float>(config.head_dim);
    frequencies[i] = 1.0f / std::pow(static_cast<float>(config.rope_theta), exponent);
    if (config.rope_scaling && config.rope_scaling->type != RopeScaling::kDynamic)
      frequencies[i] = Stretched(frequencies[i], *config.rope_scaling);
  }
  return torch::tensor(frequencies);
}

RotaryTables MakeRotaryTables(const ModelConfig& config, const torch::Tensor& positions_BT, torch::Dtype dtype) {
  const torch::Tensor frequencies = RotaryFrequencies(config).to(positions_BT.device());
  const torch::Tensor angles_BTd = positions_BT.to(torch::kFloat32).unsqueeze(-1) * frequencies;
  return {angles_BTd.cos().to(dtype), angles_BTd.sin().to(dtype)};
}

torch::Tensor Rotate(const torch::Tensor& x, const RotaryTables& tables) {
  return Rotation::apply(x, tables.cos_BTd.unsqueeze(2), tables.sin_BTd.unsqueeze(2));
}

}  // namespace lm

#include "lm/kernels/row_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "lm/kernels/instructions.h"
#include "lm/kernels/lanes.h"

#pragma clang diagnostic ignored "-Wpsabi"  // vectors are passed between inlined functions only

namespace lm {
LM_BEGIN_KERNELS
namespace kernels {
namespace {

typedef int32_t IntLanes __attribute__((vector_size(kLanes * sizeof(int32_t))));

// Elements that are summed in float32, lane by lane, before their sum joins one in float64.
constexpr int64_t kRun = 1 << 12;

// Calls chunk(i, count) for i = 0, 16, 32, ...: `count` elements from i, 16 but at the end.
template <typename Chunk>
void ForLanes(int64_t n, const Chunk& chunk) {
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) chunk(i, kLanes);
  if (i < n) chunk(i, n - i);
}

// The sum of term(i, count), whose lanes from `count` on must be 0, over the chunks of n elements.
template <typename Term>
double Sum(int64_t n, const Term& term) {
  double sum = 0;
  for (int64_t begin = 0; begin < n; begin += kRun) {
    Lanes lanes = {};
    ForLanes(std::min(kRun, n - begin), [&](int64_t i, int64_t count) { lanes += term(begin + i, count); });
    sum += Total(lanes);
  }
  return sum;
}

float Max(int64_t n, const float* x) {
  constexpr float kLowest = -std::numeric_limits<float>::infinity();
  Lanes most = All(kLowest);
  ForLanes(n, [&](int64_t i, int64_t count) {
    const Lanes lanes = Load(x + i, count, kLowest);
    most = most < lanes ? lanes : most;
  });
  float max = most[0];
  for (int64_t k = 1; k < kLanes; ++k) max = std::max(max, most[k]);
  return max;
}

// e^x within 1 unit in the last place; exactly 0 below -87.3, infinite above 88. Cody and Waite's reduction
// x = k log 2 + r, Taylor's polynomial to r^7 on |r| <= log(2) / 2, and 2^k put together from its bits.
Lanes Exp(Lanes x) {
  const Lanes lowest = All(-87.3f), highest = All(88.0f);
  Lanes clamped = x < lowest ? lowest : x;
  clamped = clamped > highest ? highest : clamped;
  const float rounder = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer, which then is in the low bits
  const Lanes shifted = clamped * 1.44269504f + rounder;
  const Lanes k = shifted - rounder;
  const Lanes r = (clamped - k * 0.693359375f) + k * 2.12194440e-4f;
  Lanes p = r * 1.98412698e-4f + 1.38888889e-3f;
  p = p * r + 8.33333333e-3f;
  p = p * r + 4.16666667e-2f;
  p = p * r + 1.66666667e-1f;
  p = p * r + 0.5f;
  p = p * r * r + r + 1.0f;
  const IntLanes exponent = ((IntLanes)shifted + 127) << 23;
  const Lanes result = p * (Lanes)exponent;
  const Lanes upper = x > highest ? All(std::numeric_limits<float>::infinity()) : result;
  return x < lowest ? Lanes{} : upper;
}

// Without what lies behind the first `count`.
Lanes First(int64_t count, Lanes lanes) {
  if (count == kLanes) return lanes;
  const IntLanes index = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return index < static_cast<int32_t>(count) ? lanes : Lanes{};
}

void SoftmaxRows(int64_t rows, int64_t width, float* x) {
  for (int64_t r = 0; r < rows; ++r, x += width) {
    const float max = Max(width, x);
    const double sum = Sum(width, [&](int64_t i, int64_t count) {
      const Lanes lanes = First(count, Exp(Load(x + i, count) - max));
      Store(lanes, x + i, count);
      return lanes;
    });
    const float scale = static_cast<float>(1 / sum);
    ForLanes(width, [&](int64_t i, int64_t count) { Store(Load(x + i, count) * scale, x + i, count); });
  }
}

void SoftmaxBackwardRows(int64_t rows, int64_t width, const float* weights, float* by_weights) {
  for (int64_t r = 0; r < rows; ++r, weights += width, by_weights += width) {
    const float mean = static_cast<float>(
        Sum(width, [&](int64_t i, int64_t count) { return Load(weights + i, count) * Load(by_weights + i, count); }));
    ForLanes(width, [&](int64_t i, int64_t count) {
      Store(Load(weights + i, count) * (Load(by_weights + i, count) - mean), by_weights + i, count);
    });
  }
}

void LogSumExpRows(int64_t rows, int64_t width, const float* logits, float* log_sum_exps) {
  for (int64_t r = 0; r < rows; ++r, logits += width) {
    const float max = Max(width, logits);
    const double sum =
        Sum(width, [&](int64_t v, int64_t count) { return First(count, Exp(Load(logits + v, count) - max)); });
    log_sum_exps[r] = static_cast<float>(max + std::log(sum));
  }
}

void LogProbBackwardRows(int64_t rows, int64_t width, const float* log_sum_exps, const int64_t* targets,
                         const float* gradients, float* logits) {
  for (int64_t r = 0; r < rows; ++r, logits += width) {
    const float gradient = gradients[r], log_sum_exp = log_sum_exps[r];
    ForLanes(width, [&](int64_t v, int64_t count) {
      Store(Exp(Load(logits + v, count) - log_sum_exp) * -gradient, logits + v, count);
    });
    logits[targets[r]] += gradient;
  }
}

void RotateRows(const RotatedRows& rows, const float* cos, const float* sin, float sin_sign, const float* from,
                float* to) {
  const int64_t half = rows.half_dim;
  for (int64_t r = 0; r < rows.count; ++r, from += rows.from_stride, to += rows.to_stride, cos += half, sin += half) {
    for (int64_t h = 0; h < rows.heads; ++h) {
      const float* const x = from + 2 * h * half;
      float* const y = to + 2 * h * half;
      ForLanes(half, [&](int64_t i, int64_t count) {
        const Lanes c = Load(cos + i, count), s = Load(sin + i, count) * sin_sign;
        const Lanes a = Load(x + i, count), b = Load(x + half + i, count);
        Store(a * c - b * s, y + i, count);
        Store(b * c + a * s, y + half + i, count);
      });
    }
  }
}

void Gate(int64_t count, const float* gate, const float* up, float* gated) {
  ForLanes(count, [&](int64_t i, int64_t count) {
    const Lanes z = Load(gate + i, count);
    const Lanes s = 1.0f / (Exp(-z) + 1.0f), silu = z * s;
    Store(silu * Load(up + i, count), gated + i, count);
  });
}

// silu(z) = z s with s = 1 / (1 + e^-z); silu'(z) = s (1 + z (1 - s)).
void GateBackward(int64_t count, const float* gate, const float* up, float* gated, float* by_up, float* by_gate) {
  ForLanes(count, [&](int64_t i, int64_t count) {
    const Lanes z = Load(gate + i, count), u = Load(up + i, count), by_gated = Load(by_up + i, count);
    const Lanes s = 1.0f / (Exp(-z) + 1.0f), silu = z * s;
    Store(silu * u, gated + i, count);
    Store(by_gated * silu, by_up + i, count);
    Store(by_gated * u * (s * ((1.0f - s) * z + 1.0f)), by_gate + i, count);
  });
}

void RmsNormRows(int64_t rows, int64_t width, const float* x, const float* weight, double eps, float* scales,
                 float* y) {
  for (int64_t r = 0; r < rows; ++r, x += width, y += width) {
    const double squares = Sum(width, [&](int64_t i, int64_t count) {
      const Lanes lanes = Load(x + i, count);
      return lanes * lanes;
    });
    const float scale = static_cast<float>(1 / std::sqrt(squares / width + eps));
    ForLanes(width, [&](int64_t i, int64_t count) {
      Store(Load(weight + i, count) * (Load(x + i, count) * scale), y + i, count);
    });
    scales[r] = scale;
  }
}

// With n = x s = y / w and g = dy w: dx = s (g - n mean(g n)), dw = sum of dy n; g n = dy y.
void RmsNormBackwardRows(int64_t rows, int64_t width, const float* y, const float* weight, const float* scales,
                         const float* by_y, float* by_x, float* by_weight) {
  for (int64_t r = 0; r < rows; ++r, y += width, by_y += width, by_x += width) {
    const float scale = scales[r];
    const double sum = Sum(width, [&](int64_t i, int64_t count) { return Load(by_y + i, count) * Load(y + i, count); });
    const float mean = static_cast<float>(sum / width);
    ForLanes(width, [&](int64_t i, int64_t count) {
      const Lanes w = Load(weight + i, count, 1), normed = Load(y + i, count) / w, by = Load(by_y + i, count);
      Store(Load(by_weight + i, count) + by * normed, by_weight + i, count);
      Store((by * w - normed * mean) * scale, by_x + i, count);
    });
  }
}

}  // namespace
}  // namespace kernels
LM_END_KERNELS

void SoftmaxRows(int64_t rows, int64_t width, float* x) { RunBest<kernels::SoftmaxRows>(rows, width, x); }

void SoftmaxBackwardRows(int64_t rows, int64_t width, const float* weights, float* by_weights) {
  RunBest<kernels::SoftmaxBackwardRows>(rows, width, weights, by_weights);
}

void LogSumExpRows(int64_t rows, int64_t width, const float* logits, float* log_sum_exps) {
  RunBest<kernels::LogSumExpRows>(rows, width, logits, log_sum_exps);
}

void LogProbBackwardRows(int64_t rows, int64_t width, const float* log_sum_exps, const int64_t* targets,
                         const float* gradients, float* logits) {
  RunBest<kernels::LogProbBackwardRows>(rows, width, log_sum_exps, targets, gradients, logits);
}

void RotateRows(const RotatedRows& rows, const float* cos, const float* sin, float sin_sign, const float* from,
                float* to) {
  RunBest<kernels::RotateRows>(rows, cos, sin, sin_sign, from, to);
}

void Gate(int64_t count, const float* gate, const float* up, float* gated) {
  RunBest<kernels::Gate>(count, gate, up, gated);
}

void GateBackward(int64_t count, const float* gate, const float* up, float* gated, float* by_up, float* by_gate) {
  RunBest<kernels::GateBackward>(count, gate, up, gated, by_up, by_gate);
}

void RmsNormRows(int64_t rows, int64_t width, const float* x, const float* weight, double eps, float* scales,
                 float* y) {
  RunBest<kernels::RmsNormRows>(rows, width, x, weight, eps, scales, y);
}

void RmsNormBackwardRows(int64_t rows, int64_t width, const float* y, const float* weight, const float* scales,
                         const float* by_y, float* by_x, float* by_weight) {
  RunBest<kernels::RmsNormBackwardRows>(rows, width, y, weight, scales, by_y, by_x, by_weight);
}

}  // namespace lm

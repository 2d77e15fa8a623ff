#include "lm/row_operations.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "lm/lanes.h"

namespace lm {
namespace {

typedef int32_t Integers __attribute__((vector_size(kLanes * sizeof(int32_t))));

// x = e^x for x <= 88, to 2 units of the last place; exactly 0 below -87. e^x = 2^n e^r with |r| <= ln(2) / 2, the
// latter by its Taylor polynomial.
LM_INLINE void Exponentiate(Lanes* x) {
  constexpr float kLog2E = 1.44269504f, kLn2High = 0.693359375f, kLn2Low = -2.12194440e-4f;
  constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it leaves no room for a fraction
  const Integers in_range = *x >= -87.0f;
  const Lanes n = (*x * kLog2E + kRound) - kRound;
  const Lanes r = (*x - n * kLn2High) - n * kLn2Low;
  Lanes p = r * (1.0f / 5040) + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  const Integers powers = ((in_range & __builtin_convertvector(n, Integers)) + 127) << 23;
  p *= reinterpret_cast<const Lanes&>(powers);
  const Integers bits = in_range & reinterpret_cast<const Integers&>(p);
  *x = reinterpret_cast<const Lanes&>(bits);
}

LM_INLINE void Norm(int64_t n, const float* x, const float* weight, float eps, float* y) {
  Lanes squares = {}, part;
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    Load(x + i, &part);
    squares += part * part;
  }
  LoadPart(x + i, n - i, &part);
  squares += part * part;
  const float scale = 1.0f / std::sqrt(SumOf(squares) / static_cast<float>(n) + eps);
  for (int64_t k = 0; k < n; ++k) y[k] = weight[k] * (x[k] * scale);
}

LM_INLINE void Rotate(int64_t dim, const float* cos, const float* sin, float* head) {
  const int64_t half = dim / 2;
  for (int64_t i = 0; i < half; ++i) {
    const float a = head[i], b = head[i + half];
    head[i] = a * cos[i] - b * sin[i];
    head[i + half] = b * cos[i] + a * sin[i];
  }
}

// silu(x) = x / (1 + e^-x), which is 0 to rounding where e^-x would overflow.
LM_INLINE void GatedLanes(const Lanes& up, Lanes* gate) {
  const Integers in_range = *gate >= -87.0f;
  Lanes power = -*gate;
  Exponentiate(&power);
  const Lanes gated = *gate / (1.0f + power) * up;
  const Integers bits = in_range & reinterpret_cast<const Integers&>(gated);
  *gate = reinterpret_cast<const Lanes&>(bits);
}

LM_INLINE void Gate(int64_t n, const float* up, float* gate) {
  Lanes left, right;
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    Load(gate + i, &left);
    Load(up + i, &right);
    GatedLanes(right, &left);
    Store(left, gate + i);
  }
  LoadPart(gate + i, n - i, &left);
  LoadPart(up + i, n - i, &right);
  GatedLanes(right, &left);
  std::memcpy(gate + i, &left, (n - i) * sizeof(float));
}

LM_INLINE void Softmax(int64_t n, float* x) {
  Lanes sums = {}, part, largest;
  Load(x, &largest);
  for (int64_t i = kLanes; i < n; i += kLanes) {
    Load(x + i, &part);
    largest = part > largest ? part : largest;
  }
  float top = largest[0];
  for (int l = 1; l < kLanes; ++l) top = largest[l] > top ? largest[l] : top;
  for (int64_t i = 0; i < n; i += kLanes) {
    Load(x + i, &part);
    part -= top;
    Exponentiate(&part);
    sums += part;
    Store(part, x + i);
  }
  const float scale = 1.0f / SumOf(sums);
  for (int64_t i = 0; i < n; ++i) x[i] *= scale;
}

}  // namespace

void NormRow(int64_t n, const float* x, const float* weight, float eps, float* y) {
  LM_FOR_INSTRUCTIONS(Norm(n, x, weight, eps, y), Norm(n, x, weight, eps, y), Norm(n, x, weight, eps, y));
}

void RotateHead(int64_t dim, const float* cos, const float* sin, float* head) {
  LM_FOR_INSTRUCTIONS(Rotate(dim, cos, sin, head), Rotate(dim, cos, sin, head), Rotate(dim, cos, sin, head));
}

void GateRow(int64_t n, const float* up, float* gate) {
  LM_FOR_INSTRUCTIONS(Gate(n, up, gate), Gate(n, up, gate), Gate(n, up, gate));
}

void AddRow(int64_t n, const float* x, float* y) {
  for (int64_t i = 0; i < n; ++i) y[i] += x[i];
}

void SoftmaxRow(int64_t n, float* x) { LM_FOR_INSTRUCTIONS(Softmax(n, x), Softmax(n, x), Softmax(n, x)); }

}  // namespace lm

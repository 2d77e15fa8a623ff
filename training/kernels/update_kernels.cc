#include "training/kernels/update_kernels.h"

#include <cmath>

#include "lm/kernels/instructions.h"

#pragma STDC FP_CONTRACT OFF

namespace training {
LM_BEGIN_KERNELS
namespace {

template <typename T>
int64_t AdamW(const AdamWConstants& constants, int64_t n, const T* __restrict__ gradient, T* __restrict__ parameter,
              T* __restrict__ first, T* __restrict__ second) {
  const T scale = static_cast<T>(constants.gradient_scale), decay = static_cast<T>(constants.decay);
  const T beta1 = static_cast<T>(constants.beta1), rest1 = static_cast<T>(1 - constants.beta1);
  const T beta2 = static_cast<T>(constants.beta2), rest2 = static_cast<T>(1 - constants.beta2);
  const T rate = static_cast<T>(constants.rate), root_correction = static_cast<T>(constants.root_correction);
  const T epsilon = static_cast<T>(constants.epsilon);
  int64_t changed = 0;
  for (int64_t i = 0; i < n; ++i) {
    const T g = gradient[i] * scale, was = parameter[i];
    const T m = first[i] * beta1 + g * rest1, v = second[i] * beta2 + rest2 * g * g;
    const T denominator = std::sqrt(v) / root_correction + epsilon;
    const T now = was * decay - rate * m / denominator;
    first[i] = m;
    second[i] = v;
    parameter[i] = now;
    changed += now != was;
  }
  return changed;
}

template <typename T>
int64_t RmsProp(const RmsPropConstants& constants, int64_t n, const T* __restrict__ gradient, T* __restrict__ parameter,
                T* __restrict__ second) {
  const T scale = static_cast<T>(constants.gradient_scale), decay = static_cast<T>(constants.decay);
  const T alpha = static_cast<T>(constants.alpha), rest = static_cast<T>(1 - constants.alpha);
  const T rate = static_cast<T>(constants.rate), epsilon = static_cast<T>(constants.epsilon);
  int64_t changed = 0;
  for (int64_t i = 0; i < n; ++i) {
    const T was = parameter[i], g = gradient[i] * scale + decay * was;
    const T v = second[i] * alpha + rest * g * g;
    const T now = was - rate * g / (std::sqrt(v) + epsilon);
    second[i] = v;
    parameter[i] = now;
    changed += now != was;
  }
  return changed;
}

// In eight parts, whatever the registers, so that the sum's bits are the same everywhere.
template <typename T>
double Squares(int64_t n, const T* x) {
  constexpr int64_t kParts = 8;
  double parts[kParts] = {};
  int64_t i = 0;
  for (; i + kParts <= n; i += kParts) {
    for (int64_t k = 0; k < kParts; ++k) parts[k] += static_cast<double>(x[i + k]) * static_cast<double>(x[i + k]);
  }
  for (int64_t k = 0; i + k < n; ++k) parts[k] += static_cast<double>(x[i + k]) * static_cast<double>(x[i + k]);
  double sum = 0;
  for (const double part : parts) sum += part;
  return sum;
}

}  // namespace
LM_END_KERNELS

template <typename T>
int64_t UpdateAdamW(const AdamWConstants& constants, int64_t n, const T* gradient, T* parameter, T* first, T* second) {
  return lm::RunBest<AdamW<T>>(constants, n, gradient, parameter, first, second);
}

template <typename T>
int64_t UpdateRmsProp(const RmsPropConstants& constants, int64_t n, const T* gradient, T* parameter, T* second) {
  return lm::RunBest<RmsProp<T>>(constants, n, gradient, parameter, second);
}

template <typename T>
double SumOfSquares(int64_t n, const T* x) {
  return lm::RunBest<Squares<T>>(n, x);
}

template int64_t UpdateAdamW(const AdamWConstants&, int64_t, const float*, float*, float*, float*);
template int64_t UpdateAdamW(const AdamWConstants&, int64_t, const double*, double*, double*, double*);
template int64_t UpdateRmsProp(const RmsPropConstants&, int64_t, const float*, float*, float*);
template int64_t UpdateRmsProp(const RmsPropConstants&, int64_t, const double*, double*, double*);
template double SumOfSquares(int64_t, const float*);
template double SumOfSquares(int64_t, const double*);

}  // namespace training

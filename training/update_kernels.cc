#include "training/update_kernels.h"

#include <cmath>

#pragma STDC FP_CONTRACT OFF

namespace training {
namespace {

#define INLINE inline __attribute__((always_inline))

template <typename T>
INLINE int64_t AdamW(const AdamWConstants& constants, int64_t n, const T* __restrict__ gradient,
                     T* __restrict__ parameter, T* __restrict__ first, T* __restrict__ second) {
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
INLINE int64_t RmsProp(const RmsPropConstants& constants, int64_t n, const T* __restrict__ gradient,
                       T* __restrict__ parameter, T* __restrict__ second) {
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
INLINE double Squares(int64_t n, const T* x) {
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

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))

AVX2 int64_t WideAdamW(const AdamWConstants& constants, int64_t n, const float* gradient, float* parameter,
                       float* first, float* second) {
  return AdamW(constants, n, gradient, parameter, first, second);
}

AVX2 int64_t WideRmsProp(const RmsPropConstants& constants, int64_t n, const float* gradient, float* parameter,
                         float* second) {
  return RmsProp(constants, n, gradient, parameter, second);
}

AVX2 double WideSquares(int64_t n, const float* x) { return Squares(n, x); }

bool IsWide() {
  static const bool is_wide = __builtin_cpu_supports("avx2");
  return is_wide;
}
#else
bool IsWide() { return false; }
#define WideAdamW AdamW
#define WideRmsProp RmsProp
#define WideSquares Squares
#endif

}  // namespace

template <>
int64_t UpdateAdamW(const AdamWConstants& constants, int64_t n, const float* gradient, float* parameter, float* first,
                    float* second) {
  return IsWide() ? WideAdamW(constants, n, gradient, parameter, first, second)
                  : AdamW(constants, n, gradient, parameter, first, second);
}

template <>
int64_t UpdateAdamW(const AdamWConstants& constants, int64_t n, const double* gradient, double* parameter,
                    double* first, double* second) {
  return AdamW(constants, n, gradient, parameter, first, second);
}

template <>
int64_t UpdateRmsProp(const RmsPropConstants& constants, int64_t n, const float* gradient, float* parameter,
                      float* second) {
  return IsWide() ? WideRmsProp(constants, n, gradient, parameter, second)
                  : RmsProp(constants, n, gradient, parameter, second);
}

template <>
int64_t UpdateRmsProp(const RmsPropConstants& constants, int64_t n, const double* gradient, double* parameter,
                      double* second) {
  return RmsProp(constants, n, gradient, parameter, second);
}

template <>
double SumOfSquares(int64_t n, const float* x) {
  return IsWide() ? WideSquares(n, x) : Squares(n, x);
}

template <>
double SumOfSquares(int64_t n, const double* x) {
  return Squares(n, x);
}

}  // namespace training

// SIMD vectors of kLanes numbers for the kernels of this room, and dispatch to the processor's instruction set.
//
// A kernel is one always-inlined function, compiled into three others: for AVX-512, for AVX2 and for whatever the build
// is for. Compilers split a vector where registers are narrower, so all do the same operations in the same order.
#ifndef LM_KERNELS_LANES_H_
#define LM_KERNELS_LANES_H_

#include <cstdint>
#include <cstring>

#include "lm/kernels/instructions.h"
#include "lm/kernels/row_products.h"

namespace lm {

typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float))));

LM_INLINE void Load(const float* from, Lanes* to) { std::memcpy(to, from, sizeof(Lanes)); }
LM_INLINE void Store(const Lanes& from, float* to) { std::memcpy(to, &from, sizeof(Lanes)); }

// The first `count` < kLanes numbers, then zeros.
LM_INLINE void LoadPart(const float* from, int64_t count, Lanes* to) {
  float part[kLanes] = {};
  std::memcpy(part, from, count * sizeof(float));
  Load(part, to);
}

// The sum of the lanes: halves are added to halves.
LM_INLINE float SumOf(const Lanes& lanes) {
  float part[kLanes];
  Store(lanes, part);
#pragma clang loop unroll(full)
  for (int64_t half = kLanes / 2; half > 0; half /= 2) {
#pragma clang loop unroll(full)
    for (int64_t l = 0; l < half; ++l) part[l] += part[l + half];
  }
  return part[0];
}

}  // namespace lm

// Runs `other`, `avx2` or `avx512`, each an expression, compiled for the instructions of its name.
#if defined(__x86_64__)
#define LM_FOR_INSTRUCTIONS(other, avx2_code, avx512_code)                                        \
  switch (::lm::BestInstructions()) {                                                             \
    case ::lm::Instructions::kAvx512:                                                             \
      return [&]() __attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma"))) { avx512_code; } \
      ();                                                                                         \
    case ::lm::Instructions::kAvx2:                                                               \
      return [&]() __attribute__((target("avx2,fma"))) { avx2_code; }                             \
      ();                                                                                         \
    case ::lm::Instructions::kOther:                                                              \
      return [&]() { other; }();                                                                  \
  }
#else
#define LM_FOR_INSTRUCTIONS(other, avx2_code, avx512_code) other
#endif

#endif  // LM_KERNELS_LANES_H_

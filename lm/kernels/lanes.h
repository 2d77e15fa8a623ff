// SIMD vectors of kLanes numbers for the kernels of this room.
#ifndef LM_KERNELS_LANES_H_
#define LM_KERNELS_LANES_H_

#include <cstdint>
#include <cstring>

#include "lm/kernels/instructions.h"
#include "lm/kernels/row_products.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"  // vectors are passed between inlined functions only

LM_BEGIN_KERNELS
namespace lm {

// One register of AVX-512, two of AVX2, four of SSE.
typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float))));

inline Lanes All(float value) { return Lanes{} + value; }

// The first `count` <= kLanes numbers, then `rest`.
inline Lanes Load(const float* x, int64_t count = kLanes, float rest = 0) {
  Lanes lanes;
  if (count == kLanes) {
    std::memcpy(&lanes, x, sizeof lanes);
  } else {
    lanes = All(rest);
    std::memcpy(&lanes, x, count * sizeof(float));
  }
  return lanes;
}

// The first `count` <= kLanes lanes.
inline void Store(const Lanes& lanes, float* x, int64_t count = kLanes) {
  if (count == kLanes) {
    std::memcpy(x, &lanes, sizeof lanes);
  } else {
    std::memcpy(x, &lanes, count * sizeof(float));
  }
}

// The sum of the lanes: halves are added to halves.
inline float Total(const Lanes& lanes) {
  float sums[kLanes];
  Store(lanes, sums);
#pragma clang loop unroll(full)
  for (int64_t half = kLanes / 2; half > 0; half /= 2) {
#pragma clang loop unroll(full)
    for (int64_t l = 0; l < half; ++l) sums[l] += sums[l + half];
  }
  return sums[0];
}

}  // namespace lm
LM_END_KERNELS

#pragma clang diagnostic pop

#endif  // LM_KERNELS_LANES_H_

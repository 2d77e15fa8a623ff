// SIMD vectors of kLanes numbers for the kernels of this room.
#ifndef LM_KERNELS_LANES_H_
#define LM_KERNELS_LANES_H_

#include <cstdint>

#include "lm/kernels/instructions.h"
#include "lm/kernels/row_products.h"
#include "lm/kernels/stored_numbers.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"  // vectors are passed between inlined functions only

LM_BEGIN_KERNELS
namespace lm {

// Copies are by the compiler's own memcpy: with _FORTIFY_SOURCE, as Bazel sets it, std::memcpy is a function that
// leaves vectors in memory on their way from one register to another.

// One register of AVX-512, two of AVX2, four of SSE.
typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float))));

inline Lanes All(float value) { return value - Lanes{}; }  // taking 0 off changes nothing, not even -0

// The first `count` <= kLanes numbers, then `rest`.
inline Lanes Load(const float* x, int64_t count = kLanes, float rest = 0) {
  Lanes lanes;
  if (count == kLanes) {
    __builtin_memcpy(&lanes, x, sizeof lanes);
  } else {
    lanes = All(rest);
    __builtin_memcpy(&lanes, x, count * sizeof(float));
  }
  return lanes;
}

typedef uint32_t Words __attribute__((vector_size(kLanes * sizeof(uint32_t))));
typedef uint16_t HalfWords __attribute__((vector_size(kLanes * sizeof(uint16_t))));

// Words of the first `count` <= kLanes half-words, then 0.
inline Words LoadHalfWords(const void* x, int64_t count) {
  HalfWords halves;
  if (count == kLanes) {
    __builtin_memcpy(&halves, x, sizeof halves);
  } else {
    halves = HalfWords{};
    __builtin_memcpy(&halves, x, count * sizeof(uint16_t));
  }
  return __builtin_convertvector(halves, Words);
}

// The same bits.
inline Lanes AsLanes(const Words& words) { return (Lanes)words; }
inline Words AsWords(const Lanes& lanes) { return (Words)lanes; }

// bfloat16 is the upper half of a float32.
inline Lanes Load(const Bfloat16* x, int64_t count = kLanes) { return AsLanes(LoadHalfWords(x, count) << 16); }

// float16 has 5 bits of exponent, whose bias is 15 and not 127: 112 more. A subnormal number gets the exponent of the
// least normal one, 2^-14, which is then taken off again.
inline Lanes Load(const Float16* x, int64_t count = kLanes) {
  const Words bits = LoadHalfWords(x, count);
  const Words magnitude = (bits & 0x7fff) << 13, sign = (bits & 0x8000) << 16;
  const Words normal = magnitude + (Words{} + (112u << 23));
  const Words subnormal = AsWords(AsLanes(magnitude + (Words{} + (113u << 23))) - All(0x1p-14f));
  const Words is_subnormal = (bits & 0x7c00) == 0;
  return AsLanes((is_subnormal & subnormal) | (~is_subnormal & normal) | sign);
}

// The first `count` <= kLanes lanes.
inline void Store(const Lanes& lanes, float* x, int64_t count = kLanes) {
  if (count == kLanes) {
    __builtin_memcpy(x, &lanes, sizeof lanes);
  } else {
    __builtin_memcpy(x, &lanes, count * sizeof(float));
  }
}

// Numbers of any type, in float32.
template <typename W>
inline void WidenAll(int64_t count, const W* from, float* to) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) Store(Load(from + i), to + i);
  if (i < count) Store(Load(from + i, count - i), to + i, count - i);
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

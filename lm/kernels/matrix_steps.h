// For matrix_product.cc alone: what a tile's loop does in one step. A number of a copied side is what it takes of a row
// or column: one term in float32, or two, each rounded to bfloat16.
#ifndef LM_KERNELS_MATRIX_STEPS_H_
#define LM_KERNELS_MATRIX_STEPS_H_

#include <cstdint>

#include "lm/kernels/lanes.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"  // vectors are passed between inlined functions only

namespace lm {

// By the processor's own instructions, which take numbers below 2^-126 as 0. They are no kernels, lest kernels without
// these instructions have to inline them.
#if defined(__x86_64__) && defined(__clang__)
#define LM_BFLOAT16 __attribute__((target("avx512f,avx512bw,avx512bf16")))
typedef int16_t Halves __attribute__((vector_size(sizeof(Lanes))));

// sum += two products in each word, the upper half's first, both by fused multiply-adds.
LM_BFLOAT16 inline void AddPairs(const Lanes& left, const Lanes& same, Lanes& sum) {
  typedef int32_t Integers __attribute__((vector_size(sizeof(Lanes))));
  sum = __builtin_ia32_dpbf16ps_512(sum, (Integers)left, (Integers)same);
}

// Word i: the i-th of `first`, rounded, in its upper half, and of `second`.
LM_BFLOAT16 inline void RoundRows(const Lanes& first, const Lanes& second, Lanes& pairs) {
  const Halves all = __builtin_ia32_cvtne2ps2bf16_512(first, second);
  pairs = (Lanes)__builtin_shufflevector(all, all, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23, 8, 24, 9, 25,
                                         10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

// Word i: the 2i-th of x and then y, rounded, in its upper half, and the one behind it.
LM_BFLOAT16 inline void RoundRow(const Lanes& x, const Lanes& y, Lanes& pairs) {
  const Halves all = __builtin_ia32_cvtne2ps2bf16_512(y, x);
  pairs = (Lanes)__builtin_shufflevector(all, all, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14, 17, 16, 19, 18,
                                         21, 20, 23, 22, 25, 24, 27, 26, 29, 28, 31, 30);
}
#else  // for Bfloat16Step<true>, which is not instantiated then
void AddPairs(const Lanes& left, const Lanes& same, Lanes& sum);
void RoundRows(const Lanes& first, const Lanes& second, Lanes& pairs);
void RoundRow(const Lanes& x, const Lanes& y, Lanes& pairs);
#endif

}  // namespace lm

LM_BEGIN_KERNELS
namespace lm {

// One term a step.
struct Float32Step {
  static constexpr int64_t kTerms = 1;
  static constexpr int kParts = 1;

  static Lanes Rows(const float* term, int64_t, bool) { return Load(term); }
  static Lanes Row(const float* terms) { return Load(terms); }
  static float Number(const float* term, int64_t, bool) { return *term; }

  static Lanes Same(const float& number) { return All(number); }
  static Lanes Part(const Lanes& numbers, int) { return numbers; }
  static void Add(const Lanes& left, const Lanes& same, Lanes& sum) { sum += left * same; }
};

// In the upper half of each word the nearest bfloat16, ties to even; the lower half is to be cut off.
inline Words Nearest(const Lanes& x) {
  const Words bits = AsWords(x), is_nan = (bits & 0x7fffffff) > 0x7f800000;
  return (is_nan & (bits | 0x400000)) | (~is_nan & (bits + 0x7fff + ((bits >> 16) & 1)));
}

// Two terms a step, the first in the upper half of a number's bits. What is added, and in which order, is what
// Float32Step adds of rounded numbers.
template <bool kHasInstruction>
struct Bfloat16Step {
  static constexpr int64_t kTerms = 2;
  static constexpr int kParts = kHasInstruction ? 1 : 2;

  static Lanes Rows(const float* term, int64_t across, bool has_second) {
    return Rounded(Load(term), has_second ? Load(term + across) : Lanes{});
  }
  static Lanes Row(const float* terms) {
    const Lanes x = Load(terms), y = Load(terms + kLanes);
    if constexpr (kHasInstruction) {
      Lanes pairs;
      RoundRow(x, y, pairs);
      return pairs;
    }
    return Rounded(__builtin_shufflevector(x, y, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30),
                   __builtin_shufflevector(x, y, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31));
  }
  static float Number(const float* term, int64_t across, bool has_second) {
    return Rounded(All(*term), has_second ? All(term[across]) : Lanes{})[0];
  }
  static Lanes Rounded(const Lanes& first, const Lanes& second) {
    if constexpr (kHasInstruction) {
      Lanes pairs;
      RoundRows(first, second, pairs);
      return pairs;
    }
    return AsLanes((Nearest(first) & 0xffff0000) | (Nearest(second) >> 16));
  }

  static Lanes Same(const float& number) {
    uint32_t bits;
    __builtin_memcpy(&bits, &number, sizeof bits);
    return AsLanes(Words{} + bits);
  }
  static Lanes Part(const Lanes& numbers, int part) {
    if constexpr (kHasInstruction) return numbers;
    return AsLanes(part == 0 ? AsWords(numbers) & 0xffff0000 : AsWords(numbers) << 16);
  }
  static void Add(const Lanes& left, const Lanes& same, Lanes& sum) {
    if constexpr (kHasInstruction) {
      AddPairs(left, same, sum);
    } else {
      sum += left * same;
    }
  }
};

// For processors with AVX-512's bfloat16 products.
#if defined(__x86_64__) && defined(__clang__)
using Avx512Bfloat16Step = Bfloat16Step<true>;
#else
using Avx512Bfloat16Step = Bfloat16Step<false>;
#endif

}  // namespace lm
LM_END_KERNELS

#pragma clang diagnostic pop

#endif  // LM_KERNELS_MATRIX_STEPS_H_

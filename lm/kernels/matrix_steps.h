// For matrix_product.cc alone: what a tile's loop does in one step. A number of a copied side is what it takes of a row
// or column: one term in float32, or two, each rounded to bfloat16.
#ifndef LM_KERNELS_MATRIX_STEPS_H_
#define LM_KERNELS_MATRIX_STEPS_H_

#include <cstdint>

#include "lm/kernels/lanes.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"  // vectors are passed between inlined functions only

namespace lm {

// sum += two products in each word, the upper half's first, both by fused multiply-adds: vdpbf16ps, which takes numbers
// below 2^-126 as 0.
#if defined(__x86_64__) && defined(__clang__)
__attribute__((target("avx512f,avx512bf16"))) inline void AddPairs(const Lanes& left, const Lanes& same, Lanes& sum) {
  typedef int Integers __attribute__((vector_size(sizeof(Lanes))));
  sum = __builtin_ia32_dpbf16ps_512(sum, (Integers)left, (Integers)same);
}
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
inline Words Rounded(const Lanes& x) {
  const Words bits = AsWords(x), is_nan = (bits & 0x7fffffff) > 0x7f800000;
  return (is_nan & (bits | 0x400000)) | (~is_nan & (bits + 0x7fff + ((bits >> 16) & 1)));
}

inline Lanes Pairs(const Words& first, const Words& second) { return AsLanes((first & 0xffff0000) | (second >> 16)); }

// Two terms a step, the first in the upper half of a number's bits. What is added, and in which order, is what
// Float32Step adds of rounded numbers.
template <bool kHasInstruction>
struct Bfloat16Step {
  static constexpr int64_t kTerms = 2;
  static constexpr int kParts = kHasInstruction ? 1 : 2;

  static Lanes Rows(const float* term, int64_t across, bool has_second) {
    return Pairs(Rounded(Load(term)), has_second ? Rounded(Load(term + across)) : Words{});
  }
  static Lanes Row(const float* terms) {
    const Words x = Rounded(Load(terms)), y = Rounded(Load(terms + kLanes));
    return Pairs(__builtin_shufflevector(x, y, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30),
                 __builtin_shufflevector(x, y, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31));
  }
  static float Number(const float* term, int64_t across, bool has_second) {
    return Pairs(Rounded(Lanes{} + *term), has_second ? Rounded(Lanes{} + term[across]) : Words{})[0];
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

}  // namespace lm
LM_END_KERNELS

#pragma clang diagnostic pop

#endif  // LM_KERNELS_MATRIX_STEPS_H_

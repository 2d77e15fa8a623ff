// Vector instruction sets (AVX2, AVX-512): one code compiled for each, of which the processor's best runs.
//
//   LM_BEGIN_KERNELS
//   void Scale(int64_t count, float factor, float* x) { ... }      // calls nothing but other kernels
//   LM_END_KERNELS
//   RunBest<Scale>(count, factor, x);
//
// Between the two everything is inlined into its caller, and so compiled for the caller's instructions. Compilers split
// a vector where registers are narrower, so that every set does the same operations in the same order; what is not
// fused into multiply-adds without AVX2 rounds otherwise in the last bits.
#ifndef LM_KERNELS_INSTRUCTIONS_H_
#define LM_KERNELS_INSTRUCTIONS_H_

#include <cstdint>
#include <type_traits>
#include <vector>

#if defined(__clang__)
#define LM_BEGIN_KERNELS _Pragma("clang attribute push(__attribute__((always_inline)), apply_to = function)")
#define LM_END_KERNELS _Pragma("clang attribute pop")
#else  // no dispatch: other compilers may leave calls between the two
#define LM_BEGIN_KERNELS
#define LM_END_KERNELS
#endif

namespace lm {

enum class Instructions { kOther, kAvx2, kAvx512, kAvx512Bf16 };  // each has those before it

// What the processor has.
inline Instructions DetectInstructions() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return Instructions::kOther;
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  if (!avx512) return Instructions::kAvx2;
  return __builtin_cpu_supports("avx512bf16") ? Instructions::kAvx512Bf16 : Instructions::kAvx512;
#else
  return Instructions::kOther;
#endif
}

inline Instructions& InstructionsInUse() {
  static Instructions instructions = DetectInstructions();
  return instructions;
}

// For tests: all that this processor can run, and the choice of fewer than it has, while no kernel runs.
inline std::vector<Instructions> AvailableInstructions() {
  std::vector<Instructions> available;
  for (int i = 0; i <= static_cast<int>(DetectInstructions()); ++i) available.push_back(static_cast<Instructions>(i));
  return available;
}
inline void SetInstructionsForTesting(Instructions instructions) { InstructionsInUse() = instructions; }

#if defined(__x86_64__) && defined(__clang__)
template <auto kKernel, typename... Args>
__attribute__((target("avx2,fma"))) auto RunAvx2(Args... args) {
  return kKernel(args...);
}

template <auto kKernel, typename... Args>
__attribute__((target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl"))) auto RunAvx512(Args... args) {
  return kKernel(args...);
}

template <auto kKernel, typename... Args>
__attribute__((target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl,avx512bf16"))) auto RunAvx512Bf16(Args... args) {
  return kKernel(args...);
}
#endif

template <auto kKernel>
struct Kernel {};

// kernel(args...), compiled for the best instructions of this processor. Arguments are copied: pointers and sizes. A
// second and third kernel are taken for AVX2 and AVX-512, where the tiles that fill the registers differ; a fourth, for
// AVX-512 with bfloat16's products, where they are of use.
template <auto kOther, auto kAvx2 = kOther, auto kAvx512 = kAvx2, auto kAvx512Bf16 = kAvx512, typename... Args>
auto RunBest(Args... args) {
#if defined(__x86_64__) && defined(__clang__)
  const Instructions instructions = InstructionsInUse();
  if constexpr (!std::is_same_v<Kernel<kAvx512>, Kernel<kAvx512Bf16>>) {
    if (instructions == Instructions::kAvx512Bf16) return RunAvx512Bf16<kAvx512Bf16>(args...);
  }
  if (instructions >= Instructions::kAvx512) return RunAvx512<kAvx512>(args...);
  if (instructions == Instructions::kAvx2) return RunAvx2<kAvx2>(args...);
#endif
  return kOther(args...);
}

}  // namespace lm

#endif  // LM_KERNELS_INSTRUCTIONS_H_

// Vector instruction sets (AVX2, AVX-512): which of them the kernels of this room may use.
#ifndef LM_KERNELS_INSTRUCTIONS_H_
#define LM_KERNELS_INSTRUCTIONS_H_

#include <vector>

#define LM_INLINE inline __attribute__((always_inline))

namespace lm {

enum class Instructions { kOther, kAvx2, kAvx512 };

// What the processor has.
inline Instructions DetectInstructions() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return Instructions::kOther;
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  return avx512 ? Instructions::kAvx512 : Instructions::kAvx2;
#else
  return Instructions::kOther;
#endif
}

inline Instructions& InstructionsInUse() {
  static Instructions instructions = DetectInstructions();
  return instructions;
}

inline Instructions BestInstructions() { return InstructionsInUse(); }

// For tests: all that this processor can run, and the choice of fewer than it has, while no kernel runs.
inline std::vector<Instructions> AvailableInstructions() {
  std::vector<Instructions> available = {Instructions::kOther};
  if (DetectInstructions() != Instructions::kOther) available.push_back(Instructions::kAvx2);
  if (DetectInstructions() == Instructions::kAvx512) available.push_back(Instructions::kAvx512);
  return available;
}
inline void SetInstructionsForTesting(Instructions instructions) { InstructionsInUse() = instructions; }

}  // namespace lm

#endif  // LM_KERNELS_INSTRUCTIONS_H_

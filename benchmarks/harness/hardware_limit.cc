#include "benchmarks/harness/hardware_limit.h"

#include <algorithm>
#include <cstdint>
#include <ctime>

#include "base/check.h"
#include "base/parallel.h"
#include "lm/arithmetic/processor.h"

namespace benchmarks {
namespace {

constexpr int kRegisters = 12;           // sums at a time: more than 2 units x 4 cycles of latency need
constexpr int64_t kRounds = 125'000;     // of a burst: 1.5 million instructions, 0.25 ms at 2 a cycle and 3 GHz
constexpr int64_t kChain = 20'000;       // rounds of the clock's measurement
constexpr int kLinks = 10, kCycles = 3;  // multiplications in a round, and the cycles that one takes

#if defined(__x86_64__)

// One sum a register: sum += a b, in a loop that no compiler sees through.
#define SAMI_BURST(instruction, width)                                                                          \
  asm volatile("vbroadcastss %1, %%" width "12\n\tvbroadcastss %2, %%" width                                    \
               "13\n1:\n\t"                                                                                     \
               ".irp i,0,1,2,3,4,5,6,7,8,9,10,11\n\t" instruction " %%" width "12, %%" width "13, %%" width     \
               "\\i\n\t.endr\n\tdec %0\n\tjnz 1b\n\tvzeroupper"                                                 \
               : "+r"(rounds)                                                                                   \
               : "m"(a), "m"(b)                                                                                 \
               : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
                 "xmm11", "xmm12", "xmm13")

void Burst(VectorUnit unit, int64_t rounds) {
  // As two bfloat16 numbers they are small numbers, too: nothing overflows, nothing is denormal.
  const float a = 1.0038f, b = 0.50195f;
  switch (unit) {
    case VectorUnit::kAvx2:
      SAMI_BURST("vfmadd231ps", "ymm");
      break;
    case VectorUnit::kAvx512:
      SAMI_BURST("vfmadd231ps", "zmm");
      break;
    case VectorUnit::kAvx512Bf16:
      SAMI_BURST("vdpbf16ps", "zmm");
      break;
  }
}

// Multiplications, each of the one before: 3 cycles each on every processor since 2008.
void Chain(int64_t rounds) {
  int64_t x = 3;
  asm volatile("1:\n\t.rept 10\n\timul %1, %1\n\t.endr\n\tdec %0\n\tjnz 1b" : "+r"(rounds), "+r"(x) : : "cc");
}

#else

void Burst(VectorUnit, int64_t) { SAMI_CHECK(false) << "not on this processor"; }
void Chain(int64_t) { SAMI_CHECK(false) << "not on this processor"; }

#endif

// Of one instruction.
double OperationsOf(VectorUnit unit) {
  switch (unit) {
    case VectorUnit::kAvx2:
      return 2 * 8;
    case VectorUnit::kAvx512:
      return 2 * 16;
    case VectorUnit::kAvx512Bf16:
      return 2 * 32;
  }
  return 0;
}

template <typename Work>
double Seconds(Work work) {
  const double start = ThreadSeconds();
  work();
  return ThreadSeconds() - start;
}

}  // namespace

double ThreadSeconds() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

std::string NameOf(VectorUnit unit) {
  switch (unit) {
    case VectorUnit::kAvx2:
      return "AVX2, float32";
    case VectorUnit::kAvx512:
      return "AVX-512, float32";
    case VectorUnit::kAvx512Bf16:
      return "AVX-512, bfloat16";
  }
  return "";
}

std::vector<VectorUnit> AvailableUnits() {
  const lm::Processor& processor = lm::ThisProcessor();
  std::vector<VectorUnit> units;
  if (processor.Has("avx2") && processor.Has("fma")) units.push_back(VectorUnit::kAvx2);
  if (processor.Has("avx512f")) units.push_back(VectorUnit::kAvx512);
  if (processor.Has("avx512f") && processor.Has("avx512_bf16")) units.push_back(VectorUnit::kAvx512Bf16);
  return units;
}

UnitLimit MeasureLimit(VectorUnit unit, int threads, int bursts) {
  std::vector<double> instructions(threads), hertz(threads);  // a second: the best of each thread
  base::ParallelFor(threads, threads, [&](int64_t i) {
    for (int burst = 0; burst < bursts; ++burst) {
      const double seconds = Seconds([&] { Burst(unit, kRounds); });
      instructions[i] = std::max(instructions[i], kRounds * kRegisters / seconds);
      // Right after it, while the clock is what the vector units left it at.
      hertz[i] = std::max(hertz[i], kChain * kLinks * kCycles / Seconds([&] { Chain(kChain); }));
    }
  });
  UnitLimit limit;
  for (int i = 0; i < threads; ++i) {
    limit.flops += instructions[i] * OperationsOf(unit);
    limit.per_cycle += instructions[i] / hertz[i] / threads;
    limit.hertz += hertz[i] / threads;
  }
  return limit;
}

double MeasureLimit(Factors factors, int threads) {
  double best = 0;
  for (const VectorUnit unit : AvailableUnits()) {
    const bool is_bfloat16 = unit == VectorUnit::kAvx512Bf16;
    if (is_bfloat16 != (factors == Factors::kBfloat16)) continue;
    best = std::max(best, MeasureLimit(unit, threads, /*bursts=*/5).flops);
  }
  return best;
}

}  // namespace benchmarks

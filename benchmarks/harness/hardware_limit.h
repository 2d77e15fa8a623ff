// The hardware's own limit: how many multiply-adds the vector units do, whatever any library makes of them. Every share
// of the hardware in this room is a share of that.
//
// Measured are loops of nothing but fused multiply-adds on registers, enough of them at a time to hide their latency,
// in bursts of a quarter of a millisecond. A burst that another program interrupts is slower, never faster: the best of
// many counts.
#ifndef BENCHMARKS_HARNESS_HARDWARE_LIMIT_H_
#define BENCHMARKS_HARNESS_HARDWARE_LIMIT_H_

#include <string>
#include <vector>

namespace benchmarks {

// Seconds that the calling thread has run.
double ThreadSeconds();

enum class VectorUnit {
  kAvx2,        // float32, 8 numbers at a time
  kAvx512,      // float32, 16
  kAvx512Bf16,  // bfloat16 with float32 sums, 32 (vdpbf16ps)
};

// "AVX-512, float32".
std::string NameOf(VectorUnit unit);

// Those that this processor has; none on other processors than x86-64.
std::vector<VectorUnit> AvailableUnits();

struct UnitLimit {
  double flops = 0;      // operations a second, a multiply-add is two: the sum over the threads
  double per_cycle = 0;  // instructions a cycle of a core
  double hertz = 0;      // the clock that a core held meanwhile
};

// All `threads` at once, each `bursts` bursts. The processor has the unit.
UnitLimit MeasureLimit(VectorUnit unit, int threads, int bursts = 40);

// The most operations a second of all available units in float32, or with bfloat16 factors, on all `threads` at once: 5
// bursts of each. 0 where there is none.
enum class Factors { kFloat32, kBfloat16 };
double MeasureLimit(Factors factors, int threads);

}  // namespace benchmarks

#endif  // BENCHMARKS_HARNESS_HARDWARE_LIMIT_H_

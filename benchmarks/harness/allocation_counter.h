// Peak memory of tensors: how many bytes are alive, and the most that ever were, counted at torch's CPU allocator.
//
// What the linear algebra library keeps for itself (OpenBLAS: packing buffers of a few MiB a thread) never passes
// through that allocator and is not counted, for any implementation.
#ifndef BENCHMARKS_HARNESS_ALLOCATION_COUNTER_H_
#define BENCHMARKS_HARNESS_ALLOCATION_COUNTER_H_

#include <cstdint>

namespace benchmarks {

// Puts a counting allocator before torch's own, for the rest of the process. Idempotent. Call it in main(), before
// other threads start; tensors that are older are not counted.
void CountAllocations();

// Thread-safe, as all that follows.
int64_t AllocatedBytes();
// The most since the last ResetPeak.
int64_t PeakBytes();
void ResetPeak();

}  // namespace benchmarks

#endif  // BENCHMARKS_HARNESS_ALLOCATION_COUNTER_H_

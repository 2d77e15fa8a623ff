// Paired timing: optimizer steps of the harness and of the naive implementation, taken in turns, so that whatever else
// the machine does falls on both.
//
// Both sides have `threads` cores. The harness's step is training::Train's own: `threads` queries at once, a microbatch
// and a thread each. The naive side takes its queries in the same way if that many fit in its memory. Otherwise its
// step has one query (as published) on one thread, whose time is divided by `threads`: perfect scaling, which it could
// not reach, is granted to it. Threads inside operations are not used for it, since two of them that wait for each
// other on a busy machine lose far more than half, which would flatter the harness. An optimizer step (gradient norm,
// clipping, AdamW, the same code on both sides) is part of every step.
#ifndef BENCHMARKS_HARNESS_PAIRED_RUN_H_
#define BENCHMARKS_HARNESS_PAIRED_RUN_H_

#include <cstdint>
#include <vector>

#include "benchmarks/harness/hardware_limit.h"
#include "benchmarks/harness/workload.h"

namespace benchmarks {

struct PairedOptions {
  int repetitions = 5;  // after one of each that is not counted
  int threads = 2;
  double naive_memory_bytes = 8e9;  // decides how many queries the naive side takes at once
  bool with_naive = true;
  bool with_peaks = true;               // measures products and the hardware's limit after each step
  Factors factors = Factors::kFloat32;  // of the harness's products: kBfloat16 is compute_type: BFLOAT16_PRODUCTS
  // Tests the measurement itself: the harness takes the naive side's place, and all ratios are 1 but for noise.
  bool harness_twice = false;
};

// One entry a repetition.
struct PairedTimes {
  std::vector<double> seconds_per_query;
  std::vector<double> naive_seconds_per_query;
  std::vector<double> cpu_seconds_per_query;  // that the step's threads ran, all together
  // Just after the step, operations a second of all threads: of large float32 matrix products (gemm_peak.h), and the
  // vector units' limit with such factors (hardware_limit.h; 0 where that is not known).
  std::vector<double> gemm_peak;
  std::vector<double> hardware_limit;
  // Most bytes of tensors during a step above those before it (weights and optimizer state): the largest of
  // the repetitions, over all queries that the side computes at once.
  int64_t peak_bytes = 0;
  int64_t naive_peak_bytes = 0;
  int naive_queries_at_once = 0;
  int64_t tokens_per_query = 0;  // as the objective counts them

  // Medians over the repetitions.
  double SecondsPerQuery() const;
  double Speedup() const;  // of the pairs' ratios
  double GemmPeakShare(double minimal_flops) const;
  double HardwareShare(double minimal_flops) const;
  // The same while the step's threads ran: what other programs took of the cores is left out, and so are threads that
  // wait for each other.
  double HardwareShareOfCpuTime(double minimal_flops, int threads) const;
};

// CountAllocations must have been called for bytes to be counted. Nothing else of the process may allocate meanwhile.
PairedTimes MeasurePaired(const Workload& workload, const PairedOptions& options);

// Whether the naive side can run at all within the memory.
bool NaiveFits(const Workload& workload, double memory_bytes);

double Median(std::vector<double> values);  // CHECK-fails when empty

}  // namespace benchmarks

#endif  // BENCHMARKS_HARNESS_PAIRED_RUN_H_

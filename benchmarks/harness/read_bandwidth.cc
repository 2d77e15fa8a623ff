#include "benchmarks/harness/read_bandwidth.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "base/parallel.h"
#include "benchmark/benchmark.h"

namespace benchmarks {
namespace {

constexpr int64_t kStretch = 1 << 17;  // numbers that a thread reads at a time: 1 MiB

uint64_t Sum(const uint64_t* begin, const uint64_t* end) {
  constexpr int kSums = 16;
  uint64_t sums[kSums] = {};
  for (const uint64_t* at = begin; at < end; at += kSums) {
    for (int i = 0; i < kSums; ++i) sums[i] += at[i];
  }
  uint64_t total = 0;
  for (const uint64_t sum : sums) total += sum;
  return total;
}

}  // namespace

double MeasureReadBandwidth(int64_t bytes, int threads) {
  const int64_t stretches = bytes / sizeof(uint64_t) / kStretch;
  const std::vector<uint64_t> buffer(stretches * kStretch, 1);
  double best = 0;
  for (int pass = 0; pass < 3; ++pass) {
    const auto start = std::chrono::steady_clock::now();
    base::ParallelFor(stretches, threads, [&](int64_t i) {
      const uint64_t* const begin = buffer.data() + i * kStretch;
      benchmark::DoNotOptimize(Sum(begin, begin + kStretch));
    });
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    best = std::max(best, buffer.size() * sizeof(uint64_t) / elapsed.count());
  }
  return best;
}

}  // namespace benchmarks

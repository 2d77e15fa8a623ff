// Resampling: the random numbers of a bootstrap.
//
// Block b of kResamplesPerBlock resamples draws from stream (seed, name, b), so that a result depends on neither the
// number of threads nor what else was drawn.
#ifndef ANALYSIS_STATISTICS_RESAMPLING_H_
#define ANALYSIS_STATISTICS_RESAMPLING_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "base/parallel.h"
#include "base/random.h"

namespace analysis {

// Part of the definition of the results.
inline constexpr int64_t kResamplesPerBlock = 64;

// Random indices. Numbers are made in batches, which changes none of them.
class IndexStream {
 public:
  IndexStream(uint64_t seed, const std::string& name, int64_t block) : stream_(seed, name, block) {}

  uint32_t Next() {
    if (used_ == numbers_.size()) {
      stream_.Fill(absl::MakeSpan(numbers_));
      used_ = 0;
    }
    return numbers_[used_++];
  }

  // Uniform on {0, ..., n - 1} without bias, by Lemire's multiplication (ACM TOMACS 29, 2019). n >= 1.
  uint32_t Below(uint32_t n) {
    uint64_t product = uint64_t{Next()} * n;
    if (static_cast<uint32_t>(product) < n) {
      const uint32_t refused = (0 - n) % n;
      while (static_cast<uint32_t>(product) < refused) product = uint64_t{Next()} * n;
    }
    return product >> 32;
  }

 private:
  base::RandomStream stream_;
  std::array<uint32_t, 256> numbers_;
  size_t used_ = numbers_.size();
};

// Calls resample(r, stream) for each r in [0, resamples); resamples of one block share a stream, in order.
template <typename Resample>
void ForEachResample(int64_t resamples, uint64_t seed, const std::string& name, int threads, const Resample& resample) {
  const int64_t blocks = (resamples + kResamplesPerBlock - 1) / kResamplesPerBlock;
  base::ParallelFor(blocks, threads, [&](int64_t block) {
    IndexStream stream(seed, name, block);
    const int64_t end = std::min(resamples, (block + 1) * kResamplesPerBlock);
    for (int64_t r = block * kResamplesPerBlock; r < end; ++r) resample(r, stream);
  });
}

}  // namespace analysis

#endif  // ANALYSIS_STATISTICS_RESAMPLING_H_

// Resampling schemes of the bootstrap: items, whole clusters, clusters and then their items, or items within strata.
//
// Randomness: block b of kResamplesPerBlock resamples draws from stream (seed, name, b), so that a result depends on
// neither the number of threads nor what else was drawn.
#ifndef ANALYSIS_STATISTICS_RESAMPLING_H_
#define ANALYSIS_STATISTICS_RESAMPLING_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
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

// A design over items 0 .. n - 1. `groups` names the group (any integer) of each item; items of a group need not be
// neighbours. Groups are numbered in order of first appearance, so that renaming them changes nothing.
class Resampling {
 public:
  // n items of n: independent items.
  static absl::StatusOr<Resampling> Items(int64_t n);
  // Whole groups, as many as there are: items of one group (attempts at a question, questions on a document) depend on
  // each other. Davison and Hinkley (1997), section 3.8. The number of drawn items varies.
  static absl::StatusOr<Resampling> Clusters(absl::Span<const int64_t> groups);
  // Whole groups, then within each drawn group as many items as it has, with replacement. Its variance has the
  // within-group part once more than the data: intervals are wide rather than short (Davison and Hinkley, ibid.).
  static absl::StatusOr<Resampling> TwoLevel(absl::Span<const int64_t> groups);
  // Within each group as many items as it has: groups are fixed (rliable's tasks, two unpaired arms).
  static absl::StatusOr<Resampling> Stratified(absl::Span<const int64_t> groups);

  int64_t items() const { return items_; }
  // The independent units: items, or groups for Clusters and TwoLevel.
  int64_t units() const;

  // A resample: item indices, in `drawn`.
  void Draw(IndexStream& stream, std::vector<int64_t>* drawn) const;

  // Samples with one unit left out, and the stratum of that unit (0 but for Stratified): for the jackknife.
  void LeaveOut(int64_t unit, std::vector<int64_t>* left) const;
  int64_t Stratum(int64_t unit) const;

 private:
  enum class Kind { kItems, kClusters, kTwoLevel, kStratified };
  Resampling(Kind kind, int64_t items) : kind_(kind), items_(items) {}
  static absl::StatusOr<Resampling> Grouped(Kind kind, absl::Span<const int64_t> groups);

  Kind kind_;
  int64_t items_;
  std::vector<int64_t> group_of_;             // of each item; empty for Items
  std::vector<std::vector<int64_t>> groups_;  // items of each group, ascending
};

}  // namespace analysis

#endif  // ANALYSIS_STATISTICS_RESAMPLING_H_

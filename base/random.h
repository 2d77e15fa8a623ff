// Named, counter-based random streams: the only source of randomness in the harness.
//
// A stream is a pure function of (seed, name, item, sample): what it yields does not depend on what was drawn
// elsewhere, on the batch, on threads or on a restart. Philox4x32-10 (Salmon et al., SC'11); the key is derived from
// (seed, name), the counter holds (item, sample, position). No std::*_distribution: they differ between libraries.
#ifndef BASE_RANDOM_H_
#define BASE_RANDOM_H_

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace base {

class RandomStream {
 public:
  // `name` says what the numbers are for ("sami/shuffle"). Each stream yields 2^34 numbers before it would repeat.
  RandomStream(uint64_t seed, absl::string_view name, uint64_t item = 0, uint32_t sample = 0);

  uint32_t NextUint32();
  uint64_t NextUint64();
  // The next numbers.size() results of NextUint32, made side by side.
  void Fill(absl::Span<uint32_t> numbers);
  // Uniform on [0, 1) with 53 random bits.
  double Uniform();
  // Uniform on {0, ..., n - 1}, without bias. CHECK-fails unless n > 0.
  uint64_t Below(uint64_t n);
  // True with probability p.
  bool Bernoulli(double p) { return Uniform() < p; }
  // Standard normal, by Box-Muller.
  double Normal();

  // A uniformly random permutation of `items`, in place (Fisher-Yates).
  template <typename T>
  void Shuffle(std::vector<T>& items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[Below(i)]);
  }

 private:
  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 4> counter_;
  std::array<uint32_t, 4> block_;
  int used_ = 4;  // numbers of block_ already given out
};

// The Philox4x32-10 block function, exposed for its test vectors.
std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

}  // namespace base

#endif  // BASE_RANDOM_H_

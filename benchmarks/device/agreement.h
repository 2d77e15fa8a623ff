// Whether a device computes what is recorded, and what the CPU computes.
#ifndef BENCHMARKS_DEVICE_AGREEMENT_H_
#define BENCHMARKS_DEVICE_AGREEMENT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace benchmarks {

// Of a recorded model (lm/README.md, "Agreement with transformers"), in float32. Differences are the largest: of logits
// to the recorded ones; of gradients of a score to the CPU's, relative to the largest gradient.
struct Agreement {
  std::string model;
  double logits = 0, gradients = 0;
  int64_t tokens = 0;  // decoded greedily by the device in batches, each prompt's up to its first difference
  int64_t ties = 0;    // prompts that go on otherwise where the CPU's two logits are within kTie
  int64_t differ = 0;  // prompts that go on otherwise where they are not
  bool agrees() const { return logits <= kMostLogits && gradients <= kMostGradients && differ == 0; }

  static constexpr double kMostLogits = 1e-3, kMostGradients = 1e-3, kTie = 1e-3;
};

// All folders of `folder`, sorted. kNotFound where there are none; LoadModel's errors.
absl::StatusOr<std::vector<Agreement>> CompareRecorded(const std::string& folder, const std::string& device);

}  // namespace benchmarks

#endif  // BENCHMARKS_DEVICE_AGREEMENT_H_

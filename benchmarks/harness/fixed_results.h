// Fixed computations, whose bits are compared from one arithmetic to another: of libraries, kernels, threads, versions
// of torch, processors.
#ifndef BENCHMARKS_HARNESS_FIXED_RESULTS_H_
#define BENCHMARKS_HARNESS_FIXED_RESULTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "benchmarks/harness/workload.h"

namespace benchmarks {

// By one random model of the size.
struct FixedResults {
  std::vector<float> log_probs;  // of 16 responses under 8 prompts
  std::vector<float> weights;    // all of them, after 8 steps of SAMI of 4 queries at a rate of 1e-4
  std::vector<float> tokens;     // ids of 16 texts of 32 tokens, sampled at temperature 1
};

// With what this process computes with (lm/arithmetic/products.h); `rounds`: scoring and training with factors rounded
// to bfloat16 (lm::RoundedProducts). CHECK-fails where a computation does.
FixedResults ComputeFixedResults(ModelSize size, int threads, bool rounds = false);

// How far two are from each other.
struct Distance {
  double equal = 0;    // share of the numbers that are the same to the bit
  double largest = 0;  // largest difference
};
// CHECK-fails where they have not the same number of numbers.
Distance DistanceOf(const std::vector<float>& a, const std::vector<float>& b);

// A file of them: a line of JSON, {"sami_arithmetic": 1, "arithmetic": "...", "counts": [...]}, then the numbers, as
// they lie in memory. `arithmetic` says what computed them.
absl::Status WriteFixedResults(const FixedResults& results, const std::string& arithmetic, const std::string& path);

struct RecordedResults {
  FixedResults results;
  std::string arithmetic;
};
// kInvalidArgument where it is no such file, or of another model than `like`.
absl::StatusOr<RecordedResults> ReadFixedResults(const std::string& path, const FixedResults& like);

}  // namespace benchmarks

#endif  // BENCHMARKS_HARNESS_FIXED_RESULTS_H_

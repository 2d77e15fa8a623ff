// Optimizer steps and decoding on a device, of models with random weights: how fast, in how much memory, and how often
// the host was waited for.
#ifndef BENCHMARKS_DEVICE_DEVICE_STEPS_H_
#define BENCHMARKS_DEVICE_DEVICE_STEPS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "benchmarks/harness/workload.h"

namespace benchmarks {

struct StepPlan {
  std::string size;              // ShapeOf's
  Method method = Method::kSft;  // SAMI: two constitutions
  bool has_lora = false;         // rank 16 on all projections over frozen bfloat16 matrices; else all weights, float32
  bool computes_in_bfloat16 = true;
  int64_t prompt_tokens = 512, response_tokens = 256;
  int64_t examples = 4;      // of a step, one a microbatch
  std::string name() const;  // "1b sami full"
};

struct Measured {
  double seconds = 0;                // of a step; of all new tokens together
  double tokens_per_second = 0;      // of a step's (training/objective.h); new ones
  double flops = 0;                  // that no implementation can avoid, of a step (workload.h); of the new tokens
  std::optional<double> peak_bytes;  // of tensors; absent where the allocator does not tell
  double host_reads = 0;             // lm/runtime/host_reads.h, of a step or a new token
  double loss = 0;                   // of the last step
};

// One step that is not timed, then two that are, by RMSprop. kResourceExhausted where memory does not suffice;
// training's errors.
absl::StatusOr<Measured> MeasureSteps(const StepPlan& plan, const std::string& device);

// 64 texts (2 of "tiny") of 64 new tokens (4) after 512 (16), sampled at temperature 1, in the type of the weights:
// bfloat16, or float32 on the CPU.
absl::StatusOr<Measured> MeasureDecoding(const std::string& size, const std::string& device);

}  // namespace benchmarks

#endif  // BENCHMARKS_DEVICE_DEVICE_STEPS_H_

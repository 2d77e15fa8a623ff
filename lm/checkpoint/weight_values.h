// Weight values of a checkpoint, read in small parts: what was read of a file is given back at once, so that memory
// holds the weights and little more.
#ifndef LM_CHECKPOINT_WEIGHT_VALUES_H_
#define LM_CHECKPOINT_WEIGHT_VALUES_H_

#include <torch/types.h>

#include "absl/status/status.h"
#include "lm/checkpoint/weight_files.h"

namespace lm {

// Copies a weight into `out`, contiguous, of its shape and any floating-point type, on any device. kInvalidArgument,
// naming file and tensor, when a value is not finite.
absl::Status ReadValues(const StoredWeight& weight, const torch::Tensor& out);

// The same of the elements from `begin` on, as many as `out` has, [n].
absl::Status ReadValues(const StoredWeight& weight, int64_t begin, const torch::Tensor& out);

// The same check alone.
absl::Status CheckValues(const StoredWeight& weight);

// kInvalidArgument when the file holds a head that differs from the embedding to which it is tied. OK without a head.
absl::Status CheckTiedHead(const ModelConfig& config, const WeightFiles& files);

}  // namespace lm

#endif  // LM_CHECKPOINT_WEIGHT_VALUES_H_

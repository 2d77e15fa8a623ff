// TrainingConfig.compute_type: what the passes of a training are computed in.
#ifndef TRAINING_COMPUTE_TYPE_H_
#define TRAINING_COMPUTE_TYPE_H_

#include <torch/types.h>

#include "absl/status/status.h"
#include "training/config.pb.h"

namespace training {

// kFailedPrecondition where this process cannot compute so on `device`: BFLOAT16_PRODUCTS anywhere but on the CPU by
// the harness's own products (lm::RoundedProducts). After lm::ChooseProducts.
absl::Status CheckComputeType(const sami_harness::TrainingConfig& config, const torch::Device& device);

}  // namespace training

#endif  // TRAINING_COMPUTE_TYPE_H_

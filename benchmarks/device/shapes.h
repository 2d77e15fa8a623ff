// Shapes of published models, for random weights on a device.
#ifndef BENCHMARKS_DEVICE_SHAPES_H_
#define BENCHMARKS_DEVICE_SHAPES_H_

#include <torch/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lm/config/config.h"
#include "lm/model/decoder.h"

namespace benchmarks {

// "tiny" (0.1 million parameters, for tests), "1b", "3b" and "8b": Llama 3's of 1.24, 3.21 and 8.03 billion.
// kInvalidArgument for another name.
absl::StatusOr<lm::ModelConfig> ShapeOf(const std::string& size);
std::vector<std::string> ShapeNames();

// Random weights, made where they lie: matrices of one type, norms of another.
lm::Decoder RandomOn(const lm::ModelConfig& config, const torch::Device& device, torch::Dtype matrices,
                     torch::Dtype norms);

}  // namespace benchmarks

#endif  // BENCHMARKS_DEVICE_SHAPES_H_

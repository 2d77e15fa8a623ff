// Golden tests of losses and gradients: finding the recorded cases, and comparing tensors with them.
#ifndef TRAINING_TESTING_GOLDEN_TESTING_H_
#define TRAINING_TESTING_GOLDEN_TESTING_H_

#include <torch/types.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/jsonl.h"
#include "gtest/gtest.h"
#include "lm/checkpoint/safetensors.h"

namespace training {

// The files "<prefix>*<suffix>" directly in `folder`, sorted. None for a folder that is missing or empty.
std::vector<std::string> GoldenFiles(const std::string& folder, absl::string_view prefix, absl::string_view suffix);

// Adds a test failure and returns null when a file cannot be read. `cases` must be a non-empty JSON array.
base::Json ReadGoldenJson(const std::string& path);
const base::Json& CasesOf(const base::Json& document, const char* key);

// Numbers, lists or lists of lists, of numbers or of "nan", "inf", "-inf", as a float64 tensor.
torch::Tensor JsonTensor(const base::Json& value);
// "float32" or "float64"; throws std::invalid_argument for another.
torch::ScalarType JsonDtype(const base::Json& name);

// A tensor of the file; throws std::invalid_argument, naming it, when there is none.
torch::Tensor FileTensor(const lm::SafetensorsFile& file, const std::string& name);

// |actual - expected| <= relative * (largest finite |expected|) + absolute, elementwise; nan and infinities must agree
// exactly. The scale is the whole tensor's, since a small entry of a gradient is a difference of large ones.
struct Tolerance {
  double relative;
  double absolute;
};
::testing::AssertionResult TensorsAgree(const torch::Tensor& actual, const torch::Tensor& expected,
                                        Tolerance tolerance);

// The agreed tolerance of losses and gradients: 1e-12 relative for float64, 1e-5 for float32, with a few units in the
// last place of 1 for what is nearly 0.
Tolerance LossTolerance(torch::ScalarType dtype);

}  // namespace training

#endif  // TRAINING_TESTING_GOLDEN_TESTING_H_

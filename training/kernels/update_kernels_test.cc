#include "training/kernels/update_kernels.h"

#include <vector>

#include "base/random.h"
#include "gtest/gtest.h"
#include "lm/kernels/instructions.h"

namespace training {
namespace {

constexpr int64_t kCount = 37;  // no multiple of a vector

template <typename T>
std::vector<T> Numbers(const char* name) {
  base::RandomStream stream(1, name);
  std::vector<T> numbers(kCount);
  for (T& number : numbers) number = static_cast<T>(stream.Normal() * stream.Normal());
  return numbers;
}

// Everything that the three kernels compute from the same numbers.
template <typename T>
std::vector<double> Results() {
  const std::vector<T> gradient = Numbers<T>("gradient");
  std::vector<T> parameter = Numbers<T>("parameter"), first = Numbers<T>("first"), second = Numbers<T>("second");
  for (T& value : second) value *= value;
  std::vector<double> results;
  results.push_back(UpdateAdamW<T>({0.3, 0.99, 0.9, 0.999, 1e-3, 0.7, 1e-8}, kCount, gradient.data(), parameter.data(),
                                   first.data(), second.data()));
  results.push_back(
      UpdateRmsProp<T>({0.3, 0.01, 0.99, 1e-3, 1e-8}, kCount, gradient.data(), parameter.data(), second.data()));
  results.push_back(SumOfSquares<T>(kCount, gradient.data()));
  for (const auto& numbers : {parameter, first, second}) results.insert(results.end(), numbers.begin(), numbers.end());
  return results;
}

TEST(UpdateKernels, EveryProcessorGivesTheSameBits) {
  for (const lm::Instructions instructions : lm::AvailableInstructions()) {
    lm::SetInstructionsForTesting(lm::Instructions::kOther);
    const std::vector<double> floats = Results<float>(), doubles = Results<double>();
    lm::SetInstructionsForTesting(instructions);
    EXPECT_EQ(Results<float>(), floats);
    EXPECT_EQ(Results<double>(), doubles);
  }
  lm::SetInstructionsForTesting(lm::DetectInstructions());
}

}  // namespace
}  // namespace training

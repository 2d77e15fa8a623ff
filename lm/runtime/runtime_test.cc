#include "lm/runtime/runtime.h"

#include <torch/types.h>

#include <cstdint>
#include <exception>
#include <vector>

#include "gtest/gtest.h"

namespace lm {
namespace {

uintptr_t PlaceOf(const torch::Tensor& tensor) { return reinterpret_cast<uintptr_t>(tensor.data_ptr()); }

TEST(RuntimeTest, TensorsBeginOnCacheLines) {
  SetUpRuntime();
  std::vector<torch::Tensor> kept;
  for (int64_t size = 1; size < 100000; size = size * 5 / 4 + 1) {
    kept.push_back(torch::full({size}, size, torch::kFloat32));
    EXPECT_EQ(PlaceOf(kept.back()) % 64, 0) << size;
  }
  kept.emplace_back(torch::empty({0}));
  kept.erase(kept.begin(), kept.begin() + static_cast<int64_t>(kept.size()) / 2);
  for (const torch::Tensor& tensor : kept) EXPECT_TRUE((tensor == tensor.numel()).all().item<bool>());
}

// What glibc's aligned memory does not give: of tensors that lie side by side, each place fits another of its size.
TEST(RuntimeTest, AFreedTensorsPlaceIsTakenAgain) {
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "the address sanitizer keeps freed memory aside, to find uses of it";
#endif
  SetUpRuntime();
  constexpr int64_t kSize = 3 << 20;
  std::vector<torch::Tensor> tensors;
  for (int i = 0; i < 8; ++i) tensors.push_back(torch::zeros({kSize}));
  const uintptr_t place = PlaceOf(tensors[4]);
  tensors[4] = torch::Tensor();
  EXPECT_EQ(PlaceOf(torch::zeros({kSize})), place);
}

TEST(RuntimeTest, MemoryThatIsNotThereIsAnError) {
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "the address sanitizer ends the program where malloc would say that there is none";
#endif
  SetUpRuntime();
  EXPECT_THROW(torch::empty({int64_t{1} << 60}), std::exception);
}

}  // namespace
}  // namespace lm

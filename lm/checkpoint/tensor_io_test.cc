#include "lm/checkpoint/tensor_io.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace lm {
namespace {

TEST(TensorIoTest, EveryTypeRoundTrips) {
  const torch::Tensor values = torch::tensor({{0.0, 1.0, -2.5}, {100.0, 3.0, 1e-3}}, torch::kFloat64);
  for (const torch::ScalarType type :
       {torch::kFloat64, torch::kFloat32, torch::kFloat16, torch::kBFloat16, torch::kInt64, torch::kInt32,
        torch::kInt16, torch::kInt8, torch::kUInt8, torch::kBool}) {
    const torch::Tensor tensor = values.abs().to(type);
    const TensorView view = ViewOf("x", tensor);
    EXPECT_EQ(view.shape, (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(view.bytes.size(), 6 * DTypeBytes(view.dtype));
    EXPECT_EQ(ToTensor(view).scalar_type(), type);
    EXPECT_TRUE(torch::equal(ToTensor(view), tensor)) << DTypeName(view.dtype);
  }
}

TEST(TensorIoTest, AwkwardViews) {
  EXPECT_EQ(ToTensor({"scalar", DType::kI8, {}, "\7"}).item<int>(), 7);
  EXPECT_EQ(ToTensor({"empty", DType::kF32, {0, 3}, ""}).sizes(), torch::IntArrayRef({0, 3}));
  const std::string unaligned("x\1\0\0\0\2\0\0\0", 9);
  EXPECT_TRUE(torch::equal(ToTensor({"unaligned", DType::kI32, {2}, absl::string_view(unaligned).substr(1)}),
                           torch::tensor({1, 2}, torch::kInt32)));
  EXPECT_TRUE(ToTensor({"bool of 7", DType::kBool, {1}, "\7"}).equal(torch::ones(1, torch::kBool)));
}

TEST(TensorIoTest, FindsWhatIsNotFiniteWhereverItIs) {
  const double largest_half = 65504;
  for (const torch::ScalarType type : {torch::kFloat64, torch::kFloat32, torch::kFloat16, torch::kBFloat16}) {
    for (const int64_t size : {0, 1, 7, 511, 512, 513, 3000}) {
      torch::Tensor values = torch::full({size}, -largest_half, type);
      std::string bytes = absl::StrCat("x", ViewOf("x", values).bytes);  // which are not aligned
      TensorView view = {"x", DTypeOf(type), {size}, absl::string_view(bytes).substr(1)};
      EXPECT_TRUE(AllFinite(view)) << size;
      for (int64_t i = 0; i < size; i += size < 10 ? 1 : 73) {
        for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
          torch::Tensor one = values.clone();
          one[i] = bad;
          EXPECT_FALSE(AllFinite(ViewOf("x", one))) << bad << " at " << i << " of " << size;
        }
      }
    }
  }
  EXPECT_TRUE(AllFinite(ViewOf("integers", torch::full({600}, -1, torch::kInt64))));
}

}  // namespace
}  // namespace lm

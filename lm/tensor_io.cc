#include "lm/tensor_io.h"

#include <cstring>
#include <utility>

#include "base/check.h"

namespace lm {
namespace {

struct TypePair {
  DType dtype;
  torch::ScalarType scalar_type;
};

constexpr TypePair kTypes[] = {
    {DType::kF64, torch::kFloat64},   {DType::kF32, torch::kFloat32}, {DType::kF16, torch::kFloat16},
    {DType::kBF16, torch::kBFloat16}, {DType::kI64, torch::kInt64},   {DType::kI32, torch::kInt32},
    {DType::kI16, torch::kInt16},     {DType::kI8, torch::kInt8},     {DType::kU8, torch::kUInt8},
    {DType::kBool, torch::kBool},
};

torch::ScalarType ScalarTypeOf(DType dtype) {
  for (const TypePair& pair : kTypes) {
    if (pair.dtype == dtype) return pair.scalar_type;
  }
  SAMI_CHECK(false) << "dtype " << static_cast<int>(dtype);
  return torch::kFloat32;
}

DType DTypeOf(const torch::Tensor& tensor, const std::string& name) {
  for (const TypePair& pair : kTypes) {
    if (pair.scalar_type == tensor.scalar_type()) return pair.dtype;
  }
  SAMI_CHECK(false) << name << ": " << tensor.dtype().name();
  return DType::kF32;
}

}  // namespace

torch::Tensor ToTensor(const TensorView& view) {
  // A bool that is neither 0 nor 1 would be undefined behaviour; a file may hold one.
  const bool is_bool = view.dtype == DType::kBool;
  torch::Tensor tensor = torch::empty(view.shape, is_bool ? torch::kUInt8 : ScalarTypeOf(view.dtype));
  SAMI_CHECK_EQ(static_cast<size_t>(tensor.nbytes()), view.bytes.size()) << view.name;
  if (!view.bytes.empty()) std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
  return is_bool ? tensor.ne(0) : tensor;
}

TensorView ViewOf(std::string name, const torch::Tensor& tensor) {
  SAMI_CHECK(tensor.device().is_cpu() && tensor.is_contiguous()) << name;
  TensorView view;
  view.dtype = DTypeOf(tensor, name);
  view.name = std::move(name);
  view.shape = tensor.sizes().vec();
  view.bytes = absl::string_view(static_cast<const char*>(tensor.data_ptr()), tensor.nbytes());
  return view;
}

}  // namespace lm

#include "lm/checkpoint/tensor_io.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "base/status.h"

namespace lm {
namespace {

// Of one part: 1 MiB of float32.
constexpr int64_t kPartElements = int64_t{1} << 18;

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

// Whether all bits of `mask`, an exponent's, are set in any of the values. A compiler makes lanes of the inner loop.
template <typename Bits>
bool AnyHasAll(absl::string_view bytes, Bits mask) {
  constexpr size_t kBlock = 1024 / sizeof(Bits);
  Bits values[kBlock] = {};
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), sizeof(values)))) {
    std::memcpy(values, bytes.data(), std::min(bytes.size(), sizeof(values)));  // they need not be aligned
    Bits any = 0;
    for (size_t i = 0; i < kBlock; ++i) any |= (values[i] & mask) == mask;
    if (any != 0) return true;
  }
  return false;
}

}  // namespace

torch::ScalarType ScalarTypeOf(DType dtype) {
  for (const TypePair& pair : kTypes) {
    if (pair.dtype == dtype) return pair.scalar_type;
  }
  SAMI_CHECK(false) << "dtype " << static_cast<int>(dtype);
  return torch::kFloat32;
}

DType DTypeOf(torch::ScalarType type) {
  for (const TypePair& pair : kTypes) {
    if (pair.scalar_type == type) return pair.dtype;
  }
  SAMI_CHECK(false) << torch::toString(type);
  return DType::kF32;
}

torch::Dtype TorchType(StorageType storage) {
  switch (storage) {
    case StorageType::kBfloat16:
      return torch::kBFloat16;
    case StorageType::kFloat16:
      return torch::kFloat16;
    case StorageType::kFloat32:
      break;
  }
  return torch::kFloat32;
}

torch::Tensor ToTensor(const TensorView& view) {
  // A bool that is neither 0 nor 1 would be undefined behaviour; a file may hold one.
  const bool is_bool = view.dtype == DType::kBool;
  torch::Tensor tensor = torch::empty(view.shape, is_bool ? torch::kUInt8 : ScalarTypeOf(view.dtype));
  SAMI_CHECK_EQ(static_cast<size_t>(tensor.nbytes()), view.bytes.size()) << view.name;
  if (!view.bytes.empty()) std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
  return is_bool ? tensor.ne(0) : tensor;
}

absl::Status ForEachPart(const TensorView& view,
                         absl::FunctionRef<absl::Status(int64_t begin, const TensorView& part)> visit) {
  const int64_t size = DTypeBytes(view.dtype), elements = static_cast<int64_t>(view.bytes.size()) / size;
  for (int64_t begin = 0; begin < elements; begin += kPartElements) {
    const int64_t count = std::min(kPartElements, elements - begin);
    RETURN_IF_ERROR(visit(begin, {view.name, view.dtype, {count}, view.bytes.substr(begin * size, count * size)}));
  }
  return absl::OkStatus();
}

bool AllFinite(const TensorView& view) {
  switch (view.dtype) {
    case DType::kF64:
      return !AnyHasAll<uint64_t>(view.bytes, uint64_t{0x7ff} << 52);
    case DType::kF32:
      return !AnyHasAll<uint32_t>(view.bytes, 0x7f800000);
    case DType::kF16:
      return !AnyHasAll<uint16_t>(view.bytes, 0x7c00);
    case DType::kBF16:
      return !AnyHasAll<uint16_t>(view.bytes, 0x7f80);
    default:
      return true;
  }
}

TensorView ViewOf(std::string name, const torch::Tensor& tensor) {
  SAMI_CHECK(tensor.device().is_cpu() && tensor.is_contiguous()) << name;
  TensorView view;
  view.dtype = DTypeOf(tensor.scalar_type());
  view.name = std::move(name);
  view.shape = tensor.sizes().vec();
  view.bytes = absl::string_view(static_cast<const char*>(tensor.data_ptr()), tensor.nbytes());
  return view;
}

}  // namespace lm

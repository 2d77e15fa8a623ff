// Conversion between a safetensors file's tensors (lm/checkpoint/safetensors.h) and torch's.
#ifndef LM_CHECKPOINT_TENSOR_IO_H_
#define LM_CHECKPOINT_TENSOR_IO_H_

#include <torch/types.h>

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/config/config.h"

namespace lm {

// Every DType has its torch type; CHECK-fails for a type that DType does not list.
torch::ScalarType ScalarTypeOf(DType dtype);
DType DTypeOf(torch::ScalarType type);
torch::Dtype TorchType(StorageType storage);

// A copy, on the CPU, of the same type and shape.
torch::Tensor ToTensor(const TensorView& view);

// Calls visit(begin, part) for the view's values in order, a few at a time: `part` has the elements from `begin` on.
// Stops at the first that is not OK, and returns it.
absl::Status ForEachPart(const TensorView& view,
                         absl::FunctionRef<absl::Status(int64_t begin, const TensorView& part)> visit);

// Whether no value of a floating-point view is infinite or NaN; of another type none is. O(bytes), at the memory's
// speed, and takes no memory.
bool AllFinite(const TensorView& view);

// A view of the tensor's own bytes: it must outlive the view. CHECK-fails unless the tensor is on the CPU, contiguous
// and of a type that DType lists.
TensorView ViewOf(std::string name, const torch::Tensor& tensor);

}  // namespace lm

#endif  // LM_CHECKPOINT_TENSOR_IO_H_

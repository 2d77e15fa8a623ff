// Between a file's tensors (lm/safetensors.h) and torch's.
#ifndef LM_TENSOR_IO_H_
#define LM_TENSOR_IO_H_

#include <torch/torch.h>

#include <string>

#include "lm/safetensors.h"

namespace lm {

// A copy, on the CPU, of the same type and shape. Every DType has its torch type.
torch::Tensor ToTensor(const TensorView& view);

// A view of the tensor's own bytes: it must outlive the view. CHECK-fails unless the tensor is on the CPU, contiguous
// and of a type that DType lists.
TensorView ViewOf(std::string name, const torch::Tensor& tensor);

}  // namespace lm

#endif  // LM_TENSOR_IO_H_

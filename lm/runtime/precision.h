// Precision of intermediate results.
#ifndef LM_RUNTIME_PRECISION_H_
#define LM_RUNTIME_PRECISION_H_

#include <torch/types.h>

namespace lm {

// Norms, softmax and log-probabilities of a half-precision model are computed in float32; those of a float64 model in
// float64, so that tests can compare closely.
inline torch::Dtype AtLeastFloat32(torch::Dtype dtype) { return dtype == torch::kFloat64 ? dtype : torch::kFloat32; }

}  // namespace lm

#endif  // LM_RUNTIME_PRECISION_H_

// Products of many small matrices.
#ifndef LM_ARITHMETIC_BATCH_PRODUCT_H_
#define LM_ARITHMETIC_BATCH_PRODUCT_H_

#include <torch/types.h>

namespace lm {

// out = a b, or with `adds` out + a b, of each of a batch: a [N, m, k], b [N, k, n], out [N, m, n], views with any
// steps. By the products in use (products.h). Where those are our own, float32 views whose matrices have rows or
// columns in one piece, out's rows, go there past torch, whose work around a product of 128 x 64 x 128 takes a fifth of
// its time.
void MultiplyBatch(const torch::Tensor& a, const torch::Tensor& b, bool adds, const torch::Tensor& out);

}  // namespace lm

#endif  // LM_ARITHMETIC_BATCH_PRODUCT_H_

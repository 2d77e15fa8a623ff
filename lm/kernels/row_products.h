// Batch-invariant matrix products: the result for one row depends on nothing but that row, not on how many rows there
// are, on which of them are computed together, or on threads. float32 on the CPU, without torch.
//
// The linear algebra library chooses kernels, and with them the order of sums, by the size of a product; a sampled text
// would then depend on what else is in the batch. Here every element is summed in one fixed order, so that a model
// gives the same bits at batch 1 and 64. The order is also that of processors with AVX2 and with AVX-512 (others have
// no fused multiply-add, hence other last bits).
//
// Shapes: M = rows, N = outputs, K = inputs, J = terms of a combination, I = its width.
#ifndef LM_KERNELS_ROW_PRODUCTS_H_
#define LM_KERNELS_ROW_PRODUCTS_H_

#include <cstdint>

#include "lm/kernels/stored_numbers.h"

namespace lm {

// Numbers in a vector; widths and strides that are multiples of it need no special ends.
constexpr int64_t kLanes = 16;

// n rounded up to a multiple of kLanes.
constexpr int64_t PaddedToLanes(int64_t n) { return (n + kLanes - 1) / kLanes * kLanes; }

// y[m][n] = x[m] . w[n] for n in [begin, end): x [M, K], w [N, K], y [M, N], all dense. An element is the sum of
// kLanes partial sums, lane l over k = l, l + kLanes, ...; then halves are added to halves. Narrow weights are widened
// as they are read: the bits are those of weights that were widened before. O(M (end - begin) K).
void RowProducts(int64_t rows, int64_t inputs, int64_t outputs, int64_t begin, int64_t end, const float* x,
                 const StoredNumbers& w, float* y);

// y[r][i] (+)= sum_j c[r][j] x[j][i], j in order: c [R, J] with row stride c_stride, x [J, I] and y [R, I] likewise.
// `width` (I) is a multiple of kLanes. With `add` the sum starts from what y holds, else from 0.
struct Combination {
  int64_t rows, terms, width;
  const float* c;
  int64_t c_stride;
  const float* x;
  int64_t x_stride;
  float* y;
  int64_t y_stride;
  bool add;
};
void Combine(const Combination& combination);

}  // namespace lm

#endif  // LM_KERNELS_ROW_PRODUCTS_H_

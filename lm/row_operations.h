// What a decoder does to single rows beside products: norms, rotation, gates, softmax. float32, without torch, every
// sum in a fixed order (row_products.h says why).
#ifndef LM_ROW_OPERATIONS_H_
#define LM_ROW_OPERATIONS_H_

#include <cstdint>

namespace lm {

// y = weight * x / sqrt(mean(x^2) + eps), over n numbers.
void NormRow(int64_t n, const float* x, const float* weight, float eps, float* y);

// Turns a head of `dim` numbers in place: (a, b) -> (a cos - b sin, b cos + a sin), a and b its halves; cos and sin
// have dim / 2 numbers.
void RotateHead(int64_t dim, const float* cos, const float* sin, float* head);

// gate = silu(gate) * up, over n numbers.
void GateRow(int64_t n, const float* up, float* gate);

// y += x
void AddRow(int64_t n, const float* x, float* y);

// x = softmax(x), over n numbers, a multiple of kLanes. -inf gives exactly 0; one number at least is finite.
void SoftmaxRow(int64_t n, float* x);

}  // namespace lm

#endif  // LM_ROW_OPERATIONS_H_

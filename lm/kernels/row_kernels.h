// Fused row kernels: float32 loops over the rows of activations that would otherwise be several passes over memory
// each: softmax, log-probabilities, rotary positions, SwiGLU and RMS norm, forward and backward.
//
// All matrices are row-major and contiguous, [rows, width], unless a stride is named. Nothing is allocated. A row's
// results depend on that row alone; sums are taken in 16 interleaved parts on every processor, so that bits do not
// depend on the width of its registers beyond fused multiply-adds. No torch here: this file is compiled once per
// instruction set.
#ifndef LM_KERNELS_ROW_KERNELS_H_
#define LM_KERNELS_ROW_KERNELS_H_

#include <cstdint>

namespace lm {

// x = softmax(x), in place. Entries of -1e38 become exactly 0.
void SoftmaxRows(int64_t rows, int64_t width, float* x);

// by_weights = weights * (by_weights - sum(weights * by_weights)): the gradient before the softmax, in place.
void SoftmaxBackwardRows(int64_t rows, int64_t width, const float* weights, float* by_weights);

// log_sum_exps[r] = log(sum(exp(logits[r, :]))).
void LogSumExpRows(int64_t rows, int64_t width, const float* logits, float* log_sum_exps);

// logits[r, v] = -gradients[r] * exp(logits[r, v] - log_sum_exps[r]), and gradients[r] more at v = targets[r]: the
// gradient of sum_r gradients[r] * log p(targets[r]), in place.
void LogProbBackwardRows(int64_t rows, int64_t width, const float* log_sum_exps, const int64_t* targets,
                         const float* gradients, float* logits);

// Rows of `heads` vectors of 2 * half_dim numbers that follow each other; rows are a stride apart.
struct RotatedRows {
  int64_t count, heads, half_dim;
  int64_t from_stride, to_stride;
};

// Each vector (a, b), a and b of half_dim, becomes (a cos - b sin, b cos + a sin); sin_sign -1 turns back. cos, sin
// [count, half_dim].
void RotateRows(const RotatedRows& rows, const float* cos, const float* sin, float sin_sign, const float* from,
                float* to);

// gated = silu(gate) * up, all of `count` elements.
void Gate(int64_t count, const float* gate, const float* up, float* gated);

// by_up (in: the gradient by `gated`) and by_gate receive their gradients, and `gated` the product again.
void GateBackward(int64_t count, const float* gate, const float* up, float* gated, float* by_up, float* by_gate);

// scales[r] = 1 / sqrt(mean(x[r, :]^2) + eps); y[r, :] = weight * x[r, :] * scales[r].
void RmsNormRows(int64_t rows, int64_t width, const float* x, const float* weight, double eps, float* scales, float* y);

// From y = RmsNormRows' result, whose weight has no 0: by_x, the gradient by x, is written and may be by_y itself;
// by_weight [width] is added to.
void RmsNormBackwardRows(int64_t rows, int64_t width, const float* y, const float* weight, const float* scales,
                         const float* by_y, float* by_x, float* by_weight);

}  // namespace lm

#endif  // LM_KERNELS_ROW_KERNELS_H_

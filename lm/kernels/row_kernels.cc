#include "lm/kernels/row_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "lm/kernels/instructions.h"

#pragma clang diagnostic ignored "-Wpsabi"  // vectors are passed between inlined functions only

// The same loops three times: what a compiler makes of them depends on the registers that it may use.
namespace lm {
namespace {
namespace base_code {
#include "lm/kernels/row_kernels_body.inc"
}  // namespace base_code
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
namespace avx2_code {
#include "lm/kernels/row_kernels_body.inc"
}  // namespace avx2_code
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl"))), \
                             apply_to = function)
namespace avx512_code {
#include "lm/kernels/row_kernels_body.inc"
}  // namespace avx512_code
#pragma clang attribute pop
#endif

}  // namespace

#if defined(__x86_64__)
#define LM_BEST(kernel, ...)                                                     \
  BestInstructions() == Instructions::kAvx512 ? avx512_code::kernel(__VA_ARGS__) \
  : BestInstructions() == Instructions::kAvx2 ? avx2_code::kernel(__VA_ARGS__)   \
                                              : base_code::kernel(__VA_ARGS__)
#else
#define LM_BEST(kernel, ...) base_code::kernel(__VA_ARGS__)
#endif

void SoftmaxRows(int64_t rows, int64_t width, float* x) { LM_BEST(SoftmaxRows, rows, width, x); }

void SoftmaxBackwardRows(int64_t rows, int64_t width, const float* weights, float* by_weights) {
  LM_BEST(SoftmaxBackwardRows, rows, width, weights, by_weights);
}

void LogSumExpRows(int64_t rows, int64_t width, const float* logits, float* log_sum_exps) {
  LM_BEST(LogSumExpRows, rows, width, logits, log_sum_exps);
}

void LogProbBackwardRows(int64_t rows, int64_t width, const float* log_sum_exps, const int64_t* targets,
                         const float* gradients, float* logits) {
  LM_BEST(LogProbBackwardRows, rows, width, log_sum_exps, targets, gradients, logits);
}

void RotateRows(const RotatedRows& rows, const float* cos, const float* sin, float sin_sign, const float* from,
                float* to) {
  LM_BEST(RotateRows, rows, cos, sin, sin_sign, from, to);
}

void Gate(int64_t count, const float* gate, const float* up, float* gated) { LM_BEST(Gate, count, gate, up, gated); }

void GateBackward(int64_t count, const float* gate, const float* up, float* gated, float* by_up, float* by_gate) {
  LM_BEST(GateBackward, count, gate, up, gated, by_up, by_gate);
}

void RmsNormRows(int64_t rows, int64_t width, const float* x, const float* weight, double eps, float* scales,
                 float* y) {
  LM_BEST(RmsNormRows, rows, width, x, weight, eps, scales, y);
}

void RmsNormBackwardRows(int64_t rows, int64_t width, const float* y, const float* weight, const float* scales,
                         const float* by_y, float* by_x, float* by_weight) {
  LM_BEST(RmsNormBackwardRows, rows, width, y, weight, scales, by_y, by_x, by_weight);
}

}  // namespace lm

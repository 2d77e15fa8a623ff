// Speed of matrix products (GEMM) in float32, by whatever computes them in this process (lm/arithmetic/products.h).
#ifndef BENCHMARKS_HARNESS_GEMM_PEAK_H_
#define BENCHMARKS_HARNESS_GEMM_PEAK_H_

#include <cstdint>
#include <string>

namespace benchmarks {

// [rows, inputs] times the transposed of [outputs, inputs], as a layer multiplies by its weights.
struct ProductShape {
  std::string name;
  int64_t rows, inputs, outputs;
};

// Operations a second of as many products at once as `threads`, one a thread: the sum of each thread's fastest product
// within `seconds`, of at least three. Time is that which the thread ran (hardware_limit.h).
double MeasureProducts(const ProductShape& shape, int threads, double seconds);

// Operations a second of products of 1024 x 1024 matrices, one a thread at once, over a while that the machine's other
// work slows down as it does the step that is compared: the best of three bursts.
double MeasureGemmPeak(int threads);

}  // namespace benchmarks

#endif  // BENCHMARKS_HARNESS_GEMM_PEAK_H_

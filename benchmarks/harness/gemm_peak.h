// Peak matrix product (GEMM) speed: what every share of the peak in this room is a share of.
#ifndef BENCHMARKS_HARNESS_GEMM_PEAK_H_
#define BENCHMARKS_HARNESS_GEMM_PEAK_H_

namespace benchmarks {

// Floating-point operations a second of float32 products of 1024 x 1024 matrices, on `threads` threads at once with
// products of their own: the best of three bursts of about 0.1 s.
double MeasureGemmPeak(int threads);

}  // namespace benchmarks

#endif  // BENCHMARKS_HARNESS_GEMM_PEAK_H_

// This machine's speed.
#ifndef EXPERIMENTS_MEASURE_FLOPS_H_
#define EXPERIMENTS_MEASURE_FLOPS_H_

namespace experiments {

// FLOP/s of the fastest of the products of float32 matrices that fit in half a second, on the CPU with so many threads.
double MeasureFlops(int threads);

}  // namespace experiments

#endif  // EXPERIMENTS_MEASURE_FLOPS_H_

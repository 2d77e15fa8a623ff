// Memory bandwidth of reads: the limit of decoding one sequence, which reads every weight for each token.
#ifndef BENCHMARKS_HARNESS_READ_BANDWIDTH_H_
#define BENCHMARKS_HARNESS_READ_BANDWIDTH_H_

#include <cstdint>

namespace benchmarks {

// Bytes a second that `threads` threads together read of a buffer of `bytes` (of the weights' size, so that caches
// help or do not help both alike): the best of three passes.
double MeasureReadBandwidth(int64_t bytes, int threads);

}  // namespace benchmarks

#endif  // BENCHMARKS_HARNESS_READ_BANDWIDTH_H_

// Sign test: the rule by which a gate decides that something got worse, distribution-free, with an exact false-alarm
// rate.
#ifndef BENCHMARKS_HARNESS_SIGN_TEST_H_
#define BENCHMARKS_HARNESS_SIGN_TEST_H_

#include <vector>

namespace benchmarks {

// The smallest k with P(Binomial(trials, 1/2) >= k) <= level; trials + 1 when there is none. trials <= 1000.
int CriticalCount(int trials, double level);

// Whether so many values are strictly below `bound` that, were the median of what they are drawn from at least `bound`,
// the probability would be at most `level`: the one-sided sign test. Values must be independent.
bool MedianIsBelow(const std::vector<double>& values, double bound, double level);

}  // namespace benchmarks

#endif  // BENCHMARKS_HARNESS_SIGN_TEST_H_

#include "benchmarks/harness/sign_test.h"

#include <algorithm>
#include <cmath>

namespace benchmarks {

int CriticalCount(int trials, double level) {
  double tail = 0;  // P(>= k)
  for (int k = trials; k >= 0; --k) {
    const double log_choices = std::lgamma(trials + 1.0) - std::lgamma(k + 1.0) - std::lgamma(trials - k + 1.0);
    tail += std::exp(log_choices - trials * std::log(2.0));
    if (tail > level) return k + 1;
  }
  return 0;
}

bool MedianIsBelow(const std::vector<double>& values, double bound, double level) {
  const auto below = std::count_if(values.begin(), values.end(), [bound](double value) { return value < bound; });
  return below >= CriticalCount(static_cast<int>(values.size()), level);
}

}  // namespace benchmarks

// Power law fit: y = factor * x^exponent, fitted to measurements.
#ifndef BENCHMARKS_HARNESS_POWER_LAW_H_
#define BENCHMARKS_HARNESS_POWER_LAW_H_

#include <vector>

namespace benchmarks {

struct PowerLaw {
  double factor;
  double exponent;
};

// Least squares on logarithms. CHECK-fails unless there are two different x and everything is positive.
PowerLaw FitPowerLaw(const std::vector<double>& x, const std::vector<double>& y);

}  // namespace benchmarks

#endif  // BENCHMARKS_HARNESS_POWER_LAW_H_

#include "benchmarks/harness/power_law.h"

#include <cmath>

#include "base/check.h"

namespace benchmarks {

PowerLaw FitPowerLaw(const std::vector<double>& x, const std::vector<double>& y) {
  SAMI_CHECK_EQ(x.size(), y.size());
  const double count = x.size();
  double mean_x = 0, mean_y = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    SAMI_CHECK(x[i] > 0 && y[i] > 0) << x[i] << ", " << y[i];
    mean_x += std::log(x[i]) / count;
    mean_y += std::log(y[i]) / count;
  }
  double xx = 0, xy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const double dx = std::log(x[i]) - mean_x;
    xx += dx * dx;
    xy += dx * (std::log(y[i]) - mean_y);
  }
  SAMI_CHECK(xx > 0) << "one x only";
  return {std::exp(mean_y - xy / xx * mean_x), xy / xx};
}

}  // namespace benchmarks

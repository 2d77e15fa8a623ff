#include "analysis/figures/axis.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"

namespace analysis {

std::vector<double> Ticks(AxisRange range, int wanted) {
  double width = range.high - range.low;
  if (!(width > 1e-12 * std::max(std::abs(range.low), std::abs(range.high)))) {
    const double margin = std::max(0.5 * std::abs(range.high), 0.5);
    range = {range.low - margin, range.high + margin};
    width = 2 * margin;
  }
  const double power = std::pow(10, std::floor(std::log10(width / wanted)));
  double step = 10 * power;
  for (double factor : {5.0, 2.0, 1.0}) {
    if (width / (factor * power) <= wanted) step = factor * power;
  }
  std::vector<double> ticks;
  const double first = std::floor(range.low / step + 1e-9);
  const double last = std::ceil(range.high / step - 1e-9);
  for (double k = first; k <= last; ++k) ticks.push_back(k * step);
  return ticks;
}

std::string TickLabel(double tick, double step) {
  if (std::abs(tick) < step / 2) return "0";
  if (std::abs(tick) >= 1e6 || step < 1e-5) return absl::StrFormat("%g", tick);
  const int digits = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
  return absl::StrFormat("%.*f", digits, tick);
}

}  // namespace analysis

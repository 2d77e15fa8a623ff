// Axis range and ticks: the range of an axis, and round numbers along it.
#ifndef ANALYSIS_FIGURES_AXIS_H_
#define ANALYSIS_FIGURES_AXIS_H_

#include <string>
#include <vector>

namespace analysis {

// Measures of every chart, in SVG's units.
inline constexpr double kLeft = 78, kPlotHeight = 300, kLegendTop = 78, kLegendLine = 21;

struct AxisRange {
  double low;
  double high;
};

// Round numbers (1, 2 or 5 times a power of ten apart) that cover the range; the first and last are the axis's ends.
// About `wanted` of them. A range of no width is widened.
std::vector<double> Ticks(AxisRange range, int wanted);
// With as many digits as the distance between ticks needs.
std::string TickLabel(double tick, double step);

}  // namespace analysis

#endif  // ANALYSIS_FIGURES_AXIS_H_

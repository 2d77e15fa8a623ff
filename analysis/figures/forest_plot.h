// Forest plots: estimates with their intervals as points and whiskers along one axis, a row each, around a reference
// line. Self-contained SVG, as figure.h's.
#ifndef ANALYSIS_FIGURES_FOREST_PLOT_H_
#define ANALYSIS_FIGURES_FOREST_PLOT_H_

#include <string>
#include <vector>

#include "analysis/statistics/estimate.h"

namespace analysis {

struct ForestRow {
  std::string label;
  double value = kUndefined;
  // The whisker; none where undefined.
  double low = kUndefined, high = kUndefined;
  bool faint = false;  // drawn in grey: not significant
};

struct ForestPlot {
  std::string title, subtitle;
  std::string x_label;
  std::vector<ForestRow> rows;  // drawn from the largest value down; those whose value is not finite are left out
  double reference = 0;         // a dashed line
};

std::string ToSvg(const ForestPlot& plot);

}  // namespace analysis

#endif  // ANALYSIS_FIGURES_FOREST_PLOT_H_

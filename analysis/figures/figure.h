// Figures as self-contained SVG: data in, text out. No scripts, no fonts or styles from elsewhere.
//
// Colours are Okabe and Ito's, told apart by colour-blind readers; series also differ by marker or are named in each
// bar's tooltip. Numbers that are not finite are left out of the picture.
#ifndef ANALYSIS_FIGURES_FIGURE_H_
#define ANALYSIS_FIGURES_FIGURE_H_

#include <optional>
#include <string>
#include <vector>

#include "analysis/figures/axis.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

struct Bar {
  double value = kUndefined;
  // The whisker; none where undefined.
  double low = kUndefined;
  double high = kUndefined;
};

struct BarSeries {
  std::string name;
  std::vector<Bar> bars;  // one a group
};

// Groups of bars side by side, one bar a series.
struct BarChart {
  std::string title;
  std::string subtitle;
  std::string y_label;
  std::vector<std::string> groups;
  // A second, smaller line below each group's name ("n = 60"). Empty, or one a group.
  std::vector<std::string> group_notes;
  std::vector<BarSeries> series;
  // From the data and 0, where absent.
  std::optional<AxisRange> y_range;
  // A dashed line across: what a coin would give.
  std::optional<double> reference;
  // A thin line after this many groups, to set off a total. 0 for none.
  int separator_after = 0;
};

// CHECK-fails when a series has not one bar a group, or when there are other than 0 or one notes a group.
std::string ToSvg(const BarChart& chart);

struct LinePoint {
  double x = kUndefined;
  double y = kUndefined;
  // The whisker; none where undefined.
  double low = kUndefined;
  double high = kUndefined;
  bool is_marked = false;  // by a larger marker
  std::string note;        // in its tooltip
};

struct LineSeries {
  std::string name;
  std::vector<LinePoint> points;  // in any order; drawn by ascending x, but for a path
  // The whiskers' ends as the edges of one shaded band: for intervals that hold together.
  bool band = false;
  // The points are joined as they stand, and keep their x: a path through a plane.
  bool is_path = false;
};

// Curves over a common x. Markers are drawn where there are few points, or where there are whiskers.
struct LineChart {
  std::string title;
  std::string subtitle;
  std::string x_label;
  std::string y_label;
  std::vector<LineSeries> series;
  // A dashed line across.
  std::optional<double> reference;
};

std::string ToSvg(const LineChart& chart);

}  // namespace analysis

#endif  // ANALYSIS_FIGURES_FIGURE_H_

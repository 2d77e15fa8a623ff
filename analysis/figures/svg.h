// SVG drawing for both kinds of figure: a canvas of SVG elements, colours, axes and legends. Private to figures.
#ifndef ANALYSIS_FIGURES_SVG_H_
#define ANALYSIS_FIGURES_SVG_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "analysis/figures/axis.h"

namespace analysis {

// The i-th series' colour, "#rrggbb"; repeats after seven.
std::string SeriesColour(size_t i);

// The width in pixels that a text of this size takes, somewhat too large.
double TextWidth(absl::string_view text, double size);

// For text between tags and in attributes, on one line (base::OneLine).
std::string EscapeXml(absl::string_view text);

enum class Anchor { kStart, kMiddle, kEnd };

struct TextStyle {
  double size = 13;
  Anchor anchor = Anchor::kStart;
  std::string colour = "#222222";
  bool bold = false;
  bool upwards = false;  // turned by 90 degrees
};

// Pixels, y downwards.
class Canvas {
 public:
  Canvas(double width, double height) : width_(width), height_(height) {}

  void Text(double x, double y, absl::string_view text, const TextStyle& style);
  void Line(double x1, double y1, double x2, double y2, absl::string_view colour, double width, bool dashed = false);
  // `tooltip` is shown by browsers and read by screen readers.
  void Rectangle(double x, double y, double width, double height, absl::string_view colour, absl::string_view tooltip);
  void Polyline(const std::vector<std::pair<double, double>>& points, absl::string_view colour);
  // Filled, and seen through: what lies below shows.
  void Shade(const std::vector<std::pair<double, double>>& corners, absl::string_view colour);
  // A circle, square, triangle or diamond, by `shape` modulo four, of radius about `radius`.
  void Marker(double x, double y, double radius, size_t shape, absl::string_view colour, absl::string_view tooltip);
  // A vertical line with a cap at each end.
  void Whisker(double x, double y_low, double y_high, double cap, absl::string_view colour, double width = 1.3);

  // The document; `title` names it for screen readers.
  std::string Svg(absl::string_view title) const;

 private:
  const double width_;
  const double height_;
  std::string body_;
};

// The plot's rectangle on the canvas and the data's range in it.
struct Plot {
  double left, top, right, bottom;
  AxisRange y;

  double Y(double value) const { return bottom - (value - y.low) / (y.high - y.low) * (bottom - top); }
};

// Title, subtitle and the y axis with its grid lines.
void DrawHeading(Canvas& canvas, absl::string_view title, absl::string_view subtitle);
void DrawYAxis(Canvas& canvas, const Plot& plot, const std::vector<double>& ticks, absl::string_view label);
// Names with their colours in lines from (x, y) to at most `right`. Returns the y below the last line.
double DrawLegend(Canvas& canvas, double x, double y, double right, const std::vector<std::string>& names,
                  bool markers);

}  // namespace analysis

#endif  // ANALYSIS_FIGURES_SVG_H_

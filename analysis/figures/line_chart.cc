#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/svg.h"

namespace analysis {
namespace {

constexpr double kWidth = 760, kLinesRight = 28, kLinesBottom = 58;
// More points than this are a curve without markers.
constexpr size_t kMaxMarkers = 40;

bool HasWhisker(const LinePoint& point) { return std::isfinite(point.low) && std::isfinite(point.high); }

bool HasMarkers(const LineSeries& series) {
  if (series.band) return false;
  return series.points.size() <= kMaxMarkers || std::any_of(series.points.begin(), series.points.end(), HasWhisker);
}

// Finite points by ascending x; of a path as they stand.
std::vector<LinePoint> Drawable(const LineSeries& series) {
  std::vector<LinePoint> points;
  std::copy_if(series.points.begin(), series.points.end(), std::back_inserter(points),
               [](const LinePoint& point) { return std::isfinite(point.x) && std::isfinite(point.y); });
  if (series.is_path) return points;
  std::stable_sort(points.begin(), points.end(), [](const LinePoint& a, const LinePoint& b) { return a.x < b.x; });
  return points;
}

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void Include(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  AxisRange OrUnit() const { return low <= high ? AxisRange{low, high} : AxisRange{0, 1}; }
};

struct XAxis {
  double left, right;
  AxisRange range;
  double X(double value) const { return left + (value - range.low) / (range.high - range.low) * (right - left); }
};

void DrawXAxis(Canvas& canvas, const Plot& plot, const XAxis& axis, const std::vector<double>& ticks,
               absl::string_view label) {
  canvas.Line(plot.left, plot.bottom, plot.right, plot.bottom, "#444444", 1);
  for (double tick : ticks) {
    if (tick < axis.range.low || tick > axis.range.high) continue;
    canvas.Line(axis.X(tick), plot.bottom, axis.X(tick), plot.bottom + 5, "#444444", 1);
    canvas.Text(axis.X(tick), plot.bottom + 20, TickLabel(tick, ticks[1] - ticks[0]), {13, Anchor::kMiddle});
  }
  canvas.Text((plot.left + plot.right) / 2, plot.bottom + 43, label, {13, Anchor::kMiddle});
}

// Pixels by which neighbouring series are set apart, so that their whiskers do not hide each other.
constexpr double kApart = 4;

// From low to high, over the points that have both.
void DrawBand(Canvas& canvas, const Plot& plot, const XAxis& axis, const LineSeries& series, size_t index) {
  std::vector<std::pair<double, double>> corners, back;
  for (const LinePoint& point : Drawable(series)) {
    if (!HasWhisker(point)) continue;
    corners.emplace_back(axis.X(point.x), plot.Y(point.low));
    back.emplace_back(axis.X(point.x), plot.Y(point.high));
  }
  corners.insert(corners.end(), back.rbegin(), back.rend());
  if (!corners.empty()) canvas.Shade(corners, SeriesColour(index));
}

// `shift` is in pixels.
void DrawSeries(Canvas& canvas, const Plot& plot, const XAxis& axis, const LineSeries& series, size_t index,
                double shift) {
  const std::vector<LinePoint> points = Drawable(series);
  const std::string colour = SeriesColour(index);
  std::vector<std::pair<double, double>> path;
  for (const LinePoint& point : points) path.emplace_back(axis.X(point.x) + shift, plot.Y(point.y));
  if (path.size() > 1) canvas.Polyline(path, colour);
  for (const LinePoint& point : points) {
    const double x = axis.X(point.x) + shift;
    if (HasWhisker(point) && !series.band) canvas.Whisker(x, plot.Y(point.low), plot.Y(point.high), 4, colour);
    if (!HasMarkers(series)) continue;
    std::string tooltip = absl::StrFormat("%s, %g: %.4g", series.name, point.x, point.y);
    if (HasWhisker(point)) absl::StrAppendFormat(&tooltip, " [%.4g, %.4g]", point.low, point.high);
    if (!point.note.empty()) absl::StrAppend(&tooltip, ", ", point.note);
    canvas.Marker(x, plot.Y(point.y), point.is_marked ? 8 : 4, index, colour, tooltip);
  }
}

}  // namespace

std::string ToSvg(const LineChart& chart) {
  Range x, y;
  std::vector<std::string> names;
  bool markers = false, whiskers = false;
  for (const LineSeries& series : chart.series) {
    names.push_back(series.name);
    markers = markers || HasMarkers(series);
    for (const LinePoint& point : Drawable(series)) {
      whiskers = whiskers || (HasWhisker(point) && !series.band);
      x.Include(point.x);
      for (double value : {point.y, point.low, point.high}) y.Include(value);
    }
  }
  if (chart.reference) y.Include(*chart.reference);
  const std::vector<double> x_ticks = Ticks(x.OrUnit(), 8), y_ticks = Ticks(y.OrUnit(), 6);
  // The x axis ends with the data, the y axis at a tick.
  const AxisRange x_range = x.low < x.high ? x.OrUnit() : AxisRange{x_ticks.front(), x_ticks.back()};
  const double width = std::max({kWidth, 40 + TextWidth(chart.title, 17 * 1.08), 40 + TextWidth(chart.subtitle, 13)});
  Canvas trial(width, 0);
  const double legend_bottom = DrawLegend(trial, kLeft, kLegendTop, width - kLinesRight, names, markers);
  const double top = legend_bottom - kLegendLine + 16;
  const Plot plot{kLeft, top, width - kLinesRight, top + kPlotHeight, {y_ticks.front(), y_ticks.back()}};
  const XAxis axis{plot.left + 10, plot.right - 10, x_range};

  Canvas canvas(width, plot.bottom + kLinesBottom);
  DrawHeading(canvas, chart.title, chart.subtitle);
  DrawLegend(canvas, kLeft, kLegendTop, width - kLinesRight, names, markers);
  DrawYAxis(canvas, plot, y_ticks, chart.y_label);
  DrawXAxis(canvas, plot, axis, x_ticks, chart.x_label);
  if (chart.reference) {
    canvas.Line(plot.left, plot.Y(*chart.reference), plot.right, plot.Y(*chart.reference), "#222222", 1.2, true);
  }
  for (size_t i = 0; i < chart.series.size(); ++i) {
    if (chart.series[i].band) DrawBand(canvas, plot, axis, chart.series[i], i);
  }
  for (size_t i = 0; i < chart.series.size(); ++i) {
    const double shift = whiskers && !chart.series[i].is_path ? (i - (chart.series.size() - 1) / 2.0) * kApart : 0;
    DrawSeries(canvas, plot, axis, chart.series[i], i, shift);
  }
  return canvas.Svg(chart.title);
}

}  // namespace analysis

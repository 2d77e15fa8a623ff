#include "analysis/figures/forest_plot.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"
#include "analysis/figures/axis.h"
#include "analysis/figures/svg.h"

namespace analysis {
namespace {

constexpr double kForestWidth = 620, kForestTop = 74, kForestRow = 26, kForestBottom = 58, kForestRight = 24;
constexpr char kFaint[] = "#999999";

}  // namespace

std::string ToSvg(const ForestPlot& plot) {
  std::vector<ForestRow> rows;
  std::copy_if(plot.rows.begin(), plot.rows.end(), std::back_inserter(rows),
               [](const ForestRow& row) { return std::isfinite(row.value); });
  std::stable_sort(rows.begin(), rows.end(), [](const ForestRow& a, const ForestRow& b) { return a.value > b.value; });
  AxisRange range{plot.reference, plot.reference};
  double label = 0;
  for (const ForestRow& row : rows) {
    for (const double value : {row.value, row.low, row.high}) {
      if (!std::isfinite(value)) continue;
      range.low = std::min(range.low, value);
      range.high = std::max(range.high, value);
    }
    label = std::max(label, TextWidth(row.label, 13));
  }
  const std::vector<double> ticks = Ticks(range, 6);
  range = {ticks.front(), ticks.back()};
  const double left = label + 24, right = std::max(kForestWidth, left + 320) - kForestRight;
  const double bottom = kForestTop + kForestRow * std::max<size_t>(1, rows.size());
  const auto x = [&](double value) { return left + (value - range.low) / (range.high - range.low) * (right - left); };
  Canvas canvas(right + kForestRight, bottom + kForestBottom);
  DrawHeading(canvas, plot.title, plot.subtitle);
  for (const double tick : ticks) {
    canvas.Line(x(tick), kForestTop, x(tick), bottom, "#e4e4e4", 1);
    canvas.Text(x(tick), bottom + 20, TickLabel(tick, ticks[1] - ticks[0]), {13, Anchor::kMiddle});
  }
  canvas.Line(left, bottom, right, bottom, "#444444", 1);
  canvas.Line(x(plot.reference), kForestTop - 6, x(plot.reference), bottom, "#444444", 1, /*dashed=*/true);
  canvas.Text((left + right) / 2, bottom + 43, plot.x_label, {13, Anchor::kMiddle});
  for (size_t i = 0; i < rows.size(); ++i) {
    const ForestRow& row = rows[i];
    const double y = kForestTop + (i + 0.5) * kForestRow;
    const std::string colour = row.faint ? kFaint : SeriesColour(0);
    canvas.Text(left - 10, y + 4.5, row.label, {13, Anchor::kEnd});
    std::string tooltip = absl::StrFormat("%s: %.4g", row.label, row.value);
    if (std::isfinite(row.low) && std::isfinite(row.high)) {
      absl::StrAppendFormat(&tooltip, " [%.4g, %.4g]", row.low, row.high);
      canvas.Line(x(row.low), y, x(row.high), y, colour, 1.6);
      for (const double end : {row.low, row.high}) canvas.Line(x(end), y - 4, x(end), y + 4, colour, 1.6);
    }
    canvas.Marker(x(row.value), y, 4.5, 1, colour, tooltip);
  }
  return canvas.Svg(plot.title);
}

}  // namespace analysis

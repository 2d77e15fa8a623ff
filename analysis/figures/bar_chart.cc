#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/svg.h"
#include "base/check.h"

namespace analysis {
namespace {

constexpr double kBarsRight = 20, kBarsBottom = 40, kNotes = 17;
constexpr char kInk[] = "#222222";

void CheckShape(const BarChart& chart) {
  for (const BarSeries& series : chart.series) SAMI_CHECK_EQ(series.bars.size(), chart.groups.size()) << series.name;
  SAMI_CHECK(chart.group_notes.empty() || chart.group_notes.size() == chart.groups.size());
}

AxisRange DataRange(const BarChart& chart) {
  AxisRange range{0, 0};
  const auto include = [&](double value) {
    if (!std::isfinite(value)) return;
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
  };
  for (const BarSeries& series : chart.series) {
    for (const Bar& bar : series.bars) {
      include(bar.value);
      include(bar.low);
      include(bar.high);
    }
  }
  if (chart.reference) include(*chart.reference);
  return range;
}

std::string Describe(const BarChart& chart, const BarSeries& series, size_t group) {
  const Bar& bar = series.bars[group];
  std::string text = absl::StrFormat("%s, %s: %.4g", series.name, chart.groups[group], bar.value);
  if (std::isfinite(bar.low) && std::isfinite(bar.high))
    absl::StrAppendFormat(&text, " [%.4g, %.4g]", bar.low, bar.high);
  return text;
}

// Where groups and bars stand: all in pixels.
struct Layout {
  double bar, group, plot_width;

  explicit Layout(const BarChart& chart) {
    const double series = std::max<size_t>(1, chart.series.size());
    bar = std::clamp(54 / series, 9.0, 34.0);
    double label = 0;
    for (const std::string& name : chart.groups) label = std::max(label, TextWidth(name, 13));
    for (const std::string& note : chart.group_notes) label = std::max(label, TextWidth(note, 11));
    group = std::max(bar * series + 26, label + 10);
    plot_width = std::max(440.0, group * chart.groups.size());
    group = plot_width / std::max<size_t>(1, chart.groups.size());
    bar = std::clamp((group - 26) / series, bar, 34.0);
  }
};

void DrawBars(Canvas& canvas, const BarChart& chart, const Plot& plot, const Layout& layout) {
  const double zero = plot.Y(std::clamp(0.0, plot.y.low, plot.y.high));
  for (size_t g = 0; g < chart.groups.size(); ++g) {
    const double centre = plot.left + (g + 0.5) * layout.group;
    for (size_t s = 0; s < chart.series.size(); ++s) {
      const Bar& bar = chart.series[s].bars[g];
      if (!std::isfinite(bar.value)) continue;
      const double x = centre + (s - chart.series.size() / 2.0) * layout.bar;
      const double y = plot.Y(std::clamp(bar.value, plot.y.low, plot.y.high));
      canvas.Rectangle(x + 1, std::min(y, zero), layout.bar - 2, std::abs(zero - y), SeriesColour(s),
                       Describe(chart, chart.series[s], g));
      if (!std::isfinite(bar.low) || !std::isfinite(bar.high)) continue;
      const double low = plot.Y(std::clamp(bar.low, plot.y.low, plot.y.high));
      const double high = plot.Y(std::clamp(bar.high, plot.y.low, plot.y.high));
      // On a pale edge, so that it can be told from a dark bar.
      const double cap = std::min(4.5, layout.bar / 4);
      canvas.Whisker(x + layout.bar / 2, low, high, cap + 1, "#ffffff", 1.3 + std::min(2.0, layout.bar / 10));
      canvas.Whisker(x + layout.bar / 2, low, high, cap, kInk);
    }
  }
}

void DrawGroupLabels(Canvas& canvas, const BarChart& chart, const Plot& plot, const Layout& layout) {
  for (size_t g = 0; g < chart.groups.size(); ++g) {
    const double centre = plot.left + (g + 0.5) * layout.group;
    canvas.Text(centre, plot.bottom + 20, chart.groups[g], {13, Anchor::kMiddle});
    if (chart.group_notes.empty()) continue;
    canvas.Text(centre, plot.bottom + 37, chart.group_notes[g], {11, Anchor::kMiddle, "#666666"});
  }
}

}  // namespace

std::string ToSvg(const BarChart& chart) {
  CheckShape(chart);
  const Layout layout(chart);
  std::vector<std::string> names;
  double legend_width = 0;
  for (const BarSeries& series : chart.series) {
    names.push_back(series.name);
    legend_width = std::max(legend_width, TextWidth(series.name, 13) + 40);
  }
  const double width = std::max({kLeft + layout.plot_width + kBarsRight, 40 + TextWidth(chart.title, 17 * 1.08),
                                 40 + TextWidth(chart.subtitle, 13), kLeft + legend_width});
  // Drawn on a canvas of no consequence, to learn how many lines the legend takes.
  Canvas trial(width, 0);
  const double legend_bottom = DrawLegend(trial, kLeft, kLegendTop, width - kBarsRight, names, /*markers=*/false);
  const std::vector<double> ticks = Ticks(chart.y_range.value_or(DataRange(chart)), 6);
  const double top = legend_bottom - kLegendLine + 16;
  const Plot plot{kLeft, top, kLeft + layout.plot_width, top + kPlotHeight, {ticks.front(), ticks.back()}};

  Canvas canvas(width, plot.bottom + kBarsBottom + (chart.group_notes.empty() ? 0 : kNotes));
  DrawHeading(canvas, chart.title, chart.subtitle);
  DrawLegend(canvas, kLeft, kLegendTop, width - kBarsRight, names, /*markers=*/false);
  DrawYAxis(canvas, plot, ticks, chart.y_label);
  if (chart.separator_after > 0 && chart.separator_after < chart.groups.size()) {
    const double x = plot.left + chart.separator_after * layout.group;
    canvas.Line(x, plot.top, x, plot.bottom, "#bbbbbb", 1);
  }
  DrawBars(canvas, chart, plot, layout);
  if (chart.reference) {
    canvas.Line(plot.left, plot.Y(*chart.reference), plot.right, plot.Y(*chart.reference), kInk, 1.2, /*dashed=*/true);
  }
  const double zero = plot.Y(std::clamp(0.0, plot.y.low, plot.y.high));
  canvas.Line(plot.left, zero, plot.right, zero, "#444444", 1);
  DrawGroupLabels(canvas, chart, plot, layout);
  return canvas.Svg(chart.title);
}

}  // namespace analysis

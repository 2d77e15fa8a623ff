#include "analysis/figures/svg.h"

#include <array>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "base/text.h"

namespace analysis {
namespace {

constexpr char kFonts[] = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif";
constexpr char kGrid[] = "#e4e4e4";
constexpr char kAxis[] = "#444444";

// Two decimals of a pixel are enough, and keep files small and the same everywhere.
std::string Px(double value) {
  std::string text = absl::StrFormat("%.2f", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string Tooltip(absl::string_view text) {
  return text.empty() ? "" : absl::StrCat("<title>", EscapeXml(text), "</title>");
}

}  // namespace

std::string SeriesColour(size_t i) {
  // M. Okabe and K. Ito, "Color Universal Design" (2008), without the yellow; reddish purple, orange and sky blue
  // darkened, so that all have a contrast of 3:1 and more on white (WCAG 2.2, 1.4.11).
  static constexpr std::array<const char*, 7> kColours = {"#0072b2", "#d55e00", "#009e73", "#c66fa0",
                                                          "#000000", "#b37b00", "#2b8cc4"};
  return kColours[i % kColours.size()];
}

double TextWidth(absl::string_view text, double size) {
  const int64_t letters = std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
  return 0.62 * size * letters;
}

std::string EscapeXml(absl::string_view text) {
  // XML 1.0 has no control characters but white space.
  return absl::StrReplaceAll(base::OneLine(text), {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

void Canvas::Text(double x, double y, absl::string_view text, const TextStyle& style) {
  static constexpr std::array<const char*, 3> kAnchors = {"start", "middle", "end"};
  absl::StrAppend(&body_, "<text x=\"", Px(x), "\" y=\"", Px(y), "\" font-size=\"", Px(style.size), "\" fill=\"",
                  style.colour, "\" text-anchor=\"", kAnchors[static_cast<int>(style.anchor)], "\"",
                  style.bold ? " font-weight=\"bold\"" : "");
  if (style.upwards) absl::StrAppend(&body_, " transform=\"rotate(-90 ", Px(x), " ", Px(y), ")\"");
  absl::StrAppend(&body_, ">", EscapeXml(text), "</text>\n");
}

void Canvas::Line(double x1, double y1, double x2, double y2, absl::string_view colour, double width, bool dashed) {
  absl::StrAppend(&body_, "<line x1=\"", Px(x1), "\" y1=\"", Px(y1), "\" x2=\"", Px(x2), "\" y2=\"", Px(y2),
                  "\" stroke=\"", colour, "\" stroke-width=\"", Px(width), "\"",
                  dashed ? " stroke-dasharray=\"6 4\"" : "", "/>\n");
}

void Canvas::Rectangle(double x, double y, double width, double height, absl::string_view colour,
                       absl::string_view tooltip) {
  absl::StrAppend(&body_, "<rect x=\"", Px(x), "\" y=\"", Px(y), "\" width=\"", Px(width), "\" height=\"", Px(height),
                  "\" fill=\"", colour, "\">", Tooltip(tooltip), "</rect>\n");
}

void Canvas::Polyline(const std::vector<std::pair<double, double>>& points, absl::string_view colour) {
  body_ += "<polyline points=\"";
  for (const auto& [x, y] : points) absl::StrAppend(&body_, Px(x), ",", Px(y), " ");
  absl::StrAppend(&body_, "\" fill=\"none\" stroke=\"", colour,
                  "\" stroke-width=\"1.8\" stroke-linejoin=\"round\" stroke-linecap=\"round\"/>\n");
}

void Canvas::Marker(double x, double y, double radius, size_t shape, absl::string_view colour,
                    absl::string_view tooltip) {
  const double r = radius;
  std::vector<std::pair<double, double>> corners;
  switch (shape % 4) {
    case 0:
      absl::StrAppend(&body_, "<circle cx=\"", Px(x), "\" cy=\"", Px(y), "\" r=\"", Px(r), "\" fill=\"", colour, "\">",
                      Tooltip(tooltip), "</circle>\n");
      return;
    case 1:
      corners = {{-0.9 * r, -0.9 * r}, {0.9 * r, -0.9 * r}, {0.9 * r, 0.9 * r}, {-0.9 * r, 0.9 * r}};
      break;
    case 2:
      corners = {{0, -1.2 * r}, {1.15 * r, 0.9 * r}, {-1.15 * r, 0.9 * r}};
      break;
    case 3:
      corners = {{0, -1.3 * r}, {1.3 * r, 0}, {0, 1.3 * r}, {-1.3 * r, 0}};
      break;
  }
  body_ += "<polygon points=\"";
  for (const auto& [dx, dy] : corners) absl::StrAppend(&body_, Px(x + dx), ",", Px(y + dy), " ");
  absl::StrAppend(&body_, "\" fill=\"", colour, "\">", Tooltip(tooltip), "</polygon>\n");
}

void Canvas::Shade(const std::vector<std::pair<double, double>>& corners, absl::string_view colour) {
  body_ += "<polygon points=\"";
  for (const auto& [x, y] : corners) absl::StrAppend(&body_, Px(x), ",", Px(y), " ");
  absl::StrAppend(&body_, "\" fill=\"", colour, "\" fill-opacity=\"0.16\"/>\n");
}

void Canvas::Whisker(double x, double y_low, double y_high, double cap, absl::string_view colour, double width) {
  Line(x, y_low, x, y_high, colour, width);
  Line(x - cap, y_low, x + cap, y_low, colour, width);
  Line(x - cap, y_high, x + cap, y_high, colour, width);
}

std::string Canvas::Svg(absl::string_view title) const {
  const std::string width = Px(width_), height = Px(height_);
  return absl::StrCat("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", width, "\" height=\"", height,
                      "\" viewBox=\"0 0 ", width, " ", height, "\" font-family=\"", kFonts, "\" role=\"img\">\n<title>",
                      EscapeXml(title), "</title>\n<rect width=\"", width, "\" height=\"", height,
                      "\" fill=\"#ffffff\"/>\n", body_, "</svg>\n");
}

void DrawHeading(Canvas& canvas, absl::string_view title, absl::string_view subtitle) {
  TextStyle style;
  style.size = 17;
  style.bold = true;
  canvas.Text(20, 30, title, style);
  canvas.Text(20, 51, subtitle, {13, Anchor::kStart, "#555555"});
}

void DrawYAxis(Canvas& canvas, const Plot& plot, const std::vector<double>& ticks, absl::string_view label) {
  for (double tick : ticks) {
    const double y = plot.Y(tick);
    canvas.Line(plot.left, y, plot.right, y, kGrid, 1);
    canvas.Text(plot.left - 8, y + 4.5, TickLabel(tick, ticks[1] - ticks[0]), {13, Anchor::kEnd});
  }
  canvas.Line(plot.left, plot.top, plot.left, plot.bottom, kAxis, 1);
  TextStyle style;
  style.anchor = Anchor::kMiddle;
  style.upwards = true;
  canvas.Text(24, (plot.top + plot.bottom) / 2, label, style);
}

double DrawLegend(Canvas& canvas, double x, double y, double right, const std::vector<std::string>& names,
                  bool markers) {
  constexpr double kLineHeight = 21, kSwatch = 13;
  double at = x;
  for (size_t i = 0; i < names.size(); ++i) {
    const double width = kSwatch + 7 + TextWidth(names[i], 13) + 14;
    if (at > x && at + width > right) {
      at = x;
      y += kLineHeight;
    }
    if (markers) {
      canvas.Line(at - 3, y - 4.5, at + kSwatch + 3, y - 4.5, SeriesColour(i), 1.8);
      canvas.Marker(at + kSwatch / 2, y - 4.5, 4, i, SeriesColour(i), "");
    } else {
      canvas.Rectangle(at, y - 11, kSwatch, kSwatch, SeriesColour(i), "");
    }
    canvas.Text(at + kSwatch + 7, y, names[i], {});
    at += width;
  }
  return names.empty() ? y : y + kLineHeight;
}

}  // namespace analysis

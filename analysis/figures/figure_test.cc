// What can be checked of a picture without looking at it: that it is well-formed, complete, self-contained and the
// same each time, and that bars have the heights of their numbers.
#include "analysis/figures/figure.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "analysis/figures/axis.h"
#include "analysis/figures/forest_plot.h"
#include "analysis/figures/svg.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

BarChart Bars() {
  BarChart chart;
  chart.title = "Win <rate> & \"more\"";
  chart.y_label = "win rate (%)";
  chart.groups = {"overall", "math"};
  chart.group_notes = {"n = 80", "n = 10"};
  chart.series = {{"SAMI vs SFT", {{60, 50, 70}, {100, 72, 100}}}, {"DPO vs SFT", {{40, 30, 50}, {}}}};
  chart.y_range = {0, 100};
  chart.reference = 50;
  chart.separator_after = 1;
  return chart;
}

LineChart Lines() {
  LineChart chart;
  chart.title = "Loss";
  chart.x_label = "step";
  chart.y_label = "nats";
  chart.series = {{"sami", {{20, 0.4}, {0, 0.7}, {10, 0.5}}}, {"dpo", {{0, 0.69, 0.6, 0.8}, {20, 0.3, 0.2, 0.4}}}};
  return chart;
}

int Count(absl::string_view text, absl::string_view part) {
  int count = 0;
  for (size_t at = text.find(part); at != absl::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// Every opened element is closed, in order: enough of XML for what the canvas writes.
bool IsWellFormed(absl::string_view svg) {
  std::vector<std::string> open;
  while (true) {
    const size_t begin = svg.find('<');
    if (begin == absl::string_view::npos) return open.empty();
    const size_t end = svg.find('>', begin);
    if (end == absl::string_view::npos) return false;
    const absl::string_view tag = svg.substr(begin + 1, end - begin - 1);
    if (absl::StrContains(tag, "<") || Count(tag, "\"") % 2 != 0) return false;
    if (tag[0] == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return false;
      open.pop_back();
    } else if (tag.back() != '/') {
      const std::vector<std::string> words = absl::StrSplit(tag, ' ');
      open.push_back(words[0]);
    }
    svg.remove_prefix(end + 1);
  }
}

// The height of the bar whose tooltip begins with `name`.
double BarHeight(const std::string& svg, const std::string& name) {
  const size_t tooltip = svg.find(absl::StrCat("<title>", name));
  EXPECT_NE(tooltip, std::string::npos) << name;
  const size_t at = svg.rfind("height=\"", tooltip) + 8;
  double height = -1;
  EXPECT_TRUE(absl::SimpleAtod(svg.substr(at, svg.find('"', at) - at), &height));
  return height;
}

TEST(SvgTest, NothingIsObeyed) {
  EXPECT_EQ(EscapeXml("a\x1b]0;x\x07\nb \u202e<i>\u009b2J \"c\""), "a ]0;x b &lt;i&gt; 2J &quot;c&quot;");
}

TEST(TicksTest, AreRoundAndCoverTheRange) {
  EXPECT_THAT(Ticks({0, 100}, 6), ElementsAre(0, 20, 40, 60, 80, 100));
  EXPECT_THAT(Ticks({0, 7}, 5), ElementsAre(0, 2, 4, 6, 8));
  EXPECT_THAT(Ticks({-0.3, 0.2}, 5),
              ElementsAre(::testing::DoubleEq(-0.3), ::testing::DoubleEq(-0.2), ::testing::DoubleEq(-0.1), 0,
                          ::testing::DoubleEq(0.1), ::testing::DoubleEq(0.2)));
}

TEST(TicksTest, ARangeWithoutWidthIsWidened) {
  for (double value : {0.0, 5.0, -1e6, 1e-9}) {
    const std::vector<double> ticks = Ticks({value, value}, 6);
    EXPECT_GE(ticks.size(), 3);
    EXPECT_LT(ticks.front(), value);
    EXPECT_GT(ticks.back(), value);
  }
}

TEST(TickLabelTest, HasTheDigitsOfItsStep) {
  EXPECT_EQ(TickLabel(0.30000000000000004, 0.1), "0.3");
  EXPECT_EQ(TickLabel(-1e-17, 0.1), "0");
  EXPECT_EQ(TickLabel(20, 20), "20");
  EXPECT_EQ(TickLabel(0.25, 0.05), "0.25");
  EXPECT_EQ(TickLabel(2e6, 1e6), "2e+06");
}

TEST(BarChartTest, IsWellFormedAndSelfContained) {
  const std::string svg = ToSvg(Bars());
  EXPECT_TRUE(IsWellFormed(svg));
  EXPECT_THAT(svg, HasSubstr("Win &lt;rate&gt; &amp; &quot;more&quot;"));
  EXPECT_THAT(svg, Not(HasSubstr("<script")));
  EXPECT_THAT(svg, Not(HasSubstr("href")));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_EQ(svg, ToSvg(Bars()));
}

TEST(BarChartTest, BarsAreAsHighAsTheirNumbers) {
  const std::string svg = ToSvg(Bars());
  const double full = BarHeight(svg, "SAMI vs SFT, math: 100 [72, 100]");
  EXPECT_NEAR(BarHeight(svg, "SAMI vs SFT, overall: 60 [50, 70]"), 0.6 * full, 0.01);
  EXPECT_NEAR(BarHeight(svg, "DPO vs SFT, overall: 40 [30, 50]"), 0.4 * full, 0.01);
}

TEST(BarChartTest, AnUndefinedBarIsAbsent) { EXPECT_THAT(ToSvg(Bars()), Not(HasSubstr("DPO vs SFT, math"))); }

TEST(BarChartTest, NegativeBarsHangFromZero) {
  BarChart chart;
  chart.groups = {"base", "sami"};
  chart.series = {{"bound", {{-0.2, -0.3, -0.1}, {0.4, 0.3, 0.5}}}};
  const std::string svg = ToSvg(chart);
  EXPECT_TRUE(IsWellFormed(svg));
  EXPECT_NEAR(BarHeight(svg, "bound, base"), BarHeight(svg, "bound, sami") / 2, 0.02);
}

TEST(BarChartTest, EmptyChart) { EXPECT_TRUE(IsWellFormed(ToSvg(BarChart{}))); }

TEST(BarChartDeathTest, AMissingBarIsOurBug) {
  BarChart chart = Bars();
  chart.series[0].bars.pop_back();
  EXPECT_DEATH(ToSvg(chart), "SAMI vs SFT");
}

TEST(LineChartTest, DrawsEverySeriesByAscendingX) {
  const std::string svg = ToSvg(Lines());
  EXPECT_TRUE(IsWellFormed(svg));
  EXPECT_EQ(Count(svg, "<polyline"), 2);
  const size_t at = svg.find("<polyline points=\"") + 18;
  double last = -1;
  for (absl::string_view point : absl::StrSplit(svg.substr(at, svg.find('"', at) - at), ' ', absl::SkipEmpty())) {
    double x = 0;
    ASSERT_TRUE(absl::SimpleAtod(point.substr(0, point.find(',')), &x));
    EXPECT_GT(x, last);
    last = x;
  }
}

TEST(LineChartTest, LeavesOutWhatIsNotFinite) {
  LineChart chart = Lines();
  chart.series[0].points.push_back({30, std::nan("")});
  chart.series[0].points.push_back({INFINITY, 0.1});
  EXPECT_EQ(ToSvg(chart), ToSvg(Lines()));
}

TEST(LineChartTest, ABandIsOneShapeWithoutWhiskers) {
  LineChart chart;
  chart.series = {{"one", {{1, 2, 1, 3}, {2, 3, 2, 4}, {3, 4}}, true}};
  const std::string svg = ToSvg(chart);
  EXPECT_TRUE(IsWellFormed(svg));
  EXPECT_EQ(Count(svg, "fill-opacity"), 1);
  chart.series[0].band = false;
  EXPECT_EQ(Count(ToSvg(chart), "fill-opacity"), 0);
  EXPECT_GT(Count(ToSvg(chart), "<line"), Count(svg, "<line"));
}

TEST(LineChartTest, SinglePointAndEmptyCharts) {
  LineChart chart;
  EXPECT_TRUE(IsWellFormed(ToSvg(chart)));
  chart.series = {{"one", {{3, 0.5}}}, {"none", {}}};
  const std::string svg = ToSvg(chart);
  EXPECT_TRUE(IsWellFormed(svg));
  EXPECT_THAT(svg, HasSubstr("<title>one, 3: 0.5</title>"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(ForestPlotTest, RowsFromTheLargestDownWithTheirIntervals) {
  ForestPlot plot;
  plot.title = "Differences";
  plot.rows = {{"b < a", -1, -3, 1, true}, {"c", 5, 4, 6}, {"none"}};
  const std::string svg = ToSvg(plot);
  EXPECT_LT(svg.find(">c<"), svg.find(">b &lt; a<"));
  EXPECT_THAT(svg, ::testing::HasSubstr("c: 5 [4, 6]"));
  EXPECT_THAT(svg, ::testing::Not(::testing::HasSubstr(">none<")));
  EXPECT_THAT(ToSvg(ForestPlot()), ::testing::HasSubstr("</svg>"));
}

}  // namespace
}  // namespace analysis

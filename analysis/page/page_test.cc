// What a page promises: nothing in a text becomes markup or script, nothing is loaded, and its colours can be read.
#include "analysis/page/page.h"

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/pdf.h"
#include "base/file.h"
#include "base/program.h"
#include "base/testing.h"

namespace analysis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kHostile[] = "</script><script>alert(1)</script><img src=x onerror=\"alert(2)\">{{script}}";

TEST(PageTest, TextsAreNeverMarkup) {
  Table table;
  table.caption = kHostile;
  table.columns = {{"a", kHostile}};
  table.rows = {{std::string(kHostile)}};
  table.notes = {kHostile};
  const Page page{kHostile, kHostile, {{"s", kHostile, TableHtml(table) + ParagraphHtml(kHostile)}}, {{"d", kHostile}}};
  const std::string html = RenderPage(page);
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, Not(HasSubstr("onerror=\"")));
  // The placeholder of a text is not filled in.
  EXPECT_THAT(html, HasSubstr("{{script}}"));
  EXPECT_EQ(html, RenderPage(page));
  EXPECT_THAT(html, HasSubstr(kPageMark));
}

TEST(PageTest, ControlAndDirectionCharactersAreReplaced) {
  EXPECT_EQ(EscapeHtml(absl::string_view("a\0b\x1b[31m\x7f\tc\n", 12)),
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd[31m\xef\xbf\xbd\tc\n");
  EXPECT_EQ(EscapeHtml("x\xe2\x80\xaey\xe2\x81\xa6z"), "x\xef\xbf\xbdy\xef\xbf\xbdz");
  EXPECT_EQ(EscapeHtml("שלום – 日本 👩‍🔬"), "שלום – 日本 👩‍🔬");
  EXPECT_EQ(EscapeHtml("x\u009b2J\u0085 \u00a0"), "x\ufffd2J\ufffd \u00a0");
  EXPECT_EQ(EscapeHtml("\xe2"), "\xe2");
}

TEST(PageTest, JsonStaysWithinItsScript) {
  const base::OrderedJson json = {{"a", "</script><!--&\xe2\x80\xa8\xe2\x80\xa9\x01\xff"}};
  const std::string text = ScriptJson(json);
  for (const char* part : {"<", ">", "&", "\xe2\x80\xa8", "\xe2\x80\xa9", "\x01"})
    EXPECT_THAT(text, Not(HasSubstr(part)));
  ASSERT_OK_AND_ASSIGN(const base::Json back, base::ParseJson(text, "back"));
  EXPECT_EQ(back["a"], "</script><!--&\xe2\x80\xa8\xe2\x80\xa9\x01\xef\xbf\xbd");
  EXPECT_EQ(ScriptJson("\u202e\u2066\u2020"), "\"\\u202e\\u2066\u2020\"");
}

TEST(PageTest, LoadsNothing) {
  const std::string html = RenderPage({"t", "s", {{"samples", "Samples", BrowserHtml()}}, {}});
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  EXPECT_THAT(html, Not(HasSubstr("unsafe")));
  for (const char* part : {"http://", "https://", "@import", "url(", " src="}) EXPECT_THAT(html, Not(HasSubstr(part)));
  for (const char* part :
       {"<html lang=\"en\">", "<title>t</title>", "<main", "<nav", "<header", "prefers-reduced-motion",
        "<h2 id=\"samples-heading\">", "aria-labelledby=\"samples-heading\""}) {
    EXPECT_THAT(html, HasSubstr(part));
  }
}

TEST(PageTest, TablesHaveHeaders) {
  Table table;
  table.caption = "Win rates";
  table.columns = {{"arm", "arm"}, {"rate", "rate %", NumberFormat::kPercent, 1}};
  table.rows = {{std::string("sami"), 0.512}, {std::string("dpo"), std::monostate()}};
  const std::string html = TableHtml(table);
  EXPECT_THAT(html, HasSubstr("<caption>Win rates</caption>"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"col\">arm</th><th scope=\"col\" class=\"number\">rate %</th>"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">sami</th><td class=\"number\">51.2</td>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"number\">–</td>"));
}

// WCAG 2.2, "relative luminance" and "contrast ratio", of "#rrggbb".
double Luminance(const std::string& colour) {
  double linear[3];
  for (int i = 0; i < 3; ++i) {
    const double value = std::stoi(colour.substr(1 + 2 * i, 2), nullptr, 16) / 255.0;
    linear[i] = value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  }
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

double Contrast(const std::string& a, const std::string& b) {
  const double first = Luminance(a), second = Luminance(b);
  return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

std::string StyleFile() { return base::ReadFile(base::Runfile("analysis/page/style.css")).value_or(""); }

// The colour of "--name: light-dark(#rrggbb, #rrggbb);".
std::string Colour(const std::string& style, const std::string& name, bool dark) {
  const size_t at = style.find(absl::StrCat("--", name, ": light-dark(#"));
  EXPECT_NE(at, std::string::npos) << name;
  const size_t first = style.find('#', at);
  return style.substr(dark ? style.find('#', first + 1) : first, 7);
}

TEST(PageTest, ColoursHaveContrast) {
  EXPECT_NEAR(Contrast("#000000", "#ffffff"), 21, 1e-9);
  EXPECT_NEAR(Contrast("#777777", "#ffffff"), 4.48, 0.005);  // the grey that just fails AA
  const std::string style = StyleFile();
  const std::vector<std::pair<std::string, std::string>> texts = {
      {"ink", "page"},   {"ink", "surface"},   {"ink", "warning"}, {"ink", "only-a"},     {"ink", "only-b"},
      {"muted", "page"}, {"muted", "surface"}, {"accent", "page"}, {"accent", "surface"}, {"won", "surface"},
      {"won", "page"},   {"lost", "surface"},  {"lost", "page"}};
  std::vector<std::pair<std::string, std::string>> graphics = {{"border", "surface"}, {"border", "page"}};
  for (int i = 0; i < 7; ++i) graphics.emplace_back(absl::StrCat("series-", i), "surface");
  for (const bool dark : {false, true}) {
    for (const auto& [front, back] : texts) {
      EXPECT_GE(Contrast(Colour(style, front, dark), Colour(style, back, dark)), 4.5)
          << front << " on " << back << dark;
    }
    for (const auto& [front, back] : graphics) {
      EXPECT_GE(Contrast(Colour(style, front, dark), Colour(style, back, dark)), 3) << front << " on " << back << dark;
    }
  }
}

// One chart with as many series as there are colours, and with all else that is drawn.
std::string EveryColour() {
  BarChart bars;
  bars.groups = {"a", "b"};
  bars.group_notes = {"n", "n"};
  bars.reference = 50;
  bars.separator_after = 1;
  for (int i = 0; i < 7; ++i) bars.series.push_back({absl::StrCat(i), {{40, 30, 50}, {60, 50, 70}}});
  LineChart lines;
  for (int i = 0; i < 7; ++i) lines.series.push_back({absl::StrCat(i), {{0, 1, 0, 2}, {1, 2, 1, 3}}, i % 2 == 0});
  return ToSvg(bars) + ToSvg(lines);
}

TEST(PageTest, EveryColourOfFiguresFollowsTheTheme) {
  const std::string style = StyleFile(), svg = EveryColour();
  std::set<std::string> uses;
  for (const char* attribute : {"fill=\"#", "stroke=\"#"}) {
    for (size_t at = svg.find(attribute); at != std::string::npos; at = svg.find(attribute, at + 1)) {
      uses.insert(svg.substr(at, svg.find('"', at + 8) + 1 - at));
    }
  }
  EXPECT_GT(uses.size(), 15);
  for (const std::string& use : uses) EXPECT_THAT(style, HasSubstr(absl::StrCat("[", use, "]")));
}

TEST(PdfTest, IsTheSameEachTime) {
  const std::string svg = EveryColour().substr(0, EveryColour().find("</svg>") + 6);
  ASSERT_OK_AND_ASSIGN(const std::string pdf, SvgToPdf(svg));
  EXPECT_THAT(pdf, StartsWith("%PDF-"));
  EXPECT_THAT(pdf.substr(pdf.size() - 8), HasSubstr("%%EOF"));
  EXPECT_EQ(SvgToPdf(svg).value_or(""), pdf);
  EXPECT_THAT(SvgToPdf("<svg"), base::StatusIs(absl::StatusCode::kInternal, HasSubstr("figure to PDF")));
}

}  // namespace
}  // namespace analysis

// HTML page, self-contained: sections, embedded data and the sample browser. Nothing is loaded from elsewhere.
//
// The page's own script and style are the files beside this one, embedded when the program is built. A Content Security
// Policy allows these by their hashes and nothing else: a script that a model wrote would not run even if it got into
// the markup. Data are JSON in <script type="application/json">, and the script shows texts by textContent alone.
#ifndef ANALYSIS_PAGE_PAGE_H_
#define ANALYSIS_PAGE_PAGE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "analysis/figures/table.h"
#include "base/jsonl.h"

namespace analysis {

struct PageSection {
  std::string id;       // letters, digits and '-': the link's target
  std::string heading;  // plain text
  std::string html;     // markup, put together by the functions below
};

struct PageData {
  std::string id;
  base::OrderedJson json;
};

struct Page {
  std::string title;     // plain text
  std::string subtitle;  // plain text
  std::vector<PageSection> sections;
  std::vector<PageData> data;
};

// A text of every page, by which a command knows its earlier output (base::CheckOutputFile).
inline constexpr char kPageMark[] = "<a class=\"skip\" href=\"#main\">Skip to the content</a>";

// The whole document. The same page gives the same bytes.
std::string RenderPage(const Page& page);

// The sample browser's markup: the html of a section. It shows "samples-data" and "column-0", ... of Page::data in the
// format that samples.js describes.
std::string BrowserHtml();

// For text between tags and in attributes. Control characters other than line feed and tab, and what changes the
// direction of text, become U+FFFD: such text is in file names and specs by mistake only.
std::string EscapeHtml(absl::string_view text);

// <p>text</p>; `css_class` may be empty.
std::string ParagraphHtml(absl::string_view text, absl::string_view css_class = "");

// With its caption, column headers and the first cell of each row as the row's header. Wider than the page, it scrolls.
std::string TableHtml(const Table& table);

// The SVG document as a figure that its title names.
std::string FigureHtml(absl::string_view svg, absl::string_view title);

// Compact JSON that may stand between <script> tags: <, > and &, the line separators U+2028 and U+2029 and what
// changes the direction of text as \u escapes. Invalid UTF-8 becomes U+FFFD.
std::string ScriptJson(const base::OrderedJson& json);

}  // namespace analysis

#endif  // ANALYSIS_PAGE_PAGE_H_

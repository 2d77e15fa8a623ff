#include "analysis/page/page.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "analysis/page/assets.h"
#include "base/hash.h"

namespace analysis {
namespace {

// "sha256-..." of a Content Security Policy.
std::string PolicyHash(absl::string_view content) {
  return absl::StrCat("'sha256-", absl::Base64Escape(absl::HexStringToBytes(base::Sha256Hex(content))), "'");
}

// Whether three bytes of UTF-8 beginning with E2 are a mark or override of direction: U+200E, U+200F, U+202A to U+202E,
// U+2066 to U+2069.
bool IsDirectionMark(absl::string_view text) {
  if (text.size() < 3 || text[0] != '\xe2') return false;
  const unsigned char second = text[1], third = text[2];
  if (second == 0x80) return third == 0x8e || third == 0x8f || (third >= 0xaa && third <= 0xae);
  return second == 0x81 && third >= 0xa6 && third <= 0xa9;
}

// Whether two bytes of UTF-8 are one of U+0080 to U+009F.
bool IsC1Control(absl::string_view text) {
  return text.size() > 1 && text[0] == '\xc2' && static_cast<unsigned char>(text[1]) < 0xa0;
}

bool IsControl(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f; }

}  // namespace

std::string EscapeHtml(absl::string_view text) {
  std::string escaped;
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsDirectionMark(text.substr(i))) {
      escaped += "\xef\xbf\xbd";
      i += 2;
    } else if (IsControl(text[i])) {
      escaped += "\xef\xbf\xbd";
    } else if (IsC1Control(text.substr(i))) {
      escaped += "\xef\xbf\xbd";
      i += 1;
    } else {
      escaped += text[i];
    }
  }
  return absl::StrReplaceAll(escaped, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

std::string ParagraphHtml(absl::string_view text, absl::string_view css_class) {
  const std::string attribute = css_class.empty() ? "" : absl::StrCat(" class=\"", css_class, "\"");
  return absl::StrCat("<p", attribute, ">", EscapeHtml(text), "</p>\n");
}

std::string TableHtml(const Table& whole) {
  const Table table = ForPeople(whole);
  std::string html =
      absl::StrCat("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"", EscapeHtml(table.caption),
                   "\">\n<table>\n<caption>", EscapeHtml(table.caption), "</caption>\n<thead><tr>");
  const auto cell_class = [&](size_t c) { return AlignsRight(table, c) ? " class=\"number\"" : ""; };
  for (size_t c = 0; c < table.columns.size(); ++c) {
    absl::StrAppend(&html, "<th scope=\"col\"", cell_class(c), ">", EscapeHtml(table.columns[c].title), "</th>");
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const std::vector<Cell>& row : table.rows) {
    html += "<tr>";
    for (size_t c = 0; c < row.size(); ++c) {
      const absl::string_view tag = c == 0 ? "th" : "td";
      absl::StrAppend(&html, "<", tag, c == 0 ? " scope=\"row\"" : "", cell_class(c), ">",
                      EscapeHtml(CellText(table.columns[c], row[c])), "</", tag, ">");
    }
    html += "</tr>\n";
  }
  html += "</tbody>\n</table>\n</div>\n";
  for (const std::string& note : table.notes) html += ParagraphHtml(note, "note");
  return html;
}

std::string FigureHtml(absl::string_view svg, absl::string_view title) {
  return absl::StrCat("<figure class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Figure: ",
                      EscapeHtml(title), "\">\n", svg, "</figure>\n");
}

std::string BrowserHtml() { return kBrowserHtml; }

std::string ScriptJson(const base::OrderedJson& json) {
  return absl::StrReplaceAll(base::PrintJson(json), {{"<", "\\u003c"}, {">", "\\u003e"}, {"&", "\\u0026"}});
}

std::string RenderPage(const Page& page) {
  std::string nav, sections, data;
  for (const PageSection& section : page.sections) {
    const std::string heading = EscapeHtml(section.heading);
    absl::StrAppend(&nav, "<li><a href=\"#", section.id, "\">", heading, "</a></li>\n");
    absl::StrAppend(&sections, "<section id=\"", section.id, "\" aria-labelledby=\"", section.id,
                    "-heading\">\n<h2 id=\"", section.id, "-heading\">", heading, "</h2>\n", section.html,
                    "</section>\n");
  }
  for (const PageData& block : page.data) {
    absl::StrAppend(&data, "<script type=\"application/json\" id=\"", block.id, "\">", ScriptJson(block.json),
                    "</script>\n");
  }
  const std::string policy =
      absl::StrCat("default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src ",
                   PolicyHash(kStyle), "; script-src ", PolicyHash(kScript));
  // One pass: what the parts hold is not looked at again.
  return absl::StrReplaceAll(kPageTemplate, {{"{{csp}}", policy},
                                             {"{{title}}", EscapeHtml(page.title)},
                                             {"{{subtitle}}", EscapeHtml(page.subtitle)},
                                             {"{{style}}", kStyle},
                                             {"{{nav}}", nav},
                                             {"{{sections}}", sections},
                                             {"{{data}}", data},
                                             {"{{script}}", kScript}});
}

}  // namespace analysis

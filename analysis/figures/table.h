// Tables in five renderings: terminal text, Markdown, CSV, LaTeX and JSON.
//
// People read the first two and LaTeX: titles, numbers in the column's format. Programs read CSV and JSON: the columns'
// keys and every number in full, so that reading it back gives the same bits.
#ifndef ANALYSIS_FIGURES_TABLE_H_
#define ANALYSIS_FIGURES_TABLE_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "base/jsonl.h"

namespace analysis {

// How people see a number.
enum class NumberFormat {
  kFixed,    // 0.123
  kPercent,  // 0.123 is shown as 12.3, under a title that says %
  kGeneral,  // six significant digits, as short as the value allows: 19663, 0.4, 9.625e-07; `digits` is not used
};

struct Column {
  std::string key;    // JSON member, CSV header: "win_rate"
  std::string title;  // "win rate %"
  NumberFormat format = NumberFormat::kFixed;
  int digits = 3;  // after the decimal point, for doubles
  // Numbers are aligned to the right in any case, text only where this is set.
  bool align_right = false;
  // Left out of what people read.
  bool for_programs = false;
};

// std::monostate and numbers that are not finite are absent values: null in JSON, empty in CSV, a dash for people.
using Cell = std::variant<std::monostate, std::string, int64_t, double>;

struct Table {
  std::string caption;
  std::vector<Column> columns;
  // Each as long as `columns`.
  std::vector<std::vector<Cell>> rows;
  // Printed below the table, one a line; not in CSV and JSON.
  std::vector<std::string> notes;
};

// Each CHECK-fails when a row is not as long as `columns`.
//
// Aligned columns, numbers to the right; widths count UTF-8 code points.
std::string ToText(const Table& table);
// GitHub's pipe table; pipes, backslashes, what begins a link, an image or a tag, and line breaks in
// cells are escaped.
std::string ToMarkdown(const Table& table);
// RFC 4180: CRLF, fields quoted where needed, a header of keys. Control characters other than line breaks are shown by
// their code, in the forms above as spaces. A text that begins with =, +, -, @, a tab or a carriage return gets a "'"
// before it, by which spreadsheets take it for text; numbers do not.
std::string ToCsv(const Table& table);
// A table environment with booktabs rules; TeX's special characters are escaped.
std::string ToLatex(const Table& table);
// A list with one object a row, members in column order.
base::OrderedJson ToJson(const Table& table);

// The reverse of ToJson for a table whose columns are those of the rows: appends a row for each, members that are
// missing or of another kind than text and number being absent.
void AppendJsonRows(const std::vector<base::Json>& rows, Table* table);

// Without the columns for programs.
Table ForPeople(const Table& table);

// A cell as people see it, without any format's escapes; a dash for an absent value.
std::string CellText(const Column& column, const Cell& cell);
// Whether the column is aligned to the right: where it says so, and where no cell is text.
bool AlignsRight(const Table& table, size_t column);

// The text of a JSON file: indented, with a final newline. Invalid UTF-8 is replaced by U+FFFD.
std::string JsonText(const base::OrderedJson& value);

// Writes <stem>.json, .csv, .md and .tex, each complete or not at all.
absl::Status WriteTable(const Table& table, const std::string& stem);

}  // namespace analysis

#endif  // ANALYSIS_FIGURES_TABLE_H_

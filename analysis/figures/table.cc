#include "analysis/figures/table.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <type_traits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "base/check.h"
#include "base/file.h"
#include "base/status.h"
#include "base/text.h"

namespace analysis {
namespace {

void CheckShape(const Table& table) {
  for (const std::vector<Cell>& row : table.rows) SAMI_CHECK_EQ(row.size(), table.columns.size());
}

bool IsAbsent(const Cell& cell) {
  if (const double* number = std::get_if<double>(&cell)) return !std::isfinite(*number);
  return std::holds_alternative<std::monostate>(cell);
}

// As people see it, before a format's escapes. `dash` stands for an absent value.
std::string Shown(const Column& column, const Cell& cell, absl::string_view dash) {
  if (IsAbsent(cell)) return std::string(dash);
  if (const std::string* text = std::get_if<std::string>(&cell)) return *text;
  if (const int64_t* count = std::get_if<int64_t>(&cell)) return absl::StrCat(*count);
  if (column.format == NumberFormat::kGeneral) return absl::StrCat(std::get<double>(cell));
  const double number = std::get<double>(cell) * (column.format == NumberFormat::kPercent ? 100 : 1);
  // Digits that a double does not have are no information, and make a table of 300 columns.
  if (std::abs(number) >= 1e15) return absl::StrCat(number);
  const std::string shown = absl::StrFormat("%.*f", column.digits, number);
  // No "-0.0".
  return std::strtod(shown.c_str(), nullptr) == 0 ? absl::StrFormat("%.*f", column.digits, 0.0) : shown;
}

int64_t Width(absl::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

std::string EscapeMarkdown(absl::string_view text) {
  return absl::StrReplaceAll(base::OneLine(text), {{"\\", "\\\\"}, {"|", "\\|"}, {"](", "]\\("}, {"<", "&lt;"}});
}

std::string EscapeLatex(absl::string_view text) {
  return absl::StrReplaceAll(base::OneLine(text), {{"\\", "\\textbackslash{}"},
                                                   {"~", "\\textasciitilde{}"},
                                                   {"^", "\\textasciicircum{}"},
                                                   {"&", "\\&"},
                                                   {"%", "\\%"},
                                                   {"$", "\\$"},
                                                   {"#", "\\#"},
                                                   {"_", "\\_"},
                                                   {"{", "\\{"},
                                                   {"}", "\\}"},
                                                   {"<", "\\textless{}"},
                                                   {">", "\\textgreater{}"},
                                                   // After the end of a row TeX takes "[" for a length.
                                                   {"[", "{[}"}});
}

// A spreadsheet computes what begins with one of these, whatever the quotes.
std::string EscapeCsv(const std::string& given) {
  const bool is_formula = !given.empty() && absl::StrContains("=+-@\t\r", given[0]);
  const std::string text = absl::StrCat(is_formula ? "'" : "", base::Printable(given));
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

base::OrderedJson JsonValue(const Cell& cell) {
  if (IsAbsent(cell)) return nullptr;
  return std::visit(
      [](const auto& value) -> base::OrderedJson {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>)
          return nullptr;
        else
          return value;
      },
      cell);
}

// The shortest text that reads back as the same number, as in JSON.
std::string CsvValue(const Cell& cell) {
  if (IsAbsent(cell)) return "";
  if (const std::string* text = std::get_if<std::string>(&cell)) return EscapeCsv(*text);
  return JsonValue(cell).dump();
}

}  // namespace

Table ForPeople(const Table& table) {
  Table shown{table.caption, {}, {}, table.notes};
  shown.rows.resize(table.rows.size());
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (table.columns[c].for_programs) continue;
    shown.columns.push_back(table.columns[c]);
    for (size_t r = 0; r < table.rows.size(); ++r) shown.rows[r].push_back(table.rows[r][c]);
  }
  return shown;
}

std::string CellText(const Column& column, const Cell& cell) { return Shown(column, cell, "–"); }

bool AlignsRight(const Table& table, size_t column) {
  if (table.columns[column].align_right) return true;
  return std::none_of(table.rows.begin(), table.rows.end(),
                      [&](const std::vector<Cell>& row) { return std::holds_alternative<std::string>(row[column]); });
}

std::string ToText(const Table& whole) {
  CheckShape(whole);
  const Table table = ForPeople(whole);
  std::vector<std::vector<std::string>> lines(table.rows.size() + 1);
  std::vector<bool> right;
  std::vector<int64_t> widths;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    lines[0].push_back(table.columns[c].title);
    for (size_t r = 0; r < table.rows.size(); ++r) {
      lines[r + 1].push_back(base::OneLine(Shown(table.columns[c], table.rows[r][c], "–")));
    }
    int64_t width = 0;
    for (const std::vector<std::string>& line : lines) width = std::max(width, Width(line[c]));
    widths.push_back(width);
    right.push_back(AlignsRight(table, c));
  }
  std::string text = table.caption.empty() ? "" : absl::StrCat(table.caption, "\n");
  for (size_t r = 0; r < lines.size(); ++r) {
    std::string line;
    for (size_t c = 0; c < widths.size(); ++c) {
      const std::string padding(widths[c] - Width(lines[r][c]), ' ');
      absl::StrAppend(&line, c == 0 ? "" : "  ", right[c] ? padding : "", lines[r][c], right[c] ? "" : padding);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    absl::StrAppend(&text, line, "\n");
    if (r > 0) continue;
    for (size_t c = 0; c < widths.size(); ++c) absl::StrAppend(&text, c == 0 ? "" : "  ", std::string(widths[c], '-'));
    text += "\n";
  }
  for (const std::string& note : table.notes) absl::StrAppend(&text, base::OneLine(note), "\n");
  return text;
}

std::string ToMarkdown(const Table& whole) {
  CheckShape(whole);
  const Table table = ForPeople(whole);
  std::string text = table.caption.empty() ? "" : absl::StrCat("**", EscapeMarkdown(table.caption), "**\n\n");
  for (const Column& column : table.columns) absl::StrAppend(&text, "| ", EscapeMarkdown(column.title), " ");
  text += "|\n";
  for (size_t c = 0; c < table.columns.size(); ++c) text += AlignsRight(table, c) ? "| ---: " : "| --- ";
  text += "|\n";
  for (const std::vector<Cell>& row : table.rows) {
    for (size_t c = 0; c < row.size(); ++c) {
      absl::StrAppend(&text, "| ", EscapeMarkdown(Shown(table.columns[c], row[c], "–")), " ");
    }
    text += "|\n";
  }
  for (const std::string& note : table.notes) absl::StrAppend(&text, "\n", EscapeMarkdown(note), "\n");
  return text;
}

std::string ToCsv(const Table& table) {
  CheckShape(table);
  std::string text;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    absl::StrAppend(&text, c == 0 ? "" : ",", EscapeCsv(table.columns[c].key));
  }
  text += "\r\n";
  for (const std::vector<Cell>& row : table.rows) {
    for (size_t c = 0; c < row.size(); ++c) absl::StrAppend(&text, c == 0 ? "" : ",", CsvValue(row[c]));
    text += "\r\n";
  }
  return text;
}

std::string ToLatex(const Table& whole) {
  CheckShape(whole);
  const Table table = ForPeople(whole);
  std::string text = "% Needs \\usepackage{booktabs}.\n\\begin{table}\n\\centering\n";
  if (!table.caption.empty()) absl::StrAppend(&text, "\\caption{", EscapeLatex(table.caption), "}\n");
  text += "\\begin{tabular}{";
  for (size_t c = 0; c < table.columns.size(); ++c) text += AlignsRight(table, c) ? 'r' : 'l';
  text += "}\n\\toprule\n";
  for (size_t c = 0; c < table.columns.size(); ++c) {
    absl::StrAppend(&text, c == 0 ? "" : " & ", EscapeLatex(table.columns[c].title));
  }
  text += " \\\\\n\\midrule\n";
  for (const std::vector<Cell>& row : table.rows) {
    for (size_t c = 0; c < row.size(); ++c) {
      absl::StrAppend(&text, c == 0 ? "" : " & ", EscapeLatex(Shown(table.columns[c], row[c], "--")));
    }
    text += " \\\\\n";
  }
  text += "\\bottomrule\n\\end{tabular}\n";
  for (const std::string& note : table.notes) absl::StrAppend(&text, "\n\\par\\footnotesize ", EscapeLatex(note), "\n");
  return text + "\\end{table}\n";
}

base::OrderedJson ToJson(const Table& table) {
  CheckShape(table);
  base::OrderedJson list = base::OrderedJson::array();
  for (const std::vector<Cell>& row : table.rows) {
    base::OrderedJson object = base::OrderedJson::object();
    for (size_t c = 0; c < row.size(); ++c) object[table.columns[c].key] = JsonValue(row[c]);
    list.push_back(std::move(object));
  }
  return list;
}

void AppendJsonRows(const std::vector<base::Json>& rows, Table* table) {
  for (const base::Json& object : rows) {
    std::vector<Cell> row;
    for (const Column& column : table->columns) {
      const auto member = object.find(column.key);
      if (member == object.end()) {
        row.emplace_back();
      } else if (member->is_string()) {
        row.emplace_back(member->get<std::string>());
      } else if (member->is_number_integer()) {
        row.emplace_back(member->get<int64_t>());
      } else {
        row.push_back(member->is_number() ? Cell(member->get<double>()) : Cell());
      }
    }
    table->rows.push_back(std::move(row));
  }
}

std::string JsonText(const base::OrderedJson& value) { return base::PrintJson(value, 2) + "\n"; }

absl::Status WriteTable(const Table& table, const std::string& stem) {
  RETURN_IF_ERROR(base::WriteFileAtomically(stem + ".json", JsonText(ToJson(table))));
  RETURN_IF_ERROR(base::WriteFileAtomically(stem + ".csv", ToCsv(table)));
  RETURN_IF_ERROR(base::WriteFileAtomically(stem + ".md", ToMarkdown(table)));
  return base::WriteFileAtomically(stem + ".tex", ToLatex(table));
}

}  // namespace analysis

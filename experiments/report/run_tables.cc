#include "experiments/report/run_tables.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "analysis/figures/win_rate_tables.h"
#include "base/file.h"

namespace experiments {
namespace {

using ::analysis::Table;
using ::analysis::WinRateRow;
using ::base::Json;

std::string Unescaped(absl::string_view text) {
  return absl::StrReplaceAll(absl::StripAsciiWhitespace(text), {{"\\\\", "\\"}, {"\\|", "|"}, {"&lt;", "<"}});
}

// The cells of "| a | b |". A pipe after a backslash is part of a cell.
std::vector<std::string> CellsOf(absl::string_view line) {
  std::vector<std::string> cells;
  size_t begin = 1;
  for (size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '|') {
      cells.push_back(Unescaped(line.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  return cells;
}

}  // namespace

std::vector<WinRateRow> WinRatesOf(const RunFiles& run) {
  std::vector<WinRateRow> rows;
  if (!run.Has("tables/win_rates.json")) return rows;
  for (const Json& row : run.Rows("tables/win_rates.json")) {
    WinRateRow read;
    read.subject = {TextOf(row, "comparison"), TextOf(row, "setting"), TextOf(row, "judge")};
    read.category = TextOf(row, "category");
    read.n = IntegerOf(row, "n");
    read.missing = IntegerOf(row, "missing");
    read.inconsistent = IntegerOf(row, "inconsistent");
    read.win_rate.value = NumberOf(row, "win_rate");
    read.win_rate.low = NumberOf(row, "ci_low");
    read.win_rate.high = NumberOf(row, "ci_high");
    read.win_rate.level = NumberOf(row, "level");
    const double all = read.n + read.missing, won = read.n > 0 ? read.n * read.win_rate.value : 0;
    read.all_lost = won / all;
    read.all_won = (won + read.missing) / all;
    rows.push_back(std::move(read));
  }
  return rows;
}

std::vector<SettingAndJudge> SettingsAndJudges(const std::vector<WinRateRow>& rows) {
  std::vector<SettingAndJudge> subjects;
  for (const WinRateRow& row : rows) {
    const auto is_same = [&](const SettingAndJudge& subject) {
      return subject.setting == row.subject.setting && subject.judge == row.subject.judge;
    };
    if (std::any_of(subjects.begin(), subjects.end(), is_same)) continue;
    subjects.push_back({row.subject.setting, row.subject.judge});
  }
  return subjects;
}

Table ParseMarkdownTable(absl::string_view markdown) {
  Table table;
  for (absl::string_view line : absl::StrSplit(markdown, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (line.empty()) continue;
    if (absl::StartsWith(line, "|")) {
      const std::vector<std::string> cells = CellsOf(line);
      if (table.columns.empty()) {
        for (const std::string& title : cells) table.columns.push_back({title, title});
      } else if (absl::StartsWith(line, "| ---")) {
        for (size_t c = 0; c < std::min(cells.size(), table.columns.size()); ++c) {
          table.columns[c].align_right = absl::EndsWith(cells[c], ":");
        }
      } else if (cells.size() == table.columns.size()) {
        table.rows.emplace_back(cells.begin(), cells.end());
      }
    } else if (table.columns.empty() && absl::ConsumePrefix(&line, "**")) {
      table.caption = Unescaped(absl::StripSuffix(line, "**"));
    } else {
      table.notes.push_back(Unescaped(line));
    }
  }
  return table;
}

std::vector<Table> RunTables(const RunFiles& run) {
  std::vector<Table> tables;
  const std::vector<WinRateRow> win_rates = WinRatesOf(run);
  for (const SettingAndJudge& subject : SettingsAndJudges(win_rates)) {
    tables.push_back(analysis::WinRateSummary(win_rates, subject.setting, subject.judge));
  }
  const auto add = [&](const std::string& name) {
    const auto markdown = base::ReadFile(absl::StrCat(run.path(), "/", name, ".md"));
    if (!markdown.ok()) return;
    Table table = ParseMarkdownTable(*markdown);
    if (!table.columns.empty()) tables.push_back(std::move(table));
  };
  for (const std::string& name : run.Names("tables", ".md")) {
    if (name != "win_rates") add(absl::StrCat("tables/", name));
  }
  add("accuracy/summary");
  add("accuracy/extraction");
  return tables;
}

}  // namespace experiments

// Tables of a run folder, as people read them.
#ifndef EXPERIMENTS_REPORT_RUN_TABLES_H_
#define EXPERIMENTS_REPORT_RUN_TABLES_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "analysis/figures/table.h"
#include "analysis/measures/win_rate.h"
#include "experiments/report/run_files.h"

namespace experiments {

// tables/win_rates.json; empty without it. Of a row's estimate: value, interval and level.
std::vector<analysis::WinRateRow> WinRatesOf(const RunFiles& run);

// Settings and judges in the order of the rows.
struct SettingAndJudge {
  std::string setting, judge;
};
std::vector<SettingAndJudge> SettingsAndJudges(const std::vector<analysis::WinRateRow>& rows);

// Win rates by category, a table a setting and judge; then every other table of tables/ and the accuracy tables: what
// WriteTable wrote as Markdown.
std::vector<analysis::Table> RunTables(const RunFiles& run);

// A table from what analysis::ToMarkdown wrote. Cells are text. Lines that are no part of a table are its notes.
analysis::Table ParseMarkdownTable(absl::string_view markdown);

}  // namespace experiments

#endif  // EXPERIMENTS_REPORT_RUN_TABLES_H_

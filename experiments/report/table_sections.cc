#include "experiments/report/table_sections.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "analysis/figures/win_rate_tables.h"
#include "experiments/run/accuracy_files.h"
#include "experiments/run/tables.h"

namespace experiments {

using ::analysis::Table;
using ::analysis::WinRateRow;

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

std::vector<Table> RunTables(const RunFiles& run) {
  std::vector<Table> tables;
  const std::vector<WinRateRow> win_rates = ParseWinRates(run.Rows(kWinRates));
  for (const SettingAndJudge& subject : SettingsAndJudges(win_rates)) {
    tables.push_back(analysis::WinRateSummary(win_rates, subject.setting, subject.judge));
  }
  const auto add = [&](const std::string& stem, Table table) {
    AppendJsonRows(run.Rows(stem), &table);
    if (!table.rows.empty()) tables.push_back(std::move(table));
  };
  add(kArmsTable, ArmsForm());
  for (const sami_harness::Data& data : run.spec().data()) {
    const auto of_data = [&](Table table) {
      table.caption = absl::StrCat(table.caption, ", data ", data.name());
      return table;
    };
    add(LeakAudit(data.name()), of_data(LeakTable({})));
    add(LeakAuditArms(data.name()), of_data(LeakedArmsForm()));
  }
  add(kOverlap, OverlapTable({}));
  add(kMutualInformation, analysis::MutualInformationTable({}));
  add(kAccuracySummary, AccuracySummaryForm(TermsOf(run.spec(), QuestionsOf(ParseAccuracy(run.Rows(kAccuracy))))));
  add(kExtraction, ExtractionTable({}));
  return tables;
}

}  // namespace experiments

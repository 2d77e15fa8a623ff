#include "experiments/report/table_sections.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "analysis/figures/win_rate_tables.h"
#include "experiments/run/accuracy_files.h"
#include "experiments/run/tables.h"
#include "experiments/spec/nodes.h"

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
  const auto add = [&](const std::string& stem, Table table) {
    AppendJsonRows(run.Rows(stem), &table);
    if (!table.rows.empty()) tables.push_back(std::move(table));
  };
  for (const RunFiles::Asker& evaluation : run.Evaluations()) {
    const std::vector<WinRateRow> win_rates = ParseWinRates(run.Rows(WinRatesStem(evaluation.name)));
    for (const SettingAndJudge& subject : SettingsAndJudges(win_rates)) {
      tables.push_back(Titled(analysis::WinRateSummary(win_rates, subject.setting, subject.judge), evaluation.title));
    }
    add(JudgeAgreementStem(evaluation.name), Titled(JudgeAgreementForm(), evaluation.title));
    add(ArmsStem(evaluation.name), Titled(ArmsForm(), evaluation.title));
  }
  for (const sami_harness::Data& data : run.spec().data()) {
    const auto of_data = [&](Table table) {
      table.caption = absl::StrCat(table.caption, ", data ", data.name());
      return table;
    };
    add(LeakAudit(data.name()), of_data(LeakTable({})));
    add(LeakAuditArms(data.name()), of_data(LeakedArmsForm()));
  }
  add(kOverlap, OverlapTable({}));
  for (const RunFiles::Asker& information : run.Information()) {
    add(MutualInformationStem(information.name), Titled(analysis::MutualInformationTable({}), information.title));
  }
  for (const RunFiles::Asker& accuracy : run.Accuracies()) {
    add(AccuracySummaryStem(accuracy.name), Titled(AccuracySummaryForm(TermsIn(run, accuracy.name)), accuracy.title));
    add(ExtractionStem(accuracy.name), Titled(ExtractionTable({}), accuracy.title));
  }
  return tables;
}

}  // namespace experiments

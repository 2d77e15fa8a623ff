// Tables of a run folder, as people read them.
#ifndef EXPERIMENTS_REPORT_RUN_TABLES_H_
#define EXPERIMENTS_REPORT_RUN_TABLES_H_

#include <string>
#include <vector>

#include "analysis/figures/table.h"
#include "analysis/measures/win_rate.h"
#include "experiments/run/accuracy_files.h"
#include "experiments/run/run_files.h"

namespace experiments {

// Settings and judges in the order of the rows.
struct SettingAndJudge {
  std::string setting, judge;
};
std::vector<SettingAndJudge> SettingsAndJudges(const std::vector<analysis::WinRateRow>& rows);

// Win rates by category, a table a setting and judge; then the others of tables/, and those of accuracy/.
std::vector<analysis::Table> RunTables(const RunFiles& run);

}  // namespace experiments

#endif  // EXPERIMENTS_REPORT_RUN_TABLES_H_

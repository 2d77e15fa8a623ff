// Paper tables: the papers' numbers beside those that the released artefacts give, and beside a run of ours.
#ifndef EXPERIMENTS_PAPER_TABLES_PAPER_TABLE_H_
#define EXPERIMENTS_PAPER_TABLES_PAPER_TABLE_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "analysis/figures/table.h"
#include "analysis/statistics/estimate.h"
#include "experiments/paper_tables/ours.h"
#include "experiments/paper_tables/recomputed.h"
#include "experiments/paper_tables/reported.h"

namespace experiments {

enum class CellStatus {
  kMatch,           // equal to the precision to which the paper prints
  kWithinInterval,  // not equal, but the reported number is in the other's interval
  kDiffers,
  kNotReported,  // we know of no number of the paper's
  kNotReleased,  // nothing to recompute from; of ours: nothing in the runs corresponds
};

// "match", "within interval", "differs", "not reported", "not released".
const char* CellStatusName(CellStatus status);

struct PaperCell {
  std::string comparison;
  std::string category;
  // Percentages as fractions, numbers as they are. NaN: not reported.
  double reported = 0;
  double precision = 0;
  analysis::Estimate recomputed;
  CellStatus status = CellStatus::kNotReleased;
  std::vector<OurNumber> ours;
};

// `precision` and `reported` in the estimate's unit.
CellStatus Compare(double reported, double precision, const analysis::Estimate& estimate);

// The row's cells, in the order of the table's categories. Of a setting the first run's value alone is ours.
std::vector<PaperCell> RowCells(const ReportedTable& table, const ReportedRow& row, const Recomputed& recomputed,
                                absl::Span<const OurRun> runs);

// What the table is beside.
enum class Beside {
  kReleased,    // the released artefacts alone
  kOurs,        // and our runs' numbers by what the paper measured by: a row each, or one that says "not run"
  kRuleJudged,  // what rules judged in our runs, which is no number of the paper's: a row each, without a status
};

// The columns {table, comparison, category, reported, recomputed, n, ci_low, ci_high, status}; beside runs also {run,
// model, evaluation, setting, judge, seeds, ours_comparison, ours, ours_n, ours_low, ours_high, ours_status,
// rule_judged, rule_judged_n, rule_judged_low, rule_judged_high}, where one of `ours` and `rule_judged` is absent. The
// notes are the table's source and the rows' notes. Percentages are fractions for programs and percent for people.
analysis::Table ToTable(const ReportedTable& reported, absl::Span<const PaperCell> cells, Beside beside);

}  // namespace experiments

#endif  // EXPERIMENTS_PAPER_TABLES_PAPER_TABLE_H_

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
  kNotReleased,  // nothing to recompute from; of ours: nothing in the run corresponds
};

// "match", "within interval", "differs", "not released".
const char* CellStatusName(CellStatus status);

struct PaperCell {
  std::string comparison;
  std::string category;
  // Percentages as fractions, numbers as they are.
  double reported = 0;
  analysis::Estimate recomputed;
  CellStatus status = CellStatus::kNotReleased;
  analysis::Estimate ours;
  CellStatus ours_status = CellStatus::kNotReleased;
};

// `precision` and `reported` in the estimate's unit.
CellStatus Compare(double reported, double precision, const analysis::Estimate& estimate);

// The row's cells, in the order of the table's categories.
std::vector<PaperCell> RowCells(const ReportedTable& table, const ReportedRow& row, const Recomputed& recomputed,
                                absl::Span<const OurRun> runs);

// The columns {table, comparison, category, reported, recomputed, n, ci_low, ci_high, status}; with_ours also {ours,
// ours_n, ours_low, ours_high, ours_status}, where "not run" stands for what no run has. The notes are the table's
// source and the rows' notes. Percentages are fractions for programs and percent for people.
analysis::Table ToTable(const ReportedTable& reported, absl::Span<const PaperCell> cells, bool with_ours);

}  // namespace experiments

#endif  // EXPERIMENTS_PAPER_TABLES_PAPER_TABLE_H_

// A paper's win rates beside those that its released verdicts give.
#ifndef EXPERIMENTS_PAPER_TABLES_PAPER_TABLE_H_
#define EXPERIMENTS_PAPER_TABLES_PAPER_TABLE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/estimate.h"
#include "analysis/table.h"
#include "experiments/paper_tables/reported.h"

namespace experiments {

enum class CellStatus { kMatch, kDiffers, kNotReleased };

// "match", "differs", "not released".
const char* CellStatusName(CellStatus status);

struct PaperCell {
  std::string table;
  std::string comparison;
  std::string category;  // analysis::kOverall for all questions
  double reported = 0;   // a fraction, in [0, 1]
  // Undefined, over 0 questions, where nothing was released.
  analysis::Estimate recomputed;
  CellStatus status = CellStatus::kNotReleased;
};

// One cell a category, "overall" first. Reported and recomputed numbers match when they agree to the 0.01% to which the
// papers print theirs.
//   scores: the released verdicts in question order, questions_per_category of the first category first; empty when
//     nothing was released.
// kInvalidArgument when their number is not that of the table's questions, or one is not 0, 0.5 or 1.
absl::StatusOr<std::vector<PaperCell>> CompareWithPaper(const ReportedTable& table,
                                                        const ReportedComparison& comparison,
                                                        absl::Span<const double> scores, double level);

// All cells, in the columns {table, comparison, category, reported, recomputed, n, ci_low, ci_high, status}; the notes
// are the table's source and the comparisons' notes.
analysis::Table ToTable(const ReportedTable& reported, absl::Span<const PaperCell> cells);

}  // namespace experiments

#endif  // EXPERIMENTS_PAPER_TABLES_PAPER_TABLE_H_

// Recomputed numbers: a reported number's value as the released artefacts give it.
#ifndef EXPERIMENTS_PAPER_TABLES_RECOMPUTED_H_
#define EXPERIMENTS_PAPER_TABLES_RECOMPUTED_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/statistics/estimate.h"
#include "experiments/paper_tables/reported.h"

namespace experiments {

// By category. Win rates are fractions with their interval over questions; numbers have no interval.
using Recomputed = std::map<std::string, analysis::Estimate>;

// The win rates of verdicts in question order, questions_per_category of the first category first. kInvalidArgument
// when their number is not that of the table's questions, or one is not 0, 0.5 or 1.
absl::StatusOr<Recomputed> WinRatesOf(const ReportedTable& table, const ReportedRow& row,
                                      absl::Span<const double> scores, double level);

// What the row's pinned files give; empty where nothing was released. kNotFound says which file is missing.
absl::StatusOr<Recomputed> RecomputeRow(const ReportedTable& table, const ReportedRow& row, double level);

}  // namespace experiments

#endif  // EXPERIMENTS_PAPER_TABLES_RECOMPUTED_H_

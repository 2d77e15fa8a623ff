// Recomputed numbers: a reported number's value as the released artefacts give it.
#ifndef EXPERIMENTS_PAPER_TABLES_RECOMPUTED_H_
#define EXPERIMENTS_PAPER_TABLES_RECOMPUTED_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/statistics/estimate.h"
#include "datasets/released/released.h"
#include "experiments/paper_tables/reported.h"

namespace experiments {

// By category, with intervals over questions. Win rates are fractions; numbers of answers have no interval.
using Recomputed = std::map<std::string, analysis::Estimate>;

// The win rates of verdicts in question order, questions_per_category of the first category first. kInvalidArgument
// when their number is not that of the table's questions, or one is not 0, 0.5 or 1.
absl::StatusOr<Recomputed> WinRatesOf(const ReportedTable& table, const ReportedRow& row,
                                      absl::Span<const double> scores, double level);

// The mean of scores less that of other ones of the same questions, in that order. Errors as above.
absl::StatusOr<Recomputed> WinRateDifferencesOf(const ReportedTable& table, const ReportedRow& row,
                                                absl::Span<const double> scores, absl::Span<const double> minus,
                                                double level);

// kRaw, and kEqualLengths by the project's own estimator (analysis/measures/length_control.h) from the tokens of both
// answers. Errors as above and as LengthControlledWinRate's.
absl::StatusOr<Recomputed> WinRatesAtEqualLengths(const ReportedTable& table, const ReportedRow& row,
                                                  absl::Span<const datasets::ReleasedVerdict> verdicts, double level);

// The mean length of answers in kWords and kCharacters, Student's interval; with minus (unless empty) the mean paired
// difference. kInvalidArgument, naming the row, where both are not of the same questions.
absl::StatusOr<Recomputed> LengthsOf(const ReportedRow& row, absl::Span<const datasets::ReleasedAnswer> answers,
                                     absl::Span<const datasets::ReleasedAnswer> minus, double level);

// What the row's pinned files give; empty where nothing was released. kNotFound says which file is missing.
absl::StatusOr<Recomputed> RecomputeRow(const ReportedTable& table, const ReportedRow& row, double level);

}  // namespace experiments

#endif  // EXPERIMENTS_PAPER_TABLES_RECOMPUTED_H_

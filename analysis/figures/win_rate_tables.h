// Win rate tables and figures of a run folder, and the other statistics beside them.
#ifndef ANALYSIS_FIGURES_WIN_RATE_TABLES_H_
#define ANALYSIS_FIGURES_WIN_RATE_TABLES_H_

#include <string>

#include "absl/types/span.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/table.h"
#include "analysis/measures/mutual_information.h"
#include "analysis/measures/win_rate.h"

namespace analysis {

// Every row with all its numbers: tables/win_rates.{json,csv}. Rates are fractions in JSON and CSV, which alone have
// standard_error, all_lost and all_won.
Table WinRateTable(absl::Span<const WinRateRow> rows);

// What a person reads first: a line a category, a column a comparison with "62.5 [55.1, 69.3]" (percent). Of `rows`,
// those of this setting and judge.
Table WinRateSummary(absl::Span<const WinRateRow> rows, absl::string_view setting, absl::string_view judge);

// tables/mutual_information.{json,csv}, in nats.
Table MutualInformationTable(absl::Span<const MutualInformationRow> rows);

// The bound of each arm beside its permuted control, in nats with whiskers.
BarChart MutualInformationFigure(absl::Span<const MutualInformationRow> rows);

// "sami_vs_sft" as people read it: "sami vs sft".
std::string ComparisonTitle(absl::string_view comparison);

}  // namespace analysis

#endif  // ANALYSIS_FIGURES_WIN_RATE_TABLES_H_

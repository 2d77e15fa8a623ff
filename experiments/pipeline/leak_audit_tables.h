// Leak audit tables. Pure: reads and writes no files.
#ifndef EXPERIMENTS_PIPELINE_LEAK_AUDIT_TABLES_H_
#define EXPERIMENTS_PIPELINE_LEAK_AUDIT_TABLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/figures/table.h"
#include "analysis/statistics/estimate.h"
#include "base/jsonl.h"
#include "sami/leaks/leak_audit.h"

namespace experiments {

// One probe's means over the queries, at n constitutions a query. Intervals are over queries: queries share their
// probes, whose own spread is not in them.
struct LeakRow {
  int64_t constitutions = 0;  // n
  std::string probe;
  analysis::Estimate accuracy_row, accuracy_col;  // in [0, 1]; 1/n by chance
  analysis::Estimate nats;                        // of at most log n
  // Of "copying" alone: the share of a constitution's own words that its response and the others' responses repeat.
  double own_copied = analysis::kUndefined, others_copied = analysis::kUndefined;

  double Chance() const { return 1.0 / constitutions; }
  // The mean of both accuracies.
  double Accuracy() const { return (accuracy_row.value + accuracy_col.value) / 2; }
};

// kInvalidArgument when there are no queries.
absl::StatusOr<LeakRow> SummarizeLeaks(const sami::LeakMeasure& measure, int64_t constitutions, double level);

// tables/leak_audit: {constitutions, probe, queries, chance, accuracy_row, row_low, row_high, accuracy_col, col_low,
// col_high, nats, nats_low, nats_high, share_of_log_n, own_copied, others_copied}.
analysis::Table LeakTable(absl::Span<const LeakRow> rows);

// A SAMI arm beside the probes, from its training metrics (metrics/<arm>.jsonl), which every step measures before its
// update: over the first tenth of the steps, close to the parent, and over the last tenth. Intervals are over steps.
struct LeakedArm {
  std::string arm;
  int64_t constitutions = 0;
  struct Moment {
    int64_t steps = 0;
    analysis::Estimate accuracy_row, accuracy_col;
    analysis::Estimate nats;  // log n minus the loss, uncalibrated
    double Accuracy() const { return (accuracy_row.value + accuracy_col.value) / 2; }
  } first, last;
};

// kInvalidArgument, naming the line, when a metric is missing, or there is no step.
absl::StatusOr<LeakedArm> ReadLeakedArm(const std::string& arm, int64_t constitutions,
                                        const std::vector<base::JsonLine>& metrics, double level);

// tables/leak_audit_arms: {arm, constitutions, when, steps, chance, accuracy_row, row_low, row_high, accuracy_col,
// col_low, col_high, nats, and for each probe at this n the share of the arm's accuracy above chance that it reaches,
// "explained_by_<probe>" = (accuracy of the probe - 1/n) / (accuracy of the arm - 1/n)}. A share is absent where the
// arm is not above chance; it can exceed 1.
analysis::Table LeakedArmsTable(absl::Span<const LeakedArm> arms, absl::Span<const LeakRow> rows);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_LEAK_AUDIT_TABLES_H_

// Leak audit tables. Pure: reads and writes no files.
#ifndef EXPERIMENTS_PIPELINE_TABLES_LEAK_AUDIT_TABLES_H_
#define EXPERIMENTS_PIPELINE_TABLES_LEAK_AUDIT_TABLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/figures/table.h"
#include "analysis/statistics/estimate.h"
#include "experiments/run/tables.h"
#include "sami/leaks/leak_audit.h"
#include "training/step_metrics.h"

namespace experiments {

// kInvalidArgument when there are no queries.
absl::StatusOr<LeakRow> SummarizeLeaks(const sami::LeakMeasure& measure, int64_t constitutions, double level);

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

// kInvalidArgument, naming the step, when a metric is missing, or there is no step.
absl::StatusOr<LeakedArm> ReadLeakedArm(const std::string& arm, int64_t constitutions,
                                        absl::Span<const training::StepMetrics> metrics, double level);

// tables/leak_audit_arms: with (accuracy of the probe at this n - 1/n) / (accuracy of the arm - 1/n) of each probe. A
// share is absent where the arm is not above chance; it can exceed 1.
analysis::Table LeakedArmsTable(absl::Span<const LeakedArm> arms, absl::Span<const LeakRow> rows);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_TABLES_LEAK_AUDIT_TABLES_H_

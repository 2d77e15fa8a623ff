#include "experiments/pipeline/tables/leak_audit_tables.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "analysis/statistics/mean_interval.h"
#include "base/status.h"
#include "experiments/run/records.h"

namespace experiments {
namespace {

using ::analysis::Cell;
using ::analysis::Estimate;
using ::training::StepMetrics;

double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / values.size();
}

void Add(const Estimate& estimate, std::vector<Cell>* row) {
  row->insert(row->end(), {estimate.value, estimate.low, estimate.high});
}

absl::StatusOr<LeakedArm::Moment> MomentOf(const std::string& arm, absl::Span<const StepMetrics> steps, double level) {
  std::vector<double> rows, cols, nats;
  for (const StepMetrics& step : steps) {
    for (const auto& [name, values] : {std::make_pair("accuracy/row", &rows), std::make_pair("accuracy/col", &cols),
                                       std::make_pair("mi/lower_bound", &nats)}) {
      const double value = MetricOf(step, name);
      if (!std::isfinite(value)) {
        return absl::InvalidArgumentError(
            absl::StrCat("arm \"", arm, "\", step ", step.step, ": \"", name, "\" must be a finite number"));
      }
      values->push_back(value);
    }
  }
  LeakedArm::Moment moment;
  moment.steps = steps.size();
  ASSIGN_OR_RETURN(moment.accuracy_row, analysis::ScoreMeanInterval(rows, level));
  ASSIGN_OR_RETURN(moment.accuracy_col, analysis::ScoreMeanInterval(cols, level));
  ASSIGN_OR_RETURN(moment.nats, analysis::StudentInterval(nats, level));
  return moment;
}

}  // namespace

absl::StatusOr<LeakRow> SummarizeLeaks(const sami::LeakMeasure& measure, int64_t constitutions, double level) {
  LeakRow row;
  row.constitutions = constitutions;
  row.probe = measure.probe;
  ASSIGN_OR_RETURN(row.accuracy_row, analysis::ScoreMeanInterval(measure.accuracy_row, level));
  ASSIGN_OR_RETURN(row.accuracy_col, analysis::ScoreMeanInterval(measure.accuracy_col, level));
  ASSIGN_OR_RETURN(row.nats, analysis::StudentInterval(measure.nats, level));
  if (row.probe == "copying") {
    row.own_copied = Mean(measure.diagonal);
    row.others_copied = Mean(measure.off_diagonal);
  }
  return row;
}

absl::StatusOr<LeakedArm> ReadLeakedArm(const std::string& arm, int64_t constitutions,
                                        absl::Span<const StepMetrics> metrics, double level) {
  if (metrics.empty()) return absl::InvalidArgumentError(absl::StrCat("arm \"", arm, "\" has no step in its metrics"));
  const size_t tenth = (metrics.size() + 9) / 10;
  LeakedArm leaked;
  leaked.arm = arm;
  leaked.constitutions = constitutions;
  ASSIGN_OR_RETURN(leaked.first, MomentOf(arm, metrics.first(tenth), level));
  ASSIGN_OR_RETURN(leaked.last, MomentOf(arm, metrics.last(tenth), level));
  return leaked;
}

analysis::Table LeakedArmsTable(absl::Span<const LeakedArm> arms, absl::Span<const LeakRow> rows) {
  analysis::Table table = LeakedArmsForm();
  for (const LeakedArm& arm : arms) {
    for (const bool last : {false, true}) {
      const LeakedArm::Moment& moment = last ? arm.last : arm.first;
      const double chance = 1.0 / arm.constitutions;
      std::vector<Cell> row = {arm.arm, arm.constitutions, last ? "last tenth" : "first tenth", moment.steps, chance};
      Add(moment.accuracy_row, &row);
      Add(moment.accuracy_col, &row);
      row.push_back(moment.nats.value);
      for (const char* probe : kProbes) {
        const auto leak = std::find_if(rows.begin(), rows.end(), [&](const LeakRow& candidate) {
          return candidate.probe == probe && candidate.constitutions == arm.constitutions;
        });
        const double above = moment.Accuracy() - chance;
        const bool defined = leak != rows.end() && above > 0;
        row.push_back(defined ? (leak->Accuracy() - chance) / above : analysis::kUndefined);
      }
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace experiments

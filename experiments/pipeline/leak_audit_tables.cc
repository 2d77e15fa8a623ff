#include "experiments/pipeline/leak_audit_tables.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "analysis/statistics/mean_interval.h"
#include "base/status.h"

namespace experiments {
namespace {

using ::analysis::Cell;
using ::analysis::Column;
using ::analysis::Estimate;
using ::analysis::NumberFormat;

constexpr const char* kProbes[] = {"length", "prefix", "copying", "bag_of_words"};

double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / values.size();
}

std::vector<Column> AccuracyColumns() {
  constexpr auto kPercent = NumberFormat::kPercent;
  return {{"chance", "chance %", kPercent, 1},       {"accuracy_row", "row %", kPercent, 1},
          {"row_low", "low", kPercent, 1},           {"row_high", "high", kPercent, 1},
          {"accuracy_col", "column %", kPercent, 1}, {"col_low", "low", kPercent, 1},
          {"col_high", "high", kPercent, 1}};
}

void Add(const Estimate& estimate, std::vector<Cell>* row) {
  row->insert(row->end(), {estimate.value, estimate.low, estimate.high});
}

absl::StatusOr<LeakedArm::Moment> MomentOf(const std::vector<base::JsonLine>& lines, double level) {
  std::vector<double> rows, cols, nats;
  for (const base::JsonLine& line : lines) {
    for (const auto& [key, values] : {std::make_pair("accuracy/row", &rows), std::make_pair("accuracy/col", &cols),
                                      std::make_pair("mi/lower_bound", &nats)}) {
      const auto value = line.value.find(key);
      if (value == line.value.end() || !value->is_number()) {
        return absl::InvalidArgumentError(absl::StrCat(line.where, ": \"", key, "\" must be a number"));
      }
      values->push_back(value->get<double>());
    }
  }
  LeakedArm::Moment moment;
  moment.steps = lines.size();
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

analysis::Table LeakTable(absl::Span<const LeakRow> rows) {
  analysis::Table table;
  table.caption = "Leaks: how well trivial cues tell which constitution a response was written under";
  table.columns = {{"constitutions", "n"}, {"probe", "probe"}, {"queries", "queries"}};
  const std::vector<Column> accuracies = AccuracyColumns();
  table.columns.insert(table.columns.end(), accuracies.begin(), accuracies.end());
  const std::vector<Column> rest = {{"nats", "nats"},
                                    {"nats_low", "low"},
                                    {"nats_high", "high"},
                                    {"share_of_log_n", "of log n %", NumberFormat::kPercent, 1},
                                    {"own_copied", "own copied %", NumberFormat::kPercent, 1},
                                    {"others_copied", "others %", NumberFormat::kPercent, 1}};
  table.columns.insert(table.columns.end(), rest.begin(), rest.end());
  for (const LeakRow& leak : rows) {
    std::vector<Cell> row = {leak.constitutions, leak.probe, leak.nats.n, leak.Chance()};
    Add(leak.accuracy_row, &row);
    Add(leak.accuracy_col, &row);
    Add(leak.nats, &row);
    row.insert(row.end(), {leak.nats.value / std::log(leak.constitutions), leak.own_copied, leak.others_copied});
    table.rows.push_back(std::move(row));
  }
  table.notes = {
      "Probes are fitted and judged on different queries. Copied: the share of a constitution's own words that its",
      "response repeats, and that the others' responses have."};
  return table;
}

absl::StatusOr<LeakedArm> ReadLeakedArm(const std::string& arm, int64_t constitutions,
                                        const std::vector<base::JsonLine>& metrics, double level) {
  if (metrics.empty()) return absl::InvalidArgumentError(absl::StrCat("arm \"", arm, "\" has no step in its metrics"));
  const size_t tenth = (metrics.size() + 9) / 10;
  LeakedArm leaked;
  leaked.arm = arm;
  leaked.constitutions = constitutions;
  ASSIGN_OR_RETURN(leaked.first, MomentOf({metrics.begin(), metrics.begin() + tenth}, level));
  ASSIGN_OR_RETURN(leaked.last, MomentOf({metrics.end() - tenth, metrics.end()}, level));
  return leaked;
}

analysis::Table LeakedArmsTable(absl::Span<const LeakedArm> arms, absl::Span<const LeakRow> rows) {
  analysis::Table table;
  table.caption = "Leaks beside the model: the share of its accuracy above chance that each cue reaches by itself";
  table.columns = {{"arm", "arm"}, {"constitutions", "n"}, {"when", "when"}, {"steps", "steps"}};
  const std::vector<Column> accuracies = AccuracyColumns();
  table.columns.insert(table.columns.end(), accuracies.begin(), accuracies.end());
  table.columns.push_back({"nats", "log n - loss"});
  for (const char* probe : kProbes) {
    table.columns.push_back(
        {absl::StrCat("explained_by_", probe), absl::StrCat(probe, " %"), NumberFormat::kPercent, 1});
  }
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
  table.notes = {"Accuracies of the training queries, measured before each step's update; intervals are over steps."};
  return table;
}

}  // namespace experiments

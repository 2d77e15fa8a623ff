#include "experiments/paper_tables/paper_table.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "analysis/win_rate.h"
#include "base/status.h"

namespace experiments {
namespace {

using ::analysis::QuestionVerdicts;
using ::analysis::WinRateRow;

// Half of the last digit that the papers print, as a fraction.
constexpr double kPrintedPrecision = 0.00005;

// The verdicts with their questions' categories. The released runs judged each question once, in a random order.
std::vector<QuestionVerdicts> Verdicts(const ReportedTable& table, absl::Span<const double> scores) {
  std::vector<QuestionVerdicts> verdicts;
  for (size_t i = 0; i < scores.size(); ++i) {
    verdicts.push_back({absl::StrCat(i), table.categories[i / table.questions_per_category], {scores[i]}});
  }
  return verdicts;
}

PaperCell Cell(const ReportedTable& table, const ReportedComparison& comparison, const std::string& category) {
  PaperCell cell{table.table, comparison.comparison, category};
  cell.reported = comparison.percent.at(category) / 100;
  return cell;
}

std::vector<PaperCell> NotReleased(const ReportedTable& table, const ReportedComparison& comparison) {
  std::vector<PaperCell> cells = {Cell(table, comparison, analysis::kOverall)};
  for (const std::string& category : table.categories) cells.push_back(Cell(table, comparison, category));
  return cells;
}

}  // namespace

const char* CellStatusName(CellStatus status) {
  switch (status) {
    case CellStatus::kMatch:
      return "match";
    case CellStatus::kDiffers:
      return "differs";
    case CellStatus::kNotReleased:
      return "not released";
  }
  return "";
}

absl::StatusOr<std::vector<PaperCell>> CompareWithPaper(const ReportedTable& table,
                                                        const ReportedComparison& comparison,
                                                        absl::Span<const double> scores, double level) {
  if (scores.empty()) return NotReleased(table, comparison);
  const size_t questions = table.categories.size() * table.questions_per_category;
  if (scores.size() != questions) {
    return absl::InvalidArgumentError(absl::StrCat(comparison.comparison, ": ", scores.size(), " verdicts for the ",
                                                   questions, " questions of ", table.table));
  }
  ASSIGN_OR_RETURN(const std::vector<WinRateRow> rows,
                   analysis::WinRates({comparison.comparison}, Verdicts(table, scores), level));
  std::vector<PaperCell> cells;
  for (const WinRateRow& row : rows) {
    PaperCell cell = Cell(table, comparison, row.category);
    cell.recomputed = row.win_rate;
    const double difference = std::abs(cell.recomputed.value - cell.reported);
    cell.status = difference < kPrintedPrecision ? CellStatus::kMatch : CellStatus::kDiffers;
    cells.push_back(std::move(cell));
  }
  return cells;
}

analysis::Table ToTable(const ReportedTable& reported, absl::Span<const PaperCell> cells) {
  constexpr auto kPercent = analysis::NumberFormat::kPercent;
  analysis::Table table;
  table.caption = "Win rates, reported and recomputed from the released verdicts";
  table.columns = {{"table", "table"},
                   {"comparison", "comparison"},
                   {"category", "category"},
                   {"reported", "reported %", kPercent, 2},
                   {"recomputed", "recomputed %", kPercent, 2},
                   {"n", "n"},
                   {"ci_low", "95% low", kPercent, 1},
                   {"ci_high", "high", kPercent, 1},
                   {"status", "status"}};
  for (const PaperCell& cell : cells) {
    table.rows.push_back({cell.table, cell.comparison, cell.category, cell.reported, cell.recomputed.value,
                          cell.recomputed.n, cell.recomputed.low, cell.recomputed.high, CellStatusName(cell.status)});
  }
  table.notes = {absl::StrCat("Source: ", reported.source, ".")};
  for (const ReportedComparison& comparison : reported.comparisons) {
    if (!comparison.note.empty()) table.notes.push_back(comparison.note);
  }
  return table;
}

}  // namespace experiments

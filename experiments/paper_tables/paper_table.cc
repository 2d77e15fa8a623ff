#include "experiments/paper_tables/paper_table.h"

#include <cmath>

#include "absl/strings/str_cat.h"

namespace experiments {
namespace {

using ::analysis::Cell;
using ::analysis::Column;
using ::analysis::Estimate;
using ::analysis::NumberFormat;

// Decimals were typed and divided by 100: numbers that differ by the precision itself are equal to it.
constexpr double kRounding = 1e-9;

// Of a typed number: a fraction, or as it is.
double InUnit(const ReportedTable& table, double typed) { return table.unit == Unit::kPercent ? typed / 100 : typed; }

// The first run that has the number.
Estimate OursOf(const ReportedTable& table, const ReportedRow& row, const std::string& category,
                absl::Span<const OurRun> runs) {
  for (const OurRun& run : runs) {
    const Estimate found = run.Find(table, row, category);
    if (std::isfinite(found.value)) return found;
  }
  return {};
}

// Settings go from 1e-7 to 20,000: no number of decimals suits all.
Column ValueColumn(const ReportedTable& table, const std::string& key, const std::string& title, int digits) {
  if (table.unit == Unit::kPercent) return {key, title + " %", NumberFormat::kPercent, digits};
  return {key, title, NumberFormat::kGeneral};
}

}  // namespace

const char* CellStatusName(CellStatus status) {
  switch (status) {
    case CellStatus::kMatch:
      return "match";
    case CellStatus::kWithinInterval:
      return "within interval";
    case CellStatus::kDiffers:
      return "differs";
    case CellStatus::kNotReleased:
      return "not released";
  }
  return "";
}

CellStatus Compare(double reported, double precision, const Estimate& estimate) {
  if (!std::isfinite(estimate.value)) return CellStatus::kNotReleased;
  if (std::abs(estimate.value - reported) <= precision + kRounding * std::abs(reported)) return CellStatus::kMatch;
  return reported >= estimate.low && reported <= estimate.high ? CellStatus::kWithinInterval : CellStatus::kDiffers;
}

std::vector<PaperCell> RowCells(const ReportedTable& table, const ReportedRow& row, const Recomputed& recomputed,
                                absl::Span<const OurRun> runs) {
  std::vector<PaperCell> cells;
  for (const std::string& category : table.categories) {
    const auto reported = row.reported.find(category);
    if (reported == row.reported.end()) continue;
    PaperCell cell{row.comparison, category, InUnit(table, reported->second)};
    const double precision = InUnit(table, table.precision);
    const auto found = recomputed.find(category);
    if (found != recomputed.end()) cell.recomputed = found->second;
    cell.status = Compare(cell.reported, precision, cell.recomputed);
    cell.ours = OursOf(table, row, category, runs);
    cell.ours_status = Compare(cell.reported, precision, cell.ours);
    cells.push_back(std::move(cell));
  }
  return cells;
}

analysis::Table ToTable(const ReportedTable& reported, absl::Span<const PaperCell> cells, bool with_ours) {
  analysis::Table table;
  table.caption = reported.caption;
  table.columns = {{"table", "table"},
                   {"comparison", "comparison"},
                   {"category", "category"},
                   ValueColumn(reported, "reported", "reported", 2),
                   ValueColumn(reported, "recomputed", "recomputed", 2),
                   {"n", "n"},
                   ValueColumn(reported, "ci_low", "95% low", 1),
                   ValueColumn(reported, "ci_high", "high", 1),
                   {"status", "status"}};
  if (with_ours) {
    const std::vector<Column> ours = {ValueColumn(reported, "ours", "ours", 2),
                                      {"ours_n", "n"},
                                      ValueColumn(reported, "ours_low", "95% low", 1),
                                      ValueColumn(reported, "ours_high", "high", 1),
                                      {"ours_status", "ours is"}};
    table.columns.insert(table.columns.end(), ours.begin(), ours.end());
  }
  for (const PaperCell& cell : cells) {
    std::vector<Cell> row = {reported.table,      cell.comparison,       cell.category,
                             cell.reported,       cell.recomputed.value, cell.recomputed.n,
                             cell.recomputed.low, cell.recomputed.high,  CellStatusName(cell.status)};
    if (with_ours) {
      const bool run = cell.ours_status != CellStatus::kNotReleased;
      row.insert(row.end(), {cell.ours.value, cell.ours.n, cell.ours.low, cell.ours.high,
                             run ? CellStatusName(cell.ours_status) : "not run"});
    }
    table.rows.push_back(std::move(row));
  }
  table.notes = {absl::StrCat("Source: ", reported.source, ".")};
  for (const ReportedRow& row : reported.rows) {
    if (!row.note.empty()) table.notes.push_back(row.note);
  }
  return table;
}

}  // namespace experiments

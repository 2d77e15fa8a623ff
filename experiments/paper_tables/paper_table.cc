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

// Settings go from 1e-7 to 20,000: no number of decimals suits all.
Column ValueColumn(const ReportedTable& table, const std::string& key, const std::string& title, int digits) {
  if (table.unit == Unit::kPercent) return {key, title + " %", NumberFormat::kPercent, digits};
  return {key, title, NumberFormat::kGeneral};
}

// People see of the released numbers and ours, or of the rule-judged ones, what there is.
void AddOurColumns(const ReportedTable& reported, bool rules, analysis::Table* table) {
  const bool win_rates = reported.ours.has_value() && reported.ours->kind == OurSource::kWinRates;
  std::vector<Column> columns = {{"run", "run"},
                                 {"model", "model"},
                                 {"evaluation", "evaluation"},
                                 {"setting", "setting"},
                                 {"judge", "judge"},
                                 {"seeds", "seeds"},
                                 {"ours_comparison", "compared"},
                                 ValueColumn(reported, "ours", "ours", 2),
                                 {"ours_n", "n"},
                                 ValueColumn(reported, "ours_low", "95% low", 1),
                                 ValueColumn(reported, "ours_high", "high", 1),
                                 {"ours_status", "ours is"},
                                 ValueColumn(reported, "rule_judged", "rule-judged", 2),
                                 {"rule_judged_n", "n"},
                                 ValueColumn(reported, "rule_judged_low", "95% low", 1),
                                 ValueColumn(reported, "rule_judged_high", "high", 1)};
  for (size_t i = 0; i < columns.size(); ++i) {
    const bool of_judges = i >= 1 && i <= 6, of_ours = i >= 7 && i <= 11, of_rules = i >= 12;
    columns[i].for_programs = (of_judges && !win_rates) || (of_ours && rules) || (of_rules && !rules);
  }
  if (rules) {
    for (const size_t i : {0, 4, 5, 6, 7, 8}) table->columns[i].for_programs = true;
  }
  table->columns.insert(table->columns.end(), columns.begin(), columns.end());
}

void AddOurs(const OurNumber& number, const std::string& status, std::vector<Cell>* row) {
  const bool rule = number.judge.is_rule;
  const auto text = [](const std::string& value) { return value.empty() ? Cell() : Cell(value); };
  const Estimate none, &ours = rule ? none : number.estimate, &judged = rule ? number.estimate : none;
  row->insert(row->end(),
              {text(number.run), text(number.model), text(number.evaluation), text(number.setting),
               text(number.judge.name), number.run.empty() ? Cell() : Cell(number.seeds), text(number.comparison),
               ours.value, ours.n, ours.low, ours.high, text(status), judged.value, judged.n, judged.low, judged.high});
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
    case CellStatus::kNotReported:
      return "not reported";
    case CellStatus::kNotReleased:
      return "not released";
  }
  return "";
}

CellStatus Compare(double reported, double precision, const Estimate& estimate) {
  if (!std::isfinite(estimate.value)) return CellStatus::kNotReleased;
  if (!std::isfinite(reported)) return CellStatus::kNotReported;
  if (std::abs(estimate.value - reported) <= precision + kRounding * std::abs(reported)) return CellStatus::kMatch;
  return reported >= estimate.low && reported <= estimate.high ? CellStatus::kWithinInterval : CellStatus::kDiffers;
}

std::vector<PaperCell> RowCells(const ReportedTable& table, const ReportedRow& row, const Recomputed& recomputed,
                                absl::Span<const OurRun> runs) {
  std::vector<PaperCell> cells;
  for (const std::string& category : table.categories) {
    const auto reported = row.reported.find(category);
    if (reported == row.reported.end()) continue;
    PaperCell cell{row.comparison, category, InUnit(table, reported->second), InUnit(table, table.precision)};
    const auto found = recomputed.find(category);
    if (found != recomputed.end()) cell.recomputed = found->second;
    cell.status = Compare(cell.reported, cell.precision, cell.recomputed);
    for (const OurRun& run : runs) {
      const std::vector<OurNumber> numbers = run.Find(table, row, category);
      if (!numbers.empty() && table.ours->kind == OurSource::kSpec && !cell.ours.empty()) continue;
      cell.ours.insert(cell.ours.end(), numbers.begin(), numbers.end());
    }
    cells.push_back(std::move(cell));
  }
  return cells;
}

analysis::Table ToTable(const ReportedTable& reported, absl::Span<const PaperCell> cells, Beside beside) {
  const bool rules = beside == Beside::kRuleJudged;
  analysis::Table table;
  table.caption = rules ? absl::StrCat(reported.caption, ": rule-judged, of our runs") : reported.caption;
  table.columns = {{"table", "table"},
                   {"comparison", "comparison"},
                   {"category", "category"},
                   ValueColumn(reported, "reported", "reported", 2),
                   ValueColumn(reported, "recomputed", "recomputed", 2),
                   {"n", "n"},
                   ValueColumn(reported, "ci_low", "95% low", 1),
                   ValueColumn(reported, "ci_high", "high", 1),
                   {"status", "status"}};
  if (beside != Beside::kReleased) AddOurColumns(reported, rules, &table);
  for (const PaperCell& cell : cells) {
    const std::vector<Cell> row = {reported.table,      cell.comparison,       cell.category,
                                   cell.reported,       cell.recomputed.value, cell.recomputed.n,
                                   cell.recomputed.low, cell.recomputed.high,  CellStatusName(cell.status)};
    if (beside == Beside::kReleased) {
      table.rows.push_back(row);
      continue;
    }
    bool is_run = false;
    for (const OurNumber& number : cell.ours) {
      if (number.judge.is_rule != rules) continue;
      is_run = true;
      table.rows.push_back(row);
      AddOurs(number, rules ? "" : CellStatusName(Compare(cell.reported, cell.precision, number.estimate)),
              &table.rows.back());
    }
    if (is_run || rules) continue;
    table.rows.push_back(row);
    AddOurs(OurNumber(), "not run", &table.rows.back());
  }
  if (rules) {
    table.notes = {"By a rule of the suite, not by a language model: no number of the paper's."};
    return table;
  }
  table.notes = {absl::StrCat("Source: ", reported.source, ".")};
  for (const ReportedRow& row : reported.rows) {
    if (!row.note.empty()) table.notes.push_back(row.note);
  }
  return table;
}

}  // namespace experiments

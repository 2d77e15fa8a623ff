#include "analysis/figures/win_rate_tables.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace analysis {
namespace {

std::string Percent(double level) { return absl::StrFormat("%g%%", 100 * level); }

// The rows of one setting and judge, as a category x comparison grid. Absent cells are null.
struct Grid {
  std::vector<std::string> comparisons, categories;   // in order of appearance
  std::vector<std::vector<const WinRateRow*>> cells;  // [category][comparison]
  double level = kUndefined;

  Grid(absl::Span<const WinRateRow> rows, absl::string_view setting, absl::string_view judge) {
    const auto index = [](std::vector<std::string>& names, const std::string& name) {
      const size_t at = std::find(names.begin(), names.end(), name) - names.begin();
      if (at == names.size()) names.push_back(name);
      return at;
    };
    for (const WinRateRow& row : rows) {
      if (row.subject.setting != setting || row.subject.judge != judge) continue;
      const size_t category = index(categories, row.category), comparison = index(comparisons, row.subject.comparison);
      cells.resize(categories.size());
      for (std::vector<const WinRateRow*>& line : cells) line.resize(comparisons.size());
      cells[category][comparison] = &row;
      level = row.win_rate.level;
    }
  }

  // 60, or "58 to 60" where comparisons miss different verdicts.
  Cell Questions(size_t category) const {
    int64_t least = INT64_MAX, greatest = 0;
    for (const WinRateRow* row : cells[category]) {
      if (row == nullptr) continue;
      least = std::min(least, row->n);
      greatest = std::max(greatest, row->n);
    }
    if (least >= greatest) return greatest;
    return absl::StrCat(least, " to ", greatest);
  }
};

std::string Subject(absl::string_view setting, absl::string_view judge) {
  std::string text = absl::StrCat("judge: ", judge);
  if (!setting.empty()) absl::StrAppend(&text, ", setting: ", setting);
  return text;
}

Cell SummaryCell(const WinRateRow* row) {
  if (row == nullptr || !std::isfinite(row->win_rate.value)) return std::monostate{};
  const Estimate& rate = row->win_rate;
  return absl::StrFormat("%.1f [%.1f, %.1f]", 100 * rate.value, 100 * rate.low, 100 * rate.high);
}

void AddNotes(const WinRateRow& row, std::vector<std::string>& notes) {
  const auto add = [&](absl::string_view what, int64_t count) {
    if (count == 0) return;
    notes.push_back(absl::StrCat(what, ": ", count, count == 1 ? " question" : " questions", " in ",
                                 ComparisonTitle(row.subject.comparison), "."));
  };
  add("Left out, as a verdict is missing", row.missing);
  if (row.missing > 0 && std::isfinite(row.all_lost)) {
    notes.push_back(absl::StrFormat("Were they all lost or all won, %s would be at %.1f or %.1f.",
                                    ComparisonTitle(row.subject.comparison), 100 * row.all_lost, 100 * row.all_won));
  }
  add("Judged differently in the two orders", row.inconsistent);
}

}  // namespace

std::string ComparisonTitle(absl::string_view comparison) {
  return absl::StrReplaceAll(comparison, {{"_vs_", " vs "}});
}

Table WinRateTable(absl::Span<const WinRateRow> rows) {
  Table table;
  table.caption = "Win rates";
  table.columns = {{"comparison", "comparison"},
                   {"setting", "setting"},
                   {"judge", "judge"},
                   {"category", "category"},
                   {"n", "n"},
                   {"wins", "wins"},
                   {"ties", "ties"},
                   {"losses", "losses"},
                   {"missing", "missing"},
                   {"win_rate", "win rate %", NumberFormat::kPercent, 1},
                   {"ci_low", "low", NumberFormat::kPercent, 1},
                   {"ci_high", "high", NumberFormat::kPercent, 1},
                   {"method", "interval"},
                   {"level", "level %", NumberFormat::kPercent, 0},
                   {"inconsistent", "inconsistent"}};
  for (const char* key : {"standard_error", "all_lost", "all_won"}) {
    table.columns.push_back({key, key, NumberFormat::kPercent, 1, false, true});
  }
  for (const WinRateRow& row : rows) {
    table.rows.push_back({row.subject.comparison, row.subject.setting, row.subject.judge, row.category, row.n, row.wins,
                          row.ties, row.losses, row.missing, row.win_rate.value, row.win_rate.low, row.win_rate.high,
                          row.win_rate.method, row.win_rate.level, row.inconsistent, row.win_rate.standard_error,
                          row.all_lost, row.all_won});
  }
  return table;
}

Table WinRateSummary(absl::Span<const WinRateRow> rows, absl::string_view setting, absl::string_view judge) {
  const Grid grid(rows, setting, judge);
  Table table;
  table.caption = absl::StrCat("Win rate % [", Percent(grid.level), " interval], ", Subject(setting, judge));
  const auto column = [](const std::string& key, bool align_right) {
    return Column{key, ComparisonTitle(key), NumberFormat::kFixed, 1, align_right};
  };
  table.columns = {column("category", false), column("n", true)};
  for (const std::string& comparison : grid.comparisons) table.columns.push_back(column(comparison, true));
  for (size_t c = 0; c < grid.categories.size(); ++c) {
    std::vector<Cell> line = {grid.categories[c], grid.Questions(c)};
    for (const WinRateRow* row : grid.cells[c]) {
      line.push_back(SummaryCell(row));
      if (row != nullptr && row->category == kOverall) AddNotes(*row, table.notes);
    }
    table.rows.push_back(std::move(line));
  }
  return table;
}

Table MutualInformationTable(absl::Span<const MutualInformationRow> rows) {
  Table table;
  table.caption = "Information I(Y; C | X), exact, in nats";
  table.columns = {{"arm", "arm"},
                   {"nats", "nats"},
                   {"ci_low", "low"},
                   {"ci_high", "high"},
                   {"share", "of log n %", NumberFormat::kPercent, 1},
                   {"adherence", "followed %", NumberFormat::kPercent, 1},
                   {"adherence_low", "low", NumberFormat::kPercent, 1},
                   {"adherence_high", "high", NumberFormat::kPercent, 1},
                   {"beyond_length", "beyond |Y|"},
                   {"beyond_length_low", "low", NumberFormat::kFixed, 3, false, true},
                   {"beyond_length_high", "high", NumberFormat::kFixed, 3, false, true},
                   {"bound", "bound"},
                   {"bound_low", "low", NumberFormat::kFixed, 3, false, true},
                   {"bound_high", "high", NumberFormat::kFixed, 3, false, true},
                   {"slope", "slope", NumberFormat::kFixed, 2},
                   {"slope_low", "low", NumberFormat::kFixed, 2},
                   {"slope_high", "high", NumberFormat::kFixed, 2},
                   {"order", "order"},
                   {"order_low", "low"},
                   {"order_high", "high"},
                   {"paraphrase", "paraphrase"},
                   {"paraphrase_low", "low", NumberFormat::kFixed, 3, false, true},
                   {"paraphrase_high", "high", NumberFormat::kFixed, 3, false, true},
                   {"irrelevant", "irrelevant"},
                   {"irrelevant_low", "low", NumberFormat::kFixed, 3, false, true},
                   {"irrelevant_high", "high", NumberFormat::kFixed, 3, false, true},
                   {"most", "log n", NumberFormat::kFixed, 3, false, true},
                   {"n", "n"},
                   {"method", "interval", NumberFormat::kFixed, 3, false, true}};
  for (const MutualInformationRow& row : rows) {
    table.rows.push_back({row.arm,
                          row.nats.value,
                          row.nats.low,
                          row.nats.high,
                          row.nats.value / row.most,
                          row.adherence.value,
                          row.adherence.low,
                          row.adherence.high,
                          row.beyond_length.value,
                          row.beyond_length.low,
                          row.beyond_length.high,
                          row.bound.value,
                          row.bound.low,
                          row.bound.high,
                          row.slope.value,
                          row.slope.low,
                          row.slope.high,
                          row.order.value,
                          row.order.low,
                          row.order.high,
                          row.paraphrase.value,
                          row.paraphrase.low,
                          row.paraphrase.high,
                          row.irrelevant.value,
                          row.irrelevant.low,
                          row.irrelevant.high,
                          row.most,
                          row.nats.n,
                          row.nats.method});
    if (SamplerAndScorerDisagree(row)) {
      table.notes.push_back(
          absl::StrCat(row.arm, ": sampler and scorer DISAGREE, the slope is not 1; do not use its row."));
    }
  }
  if (rows.empty()) return table;
  table.notes.push_back(
      "Of the arm's own samples at temperature 1; beyond |Y|: at most so much is left where the length is known; "
      "bound: "
      "contrastive. Controls: slope is 1 where sampler and scorer agree; order, paraphrase and irrelevant, what a "
      "response tells of the order of the clauses, of their wording and of a clause for other questions, are 0 where "
      "those mean nothing to the arm.");
  return table;
}

BarChart MutualInformationFigure(absl::Span<const MutualInformationRow> rows) {
  BarChart chart;
  chart.title = "Information I(Y; C | X)";
  chart.y_label = "nats";
  BarSeries exact{"exact"}, control{"control: order"};
  for (const MutualInformationRow& row : rows) {
    chart.groups.push_back(row.arm);
    exact.bars.push_back({row.nats.value, row.nats.low, row.nats.high});
    control.bars.push_back({row.order.value, row.order.low, row.order.high});
    chart.subtitle =
        absl::StrCat(row.nats.n, " queries; whiskers: ", Percent(row.nats.level), " intervals over queries");
    if (std::isfinite(row.most)) absl::StrAppend(&chart.subtitle, absl::StrFormat("; at most %.2f", row.most));
  }
  chart.series = {exact, control};
  return chart;
}

}  // namespace analysis

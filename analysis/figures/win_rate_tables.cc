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

BarChart WinRateFigure(absl::Span<const WinRateRow> rows, absl::string_view setting, absl::string_view judge) {
  const Grid grid(rows, setting, judge);
  BarChart chart;
  chart.title = "Win rate by category";
  chart.subtitle = absl::StrCat(Subject(setting, judge), "; whiskers: ", Percent(grid.level),
                                " intervals over questions; dashed: no difference");
  chart.y_label = "win rate (%)";
  chart.y_range = {0, 100};
  chart.reference = 50;
  chart.groups = grid.categories;
  if (!grid.categories.empty() && grid.categories[0] == kOverall) chart.separator_after = 1;
  for (size_t c = 0; c < grid.categories.size(); ++c) {
    const Cell n = grid.Questions(c);
    const int64_t* count = std::get_if<int64_t>(&n);
    chart.group_notes.push_back(absl::StrCat("n = ", count ? absl::StrCat(*count) : std::get<std::string>(n)));
  }
  for (size_t s = 0; s < grid.comparisons.size(); ++s) {
    BarSeries series{ComparisonTitle(grid.comparisons[s])};
    for (const std::vector<const WinRateRow*>& line : grid.cells) {
      Bar bar;
      if (line[s] != nullptr) {
        const Estimate& rate = line[s]->win_rate;
        bar = {100 * rate.value, 100 * rate.low, 100 * rate.high};
      }
      series.bars.push_back(bar);
    }
    chart.series.push_back(std::move(series));
  }
  return chart;
}

Table MutualInformationTable(absl::Span<const MutualInformationRow> rows) {
  Table table;
  table.caption = "Bound on I(Y; C | X), in nats";
  table.columns = {{"arm", "arm"},
                   {"nats", "nats"},
                   {"ci_low", "low"},
                   {"ci_high", "high"},
                   {"permuted_nats", "permuted"},
                   {"permuted_ci_low", "low"},
                   {"permuted_ci_high", "high"},
                   {"log_n_minus_loss", "log n - loss"},
                   {"n", "n"},
                   {"method", "interval"}};
  for (const MutualInformationRow& row : rows) {
    table.rows.push_back({row.arm, row.nats.value, row.nats.low, row.nats.high, row.permuted.value, row.permuted.low,
                          row.permuted.high, row.log_n_minus_loss.value, row.nats.n, row.nats.method});
  }
  return table;
}

BarChart MutualInformationFigure(absl::Span<const MutualInformationRow> rows) {
  BarChart chart;
  chart.title = "Bound on I(Y; C | X)";
  chart.y_label = "nats";
  BarSeries bound{"bound"}, control{"permuted control"};
  for (const MutualInformationRow& row : rows) {
    chart.groups.push_back(row.arm);
    bound.bars.push_back({row.nats.value, row.nats.low, row.nats.high});
    control.bars.push_back({row.permuted.value, row.permuted.low, row.permuted.high});
    chart.subtitle =
        absl::StrCat(row.nats.n, " held-out queries; whiskers: ", Percent(row.nats.level), " intervals over queries");
  }
  chart.series = {bound, control};
  return chart;
}

}  // namespace analysis

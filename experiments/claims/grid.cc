#include "experiments/claims/grid.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "experiments/claims/claims.h"
#include "experiments/spec/methods.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

constexpr double kMostLost = 0.02;

// The first measurement of an arm; undefined without any.
analysis::Estimate Of(const std::vector<Result>& results, const std::string& arm, const std::string& measure,
                      const std::string& setting = "") {
  for (const Result& result : results) {
    if (result.arm == arm && result.measure == measure && result.setting == setting) return result.crossed.estimate;
  }
  return {};
}

// The mean over the first evaluation's settings.
double RightOf(const std::vector<Result>& results, const std::string& arm) {
  double sum = 0, count = 0;
  const Result* first = nullptr;
  for (const Result& result : results) {
    if (result.arm != arm || result.measure != kRight) continue;
    if (first == nullptr) first = &result;
    if (result.asked != first->asked) continue;
    sum += result.crossed.estimate.value;
    ++count;
  }
  return count == 0 ? analysis::kUndefined : sum / count;
}

// What the rule wants most of.
const analysis::Estimate& Wanted(const GridPoint& point) {
  return std::isfinite(point.followed.value) ? point.followed : point.accuracy;
}

// Marks one of an arm's points, which are by rate.
void Choose(absl::Span<GridPoint> points) {
  const auto may = [](const GridPoint& point) {
    return std::isfinite(Wanted(point).value) && !(point.right < point.right_before - kMostLost);
  };
  const GridPoint* best = nullptr;
  for (const GridPoint& point : points) {
    if (may(point) && (best == nullptr || Wanted(point).value > Wanted(*best).value)) best = &point;
  }
  if (best == nullptr) return;
  const double least = std::isfinite(Wanted(*best).low) ? Wanted(*best).low : Wanted(*best).value;
  GridPoint* chosen = nullptr;
  for (GridPoint& point : points) {
    if (may(point) && Wanted(point).value >= least) chosen = &point;
  }
  chosen->chosen = true;
  chosen->at_edge = chosen == &points.front() || chosen == &points.back();
}

analysis::LineChart Frontier(const std::vector<GridPoint>& grid, const char* title, const char* x_label,
                             const char* y_label, double (*x)(const GridPoint&),
                             analysis::Estimate (*y)(const GridPoint&), double unit) {
  analysis::LineChart chart;
  chart.title = title;
  chart.subtitle = "Each arm's learning rates, in their order; large: chosen";
  chart.x_label = x_label;
  chart.y_label = y_label;
  for (const GridPoint& point : grid) {
    if (chart.series.empty() || chart.series.back().name != point.arm) {
      chart.series.push_back({point.arm});
      chart.series.back().is_path = true;
    }
    const analysis::Estimate value = y(point);
    chart.series.back().points.push_back({x(point), unit * value.value, unit * value.low, unit * value.high,
                                          point.chosen, absl::StrFormat("rate %g", point.rate)});
  }
  return chart;
}

}  // namespace

std::vector<GridPoint> FindGrid(const RunFiles& run, const std::vector<Result>& results) {
  std::vector<GridPoint> grid;
  std::map<std::string, bool> seen;
  std::vector<std::string> arms;
  for (const sami_harness::Arm& arm : run.spec().arms()) {
    if (arm.grid_of().empty()) continue;
    const std::string group = arm.replicate_of().empty() ? arm.name() : arm.replicate_of();
    if (!seen.emplace(group, true).second) continue;
    if (std::find(arms.begin(), arms.end(), arm.grid_of()) == arms.end()) arms.push_back(arm.grid_of());
    GridPoint point;
    point.arm = arm.grid_of();
    point.rate = DescribeMethod(arm).training.optimizer().learning_rate();
    point.followed = Of(results, group, kFollowed, kSampled);
    point.information = Of(results, group, kInformation);
    point.kl = Of(results, group, kKl);
    point.accuracy = Of(results, group, kSampledAttempt);
    point.right = RightOf(results, group);
    const std::string root = RootModel(run.spec(), arm.name());
    for (const sami_harness::Arm& asked : run.spec().arms()) {
      if (asked.model() == root) point.right_before = RightOf(results, asked.name());
    }
    // Without keys, what a sampled attempt gets right, where that is not what the rule wants most.
    if (!std::isfinite(point.right) && std::isfinite(point.followed.value)) {
      point.right = point.accuracy.value;
      for (const sami_harness::Arm& asked : run.spec().arms()) {
        if (asked.model() == root) point.right_before = Of(results, asked.name(), kSampledAttempt).value;
      }
    }
    grid.push_back(std::move(point));
  }
  std::stable_sort(grid.begin(), grid.end(), [&](const GridPoint& a, const GridPoint& b) {
    const auto place = [&](const GridPoint& point) { return std::find(arms.begin(), arms.end(), point.arm); };
    return place(a) != place(b) ? place(a) < place(b) : a.rate < b.rate;
  });
  for (size_t begin = 0, end = 0; begin < grid.size(); begin = end) {
    while (end < grid.size() && grid[end].arm == grid[begin].arm) ++end;
    Choose(absl::MakeSpan(grid).subspan(begin, end - begin));
  }
  return grid;
}

analysis::Table GridTable(const std::vector<GridPoint>& grid) {
  using analysis::NumberFormat;
  analysis::Table table;
  table.caption = "Settings that were tried";
  table.columns = {{"arm", "arm"},
                   {"learning_rate", "rate", NumberFormat::kGeneral},
                   {"followed", "at T=1 %", NumberFormat::kPercent, 1},
                   {"low", "low", NumberFormat::kPercent, 1},
                   {"high", "high", NumberFormat::kPercent, 1},
                   {"nats", "nats", NumberFormat::kFixed, 2},
                   {"kl", "KL", NumberFormat::kFixed, 2},
                   {"right", "right %", NumberFormat::kPercent, 1},
                   {"right_before", "before", NumberFormat::kPercent, 1},
                   {"accuracy", "accuracy %", NumberFormat::kPercent, 1},
                   {"accuracy_low", "low", NumberFormat::kPercent, 1},
                   {"accuracy_high", "high", NumberFormat::kPercent, 1},
                   {"chosen", "chosen"}};
  for (const GridPoint& point : grid) {
    table.rows.push_back({point.arm, point.rate, point.followed.value, point.followed.low, point.followed.high,
                          point.information.value, point.kl.value, point.right, point.right_before,
                          point.accuracy.value, point.accuracy.low, point.accuracy.high,
                          !point.chosen   ? ""
                          : point.at_edge ? "at the edge: widen"
                                          : "yes"});
  }
  if (grid.empty()) return table;
  for (size_t c = table.columns.size() - 1; c-- > 2;) {
    const bool is_measured = std::any_of(table.rows.begin(), table.rows.end(),
                                         [&](const auto& row) { return std::isfinite(std::get<double>(row[c])); });
    if (is_measured) continue;
    table.columns.erase(table.columns.begin() + c);
    for (auto& row : table.rows) row.erase(row.begin() + c);
  }
  const bool by_samples = std::isfinite(grid[0].followed.value);
  table.notes = {absl::StrCat(
      "Chosen: ",
      by_samples ? "of the rates that lose at most 2 points of right answers, the one whose samples follow most"
                 : "the rate of which a sampled attempt is right most often",
      "; of those within that one's interval the largest.")};
  return table;
}

std::vector<analysis::LineChart> FrontierFigures(const std::vector<GridPoint>& grid) {
  const auto right = [](const GridPoint& point) { return 100 * point.right; };
  const auto kl = [](const GridPoint& point) { return std::log10(point.kl.value); };
  const auto followed = [](const GridPoint& point) { return point.followed; };
  const auto nats = [](const GridPoint& point) { return point.information; };
  const bool has_right = std::any_of(grid.begin(), grid.end(), [](const auto& p) { return std::isfinite(p.right); });
  const bool has_samples =
      std::any_of(grid.begin(), grid.end(), [](const auto& p) { return std::isfinite(p.information.value); });
  std::vector<analysis::LineChart> charts;
  constexpr char kRightAxis[] = "right answers, %",
                 kKlAxis[] = "KL from the model before training, nats a response, log10";
  constexpr char kFollowedAxis[] = "principles followed at T = 1, %", kNatsAxis[] = "information, nats";
  if (has_right && has_samples) {
    charts.push_back(Frontier(grid, "Frontier: followed and right", kRightAxis, kFollowedAxis, right, followed, 100));
    charts.push_back(Frontier(grid, "Frontier: information and right", kRightAxis, kNatsAxis, right, nats, 1));
  }
  if (has_samples) {
    charts.push_back(Frontier(grid, "Frontier: followed and KL", kKlAxis, kFollowedAxis, kl, followed, 100));
    charts.push_back(Frontier(grid, "Frontier: information and KL", kKlAxis, kNatsAxis, kl, nats, 1));
  }
  return charts;
}

}  // namespace experiments

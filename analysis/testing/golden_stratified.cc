// Stratified and two-level bootstraps of aggregates against rliable's.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "analysis/statistics/bootstrap.h"
#include "analysis/testing/general_bootstrap.h"
#include "analysis/testing/golden_testing.h"
#include "base/testing.h"

namespace analysis {
namespace {

// rliable's aggregates of a sample of cells, items of a runs x tasks matrix; draws are task by task.
struct Cells {
  std::vector<double> scores;
  std::vector<int64_t> tasks;
};

double Aggregate(const std::string& name, const Cells& cells, int64_t runs, absl::Span<const int64_t> items) {
  std::vector<double> drawn;
  for (int64_t item : items) drawn.push_back(cells.scores[item]);
  if (name == "median") {  // over tasks, of the means over runs
    std::vector<double> means;
    for (size_t start = 0; start < drawn.size(); start += runs) {
      means.push_back(std::accumulate(drawn.begin() + start, drawn.begin() + start + runs, 0.0) / runs);
    }
    std::sort(means.begin(), means.end());
    return SortedQuantile(means, 0.5);
  }
  if (name == "optimality_gap") {
    for (double& score : drawn) score = 1 - std::min(score, 1.0);
  }
  size_t cut = 0;
  if (name == "iqm") {
    std::sort(drawn.begin(), drawn.end());
    cut = drawn.size() / 4;
  }
  return std::accumulate(drawn.begin() + cut, drawn.end() - cut, 0.0) / (drawn.size() - 2 * cut);
}

}  // namespace

// Five standard deviations between the recorded seeds, and five of our own: theirs are of 6,000 resamples, averaged
// over four.
void RunStratified(const Json& test) {
  Cells cells;
  const Json& matrix = test["scores_runs_x_tasks"];
  for (size_t task = 0; task < matrix[0].size(); ++task) {
    for (const Json& run : matrix) {
      cells.scores.push_back(run[task].get<double>());
      cells.tasks.push_back(task);
    }
  }
  const auto resampling =
      test["task_bootstrap"].get<bool>() ? Resampling::TwoLevel(cells.tasks) : Resampling::Stratified(cells.tasks);
  ASSERT_OK(resampling);
  for (size_t i = 0; i < test["aggregates"].size(); ++i) {
    const std::string name = test["aggregates"][i];
    BootstrapOptions options;
    options.interval = BootstrapInterval::kPercentile;
    options.resamples = 24000;
    ASSERT_OK_AND_ASSIGN(
        const Estimate ours,
        BootstrapStatistic(
            *resampling, [&](absl::Span<const int64_t> items) { return Aggregate(name, cells, matrix.size(), items); },
            options));
    EXPECT_NEAR(ours.value, test["point"][i].get<double>(), 1e-9) << name;
    const double own = 5 * 4 / std::sqrt(24000) * ours.standard_error;
    EXPECT_NEAR(ours.low, test["ci95_low"][i].get<double>(), 5 * test["between_seed_sd_low"][i].get<double>() + own)
        << name;
    EXPECT_NEAR(ours.high, test["ci95_high"][i].get<double>(), 5 * test["between_seed_sd_high"][i].get<double>() + own)
        << name;
    ++cases;
  }
}

}  // namespace analysis

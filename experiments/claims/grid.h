// A grid of learning rates, and which of an arm's a rule chooses: one rule for all arms, fixed before any grid was run.
//
// Of the rates whose answers lose no more than 2 points of right ones against the model that the arm was trained from,
// the one whose samples follow most of their principles; where several are within that one's interval, the largest of
// them, so that doing nothing earns nothing. Where no answers have keys, a sampled attempt's right answers are those
// that must not be lost, and without any all rates are eligible; where no samples are measured, what a sampled attempt
// gets right stands for what is followed. A chosen rate at an end of the grid is no choice: the grid has to be widened.
#ifndef EXPERIMENTS_CLAIMS_GRID_H_
#define EXPERIMENTS_CLAIMS_GRID_H_

#include <string>
#include <vector>

#include "analysis/figures/figure.h"
#include "analysis/figures/table.h"
#include "analysis/statistics/estimate.h"
#include "experiments/run/run_files.h"

namespace experiments {

struct Result;

// One arm at one rate, over its seeds. Of what a run measures several times, the first; undefined where it does not.
struct GridPoint {
  std::string arm;  // the grid's
  double rate = 0;
  analysis::Estimate followed;                 // by samples at temperature 1, in [0, 1]
  analysis::Estimate information;              // nats
  analysis::Estimate kl;                       // nats a response, from the model that it was trained from
  analysis::Estimate accuracy;                 // of a sampled attempt, in [0, 1]
  double right = analysis::kUndefined;         // in [0, 1], the mean of the settings
  double right_before = analysis::kUndefined;  // of the model that it was trained from, where it is asked
  bool chosen = false, at_edge = false;        // at_edge: of the chosen one
};

// By arm in the spec's order, then by rate. None of a run without a grid.
std::vector<GridPoint> FindGrid(const RunFiles& run, const std::vector<Result>& results);

// {arm, learning_rate, followed, low, high, nats, kl, right, right_before, accuracy, accuracy_low, accuracy_high,
// chosen: "yes", "at the edge: widen" or empty}; without the columns that nothing was measured of.
analysis::Table GridTable(const std::vector<GridPoint>& grid);

// The frontier, each arm's whole grid as a path: followed and information, each against right answers and KL; those
// that are measured.
std::vector<analysis::LineChart> FrontierFigures(const std::vector<GridPoint>& grid);

}  // namespace experiments

#endif  // EXPERIMENTS_CLAIMS_GRID_H_

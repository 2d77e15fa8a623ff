// What would help: how many more seeds, or how many more questions, a crossed interval (crossed.h) needs.
//
// With S' seeds and Q' questions its expected squared half width is, by the parts of the variance,
//   t(Q' - 1)^2 (question^2 / Q' + cell^2 / (S' Q')) + t^2 (seed^2 / S' + (1 - f) cell^2 / (S' Q')),   t = t(S' - 1),
// and the present half width is taken to shrink as its root does. As S' grows, t(Q - 1)^2 question^2 / Q is left; as Q'
// grows, t^2 seed^2 / S: below that no number of the one helps without the other. The parts are estimates, that of the
// seeds with S - 1 degrees of freedom: with 3 seeds its deviation is easily wrong by half. Read the answer as an order.
#ifndef ANALYSIS_SEEDS_MORE_DATA_H_
#define ANALYSIS_SEEDS_MORE_DATA_H_

#include <string>

#include "absl/status/statusor.h"
#include "analysis/seeds/crossed.h"

namespace analysis {

// Numbers beyond those at hand, whole: 0 where these suffice, infinity where more of them alone never do (or more than
// 10^9), undefined (both) where the data do not show it: one seed, one question, no spread.
struct MoreData {
  double seeds = kUndefined;      // at the present questions
  double questions = kUndefined;  // at the present seeds
};

// For a half width (the longer of both sides) of at most so much. kInvalidArgument unless it is positive and finite.
absl::StatusOr<MoreData> MoreForHalfWidth(const CrossedEstimate& crossed, double half_width);

// For an interval that excludes `null` if the estimate stays what it is. An estimate that is `null` needs infinitely
// many of both. kInvalidArgument unless null is finite.
absl::StatusOr<MoreData> MoreToExclude(const CrossedEstimate& crossed, double null);

// In words: "2 more seeds; more questions alone cannot", "1 more seed or 350 more questions", "enough as it is".
std::string WhatHelps(const MoreData& more);

}  // namespace analysis

#endif  // ANALYSIS_SEEDS_MORE_DATA_H_

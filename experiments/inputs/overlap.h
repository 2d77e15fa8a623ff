// Overlap of a spec's training queries with what its evaluations ask.
#ifndef EXPERIMENTS_INPUTS_OVERLAP_H_
#define EXPERIMENTS_INPUTS_OVERLAP_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/inputs/context.h"
#include "experiments/run/tables.h"

namespace experiments {

// What asks, "evaluation NAME", "information NAME", "accuracy NAME", and the queries that it asks.
std::vector<std::pair<std::string, std::string>> AskedQueries(const sami_harness::ExperimentSpec& spec);

// A row for every data set and everything that asks; and for every data set one of
// the queries that repeat an earlier one of it, asked by "itself". In the spec's order.
absl::StatusOr<std::vector<OverlapRow>> CountOverlaps(const Pipeline& pipeline);

// kFailedPrecondition names the first pair with a query that is the same, or has the same words, in both.
absl::Status CheckNoOverlap(const std::vector<OverlapRow>& overlaps);

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_OVERLAP_H_

// Scores of the same questions under several training seeds: what the intervals of crossed.h are computed from.
#ifndef ANALYSIS_SEEDS_SEED_SCORES_H_
#define ANALYSIS_SEEDS_SEED_SCORES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

// The seed of an arm that has none: a model that was only asked.
inline constexpr char kNoSeed[] = "";

// One score, in any unit. Rows of the same seed and question are repeats (samples, judge repeats) of one cell.
struct SeedScore {
  std::string seed;
  std::string question;
  double score = kUndefined;  // NaN: missing
};

// S seeds x Q questions, every cell filled.
struct SeedTable {
  std::vector<std::string> seeds;          // ascending
  std::vector<std::string> questions;      // ascending
  std::vector<std::vector<double>> means;  // [S][Q], over the cell's repeats
  // Questions that some seed has no score of, ascending: left out of all seeds, so that every seed answers for the same
  // questions. They bias the mean if what is missing depends on the score; say how many there are.
  std::vector<std::string> incomplete;
  // The variance of one repeat within its cell, pooled over the cells; undefined where no cell has two.
  double repeat_variance = kUndefined;
  // Repeats a cell (harmonic mean): repeat_variance / repeats is what repeats add to the variance of a cell's mean.
  double repeats = 1;
};

// A cell with fewer repeats than others counts as much as they do (an analysis of unweighted means: F. Yates, JASA 29
// (1934)), which is exact for balanced repeats. A missing repeat is left out of its cell, a cell without any is
// missing. O(n log n) in the number of scores. kInvalidArgument: no scores, an infinite one, an empty seed beside named
// ones, no question that every seed has a score of.
absl::StatusOr<SeedTable> TabulateSeeds(absl::Span<const SeedScore> scores);

// a - b in every cell, over the questions that are complete in both: seed s of arm a less seed s of arm b. An arm whose
// only seed is kNoSeed is subtracted from, or by, each seed of the other; its repeats are then part of the questions'
// variance (all seeds share them), else repeat_variance is that of one repeat in both arms.
// kInvalidArgument: a seed that one arm alone has, no question in common.
absl::StatusOr<SeedTable> SubtractBySeed(const SeedTable& a, const SeedTable& b);

}  // namespace analysis

#endif  // ANALYSIS_SEEDS_SEED_SCORES_H_

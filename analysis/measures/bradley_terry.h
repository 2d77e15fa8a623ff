// Bradley-Terry strengths of several arms from paired verdicts.
//
// P(a beats b) = 1 / (1 + exp(s_b - s_a)); a tie is half a win of each. R. A. Bradley and M. E. Terry, Biometrika 39
// (1952). Strengths sum to 0, in logits; 400 / ln 10 times them are Elo points.
#ifndef ANALYSIS_MEASURES_BRADLEY_TERRY_H_
#define ANALYSIS_MEASURES_BRADLEY_TERRY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

struct PairGame {
  int64_t question = 0;  // games of one question are one unit: their verdicts depend on each other
  int64_t arm_a = 0, arm_b = 0;
  double score = 0;  // of arm a, in [0, 1]
};

struct BradleyTerry {
  std::vector<Estimate> strengths;  // of each arm, in logits above the mean of the arms; n = questions
};

// Maximum likelihood by Newton's method. Intervals: strength +- t(questions - 1) standard error, the errors clustered
// by question (sandwich, CR1), which hold even where the model does not fit: the strengths are then those of the
// closest model. O(games + arms^3). kInvalidArgument, naming the arms: fewer than two arms, a game out of range, or
// arms that split into two sets of which one never took a point from the other: their distance is infinite (L. R. Ford,
// American Mathematical Monthly 64 (1957)). kOutOfRange where arms are so far apart (one point in 10^13) that no
// strengths are found.
absl::StatusOr<BradleyTerry> FitBradleyTerry(const std::vector<std::string>& arms, absl::Span<const PairGame> games,
                                             double level);

}  // namespace analysis

#endif  // ANALYSIS_MEASURES_BRADLEY_TERRY_H_

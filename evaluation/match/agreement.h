// Agreement between two judges, or of one judge asked again.
#ifndef EVALUATION_MATCH_AGREEMENT_H_
#define EVALUATION_MATCH_AGREEMENT_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/statistics/estimate.h"
#include "evaluation/formats/fastchat.h"

namespace evaluation {

struct Agreement {
  int64_t n = 0;     // items on which both have an opinion
  double share = 0;  // of them on which it is the same; NaN where n is 0
  // Cohen's kappa, (share - chance) / (1 - chance), where chance is what two judges with these shares of opinions would
  // reach who decide independently (Cohen 1960). 1: always the same; 0: no more than by chance. NaN where n is 0 or
  // chance is 1: both always say the same one thing.
  double kappa = 0;
};

// Opinions are compared as numbers; any will do. O(n log n).
Agreement CohensKappa(absl::Span<const std::pair<int, int>> opinions);

// Of two files of judgments, over the games that both have with a verdict, by models, question, turn, repeat and order;
// settings, judges and prompts are not looked at. A file that names the models the other way round is turned.
Agreement JudgesAgreement(absl::Span<const PairJudgment> a, absl::Span<const PairJudgment> b);

// The same with intervals over questions, all of whose games stay together. Of the share ClusterScoreInterval
// (analysis/statistics/cluster.h); of kappa ClusterInterval on its influence values,
//   ((same - share) (1 - chance) - (1 - share) (q_a + p_b - 2 chance)) / (1 - chance)^2
// for a game of opinions a and b, p and q the first and second judge's shares of opinions: the first-order variance of
// J. L. Fleiss, J. Cohen and B. S. Everitt, Psychological Bulletin 72 (1969), clustered; clipped to [-1, 1]. Where
// kappa is NaN or the games do not spread, it has no interval.
struct AgreementEstimates {
  int64_t games = 0;
  analysis::Estimate share, kappa;  // n: questions
};
absl::StatusOr<AgreementEstimates> EstimateAgreement(absl::Span<const PairJudgment> a, absl::Span<const PairJudgment> b,
                                                     double level);

// Of the repeats of each game with one another: all pairs of repeats, each counted both ways, which makes kappa that of
// Fleiss (1971) where all games have as many repeats. n counts pairs of repeats.
Agreement RepeatsAgreement(absl::Span<const PairJudgment> judgments);

}  // namespace evaluation

#endif  // EVALUATION_MATCH_AGREEMENT_H_

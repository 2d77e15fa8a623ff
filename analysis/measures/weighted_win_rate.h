// Win rates of games that count unequally: three times where a judge was sure, say.
#ifndef ANALYSIS_MEASURES_WEIGHTED_WIN_RATE_H_
#define ANALYSIS_MEASURES_WEIGHTED_WIN_RATE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/measures/win_rate.h"

namespace analysis {

// WinRates' rows, of which win_rate, all_lost and all_won are of weighted games: sum w s / sum w over the games of all
// questions with all verdicts. weights[i][g]: of game g of question i, above 0; those of questions without all verdicts
// count in all_lost and all_won alone. Wins, ties and losses count questions, each by the weighted mean of its games
// against 1/2.
// Standard error: by linearisation, sqrt(n / (n - 1) sum_i (sum_g w (s - rate))^2) / sum w, clustered by question; the
// interval is ScoreIntervalFromError's (analysis/statistics/mean_interval.h). kInvalidArgument as WinRates, and for
// weights of another shape or not above 0.
absl::StatusOr<std::vector<WinRateRow>> WeightedWinRates(const WinRateSubject& subject,
                                                         absl::Span<const QuestionVerdicts> questions,
                                                         absl::Span<const std::vector<double>> weights, double level,
                                                         Verdicts verdicts = Verdicts::kDiscrete);

}  // namespace analysis

#endif  // ANALYSIS_MEASURES_WEIGHTED_WIN_RATE_H_

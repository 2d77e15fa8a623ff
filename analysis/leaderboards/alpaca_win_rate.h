// AlpacaEval's plain numbers: what its leaderboard says of an annotation file (alpaca_eval/metrics/helpers.py).
//
// A preference is 2 where the evaluated model won, 1 where its baseline did, a number between where the annotator gave
// a probability; 0 and 1.5 are ties.
#ifndef ANALYSIS_LEADERBOARDS_ALPACA_WIN_RATE_H_
#define ANALYSIS_LEADERBOARDS_ALPACA_WIN_RATE_H_

#include <cstdint>

#include "absl/types/span.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

// Rates and the error in %, as the leaderboard has them.
struct AlpacaWinRate {
  double win_rate = kUndefined;           // the mean of preference - 1 over the usable rows; undefined without any
  double standard_error = kUndefined;     // s / sqrt(n), n - 1 in s; undefined below two rows, 0 where all are equal
  double discrete_win_rate = kUndefined;  // the same of preferences that are rounded to a win, a tie or a loss
  int64_t n_wins = 0;                     // above 1.5
  int64_t n_wins_base = 0;                // below 1.5
  int64_t n_draws = 0;                    // exactly 1.5, or 0
  int64_t n_total = 0;                    // rows with 0 or a preference in [1, 2]
};

// The share of the evaluated model, preference - 1, 0 counting as 1.5. NaN where AlpacaEval drops the row: a preference
// that is NaN or outside [1, 2].
double AlpacaShare(double preference);

// NaN for a preference that is missing. Rounding is half to even, as NumPy's: 0.5 is a tie and 2.5 a win there,
// although win_rate drops both. O(n).
AlpacaWinRate AlpacaEvalWinRate(absl::Span<const double> preferences);

}  // namespace analysis

#endif  // ANALYSIS_LEADERBOARDS_ALPACA_WIN_RATE_H_

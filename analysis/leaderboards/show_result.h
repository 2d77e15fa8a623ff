// FastChat's tables: those of its show_result.py, what its own tool says of judgments.
//
// Kept apart from analysis/measures/win_rate.h, which has intervals and other rules: here two games that differ in any
// way are one tie, a game without a verdict removes its pair of games, and a question counts as often as it is judged.
#ifndef ANALYSIS_LEADERBOARDS_SHOW_RESULT_H_
#define ANALYSIS_LEADERBOARDS_SHOW_RESULT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

// Two games of one question and turn; 1 where model_1 won, 0 where model_2 did, 0.5 for a tie, NaN without a verdict.
struct FastChatPair {
  std::string model_1, model_2;
  double g1 = kUndefined, g2 = kUndefined;
};

struct PairwiseRow {
  std::string model;
  int64_t wins = 0, losses = 0, ties = 0;
  double win_rate = 0;           // wins / games
  double loss_rate = 0;          // losses / games
  double win_rate_adjusted = 0;  // (wins + ties / 2) / games
};

// --mode pairwise-all; with a baseline, pairwise-baseline: only its games count, and it has no row. Best adjusted win
// rate first, of equal ones by name.
std::vector<PairwiseRow> PairwiseTable(absl::Span<const FastChatPair> pairs, absl::string_view baseline = "");

struct FastChatRating {
  std::string model;
  int64_t turn = 1;
  double score = kUndefined;  // NaN: no rating, in the file -1
};

struct SingleRow {
  std::string model;
  int64_t n = 0;
  double score = 0;  // the mean
};

// --mode single. `turn` 0: over all turns. Best first, of equal ones by name. Ratings that are missing do not count.
std::vector<SingleRow> SingleTable(absl::Span<const FastChatRating> ratings, int64_t turn);

}  // namespace analysis

#endif  // ANALYSIS_LEADERBOARDS_SHOW_RESULT_H_

// FastChat tables: those of its show_result.py, from judgments; what its own tool says of the same files.
//
// Kept apart from analysis/measures/win_rate.h, which has intervals and other rules: here two games that differ in any
// way are one tie, a game without a verdict removes its pair of games, and a question counts as often as it is judged.
#ifndef EVALUATION_FORMATS_FASTCHAT_TABLES_H_
#define EVALUATION_FORMATS_FASTCHAT_TABLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "evaluation/formats/fastchat.h"
#include "evaluation/formats/single_judgments.h"

namespace evaluation {

struct PairwiseRow {
  std::string model;
  int64_t wins = 0, losses = 0, ties = 0;
  double win_rate = 0;           // wins / games
  double loss_rate = 0;          // losses / games
  double win_rate_adjusted = 0;  // (wins + ties / 2) / games
};

// --mode pairwise-all; with a baseline, pairwise-baseline: only its games count, and it has no row. Best adjusted win
// rate first, of equal ones by name.
std::vector<PairwiseRow> PairwiseTable(absl::Span<const PairJudgment> judgments, absl::string_view baseline = "");

struct SingleRow {
  std::string model;
  int64_t n = 0;
  double score = 0;  // the mean
};

// --mode single. `turn` 0: over both turns. Best first, of equal ones by name. Ratings that are missing do not count.
std::vector<SingleRow> SingleTable(absl::Span<const SingleJudgment> judgments, int64_t turn);

}  // namespace evaluation

#endif  // EVALUATION_FORMATS_FASTCHAT_TABLES_H_

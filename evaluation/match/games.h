// Games: every pair of answers is judged in both orders, as often as asked for.
#ifndef EVALUATION_MATCH_GAMES_H_
#define EVALUATION_MATCH_GAMES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "evaluation/formats/alpaca_eval.h"
#include "evaluation/formats/fastchat.h"
#include "evaluation/judges/judge.h"

namespace evaluation {

// A contest of two models; `first` is model_1's answer.
struct Match {
  std::string model_1;
  std::string model_2;
  std::string setting;  // may be empty
  Contest contest;
};

struct Games {
  // One a match and repeat, repeats of a match in a row.
  std::vector<PairJudgment> judgments;
  // One a game without a verdict: "question 81, sami against sft, turn 1, game 2: why".
  std::vector<std::string> missing;
};

// Game 1 shows model_1's answer first, game 2 model_2's. All are judged in one call. Errors are the judge's own.
absl::StatusOr<Games> PlayBothOrders(Judge& judge, absl::Span<const Match> matches, int64_t repeats = 1);

// The same with the answers, for AlpacaEval's file.
std::vector<Annotation> Annotations(const Games& games, absl::Span<const Match> matches, int64_t repeats);

// Counts of a judge's games, for its consistency and its position bias.
struct GameCounts {
  int64_t games = 0;    // two a judgment
  int64_t missing = 0;  // without a verdict
  // Verdicts by the place of the answer that was preferred.
  int64_t first = 0, second = 0, ties = 0;
  // Judgments with both verdicts, and those of them whose games name different winners: the order decided.
  int64_t complete = 0, flipped = 0;
};
GameCounts CountGames(absl::Span<const PairJudgment> judgments);

// A line for people where verdicts are missing: how many, and what the judge said in the first such game; empty where
// none is.
std::string MissingWarning(absl::Span<const PairJudgment> judgments);

// A line for people where all verdicts, at least 6, say the same place or all are ties; empty where they do not. A
// judge that looks at the answers may call 6 games ties, but prefers one place in all games of both orders by accident
// only.
std::string PositionWarning(const GameCounts& counts);

}  // namespace evaluation

#endif  // EVALUATION_MATCH_GAMES_H_

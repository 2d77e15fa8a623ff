// A judge measured: its agreement with people and with itself, its preferences for a place and for length.
#ifndef EVALUATION_MATCH_JUDGE_MEASURES_H_
#define EVALUATION_MATCH_JUDGE_MEASURES_H_

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/statistics/estimate.h"
#include "evaluation/formats/fastchat.h"
#include "evaluation/match/human_votes.h"

namespace evaluation {

// Each a share, with an interval over questions, all of whose items stay together (ClusterScoreInterval,
// analysis/statistics/cluster.h). NaN, with `items` 0, where there is nothing to count.
struct Share {
  int64_t items = 0;
  analysis::Estimate estimate;  // n: questions
};

struct JudgeMeasures {
  int64_t games = 0, missing = 0;
  // Votes on pairs that it judged whose winner is the verdict of both games together (BothGames), as in table 5 of
  // arXiv:2306.05685, setup S1; `decided`, S2: where neither is a tie.
  Share people, people_decided;
  // Pairs of games, alike but for the order, that name the same winner, or both a tie; and pairs of repeats of a game
  // with the same verdict.
  Share orders, repeats;
  // Of verdicts that are no ties, those for the answer that is shown first. 0.5 is no preference.
  Share first_place;
  // Of verdicts that are no ties, on answers of unequal length in characters, those for the longer one.
  Share longer;
};

// Characters of each model's answer, by model, question and turn.
using AnswerLengths = std::map<std::tuple<std::string, int64_t, int64_t>, int64_t>;

// `judgments` are of one judge and in one setting. Errors: the statistics' own.
absl::StatusOr<JudgeMeasures> MeasureJudge(absl::Span<const PairJudgment> judgments, absl::Span<const HumanVote> votes,
                                           const AnswerLengths& lengths, double level);

// The same of the people: `people` is each vote with each one of somebody else on the same pair, `longer` what their
// votes prefer; the others are not counted.
absl::StatusOr<JudgeMeasures> MeasurePeople(absl::Span<const HumanVote> votes, const AnswerLengths& lengths,
                                            double level);

// What is said of a judge that is not to be believed, a line each: one that always says the same place or a tie, that
// prefers a place or length beyond chance, or whose agreement with people is not above that of a judge that decides
// without looking.
std::vector<std::string> JudgeWarnings(absl::Span<const PairJudgment> judgments, const JudgeMeasures& measures);

// Judges as a panel: of each game the verdict that more than half of those who have one give, else a tie; missing where
// nobody has one. Games are the same where models, question, turn, repeat and order are.
std::vector<PairJudgment> PanelJudgments(absl::Span<const std::vector<PairJudgment>> judges);

}  // namespace evaluation

#endif  // EVALUATION_MATCH_JUDGE_MEASURES_H_

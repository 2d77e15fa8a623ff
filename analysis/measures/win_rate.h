// Win rates of one model against another, overall and per category, with intervals over questions.
//
// A verdict is one game: 1 the arm's answer won, 0.5 tie, 0 it lost, from the point of view of the first-named model of
// the comparison ("sami" in "sami_vs_sft"), whichever answer the judge was shown first. A question has one verdict a
// planned game: two when both orders are judged, four where it has two turns. Its score is the mean of its verdicts,
// and it counts as won above 0.5, as tied at 0.5, as lost below. (FastChat makes a tie of any two verdicts that differ;
// here a win and a tie are 0.75.)
//
// A question with any verdict missing is missing as a whole: what is left would be judged in one order only, and
// position bias would enter the score. Missing questions are counted and never become ties.
#ifndef ANALYSIS_MEASURES_WIN_RATE_H_
#define ANALYSIS_MEASURES_WIN_RATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

// The category of the row over all questions.
inline constexpr char kOverall[] = "overall";

struct QuestionVerdicts {
  std::string question_id;
  std::string category;
  // One a planned game, in {0, 0.5, 1} (or [0, 1] if graded); nullopt where the judge gave no verdict.
  std::vector<std::optional<double>> games;
};

enum class Verdicts {
  kDiscrete,  // win, tie or loss: 1, 0.5, 0
  kGraded,    // a judge's probability that the first-named model wins: any number in [0, 1]
};

// What a group of rows is about.
struct WinRateSubject {
  std::string comparison;  // "sami_vs_sft"
  std::string setting;     // "positive", "steering"
  std::string judge;       // "principle", "content"
};

struct WinRateRow {
  WinRateSubject subject;
  std::string category;  // kOverall for all questions
  // Questions with all their verdicts: n = wins + ties + losses.
  int64_t n = 0;
  int64_t wins = 0;
  int64_t ties = 0;
  int64_t losses = 0;
  int64_t missing = 0;
  // Questions whose games did not all end alike: the verdict depends on the order. Included in n.
  int64_t inconsistent = 0;
  // The mean score, in [0, 1], over the n questions; undefined when n is 0.
  Estimate win_rate;
  // The mean score over all n + missing questions if every missing verdict were a loss, and if it were a win: whatever
  // the judge would have said, the mean lies between.
  double all_lost = kUndefined;
  double all_won = kUndefined;
};

// The row of all questions, then one a category in the order of first appearance.
//
// Estimand: the mean score over the questions (of the category) that these are an independent sample of.
// The interval is over questions: as each verdict compares both models on the same question, it is paired by
// construction. From 50 questions on it is BCa on the exact bootstrap law (no random numbers); where fewer than 20 of
// them are not tied, Tango's score interval, or, with scores between win, tie and loss, LikelihoodScoreInterval
// (analysis/statistics/mean_interval.h); where all scores are equal, Wilson's. Below 50 it is LikelihoodScoreInterval.
// Graded verdicts get ScoreMeanInterval. `method` says which. O(n).
//
// kInvalidArgument, naming comparison and question: no questions, a question without games, a verdict outside {0, 0.5,
// 1} (graded: [0, 1]), an empty category or one called "overall", a repeated id.
absl::StatusOr<std::vector<WinRateRow>> WinRates(const WinRateSubject& subject,
                                                 absl::Span<const QuestionVerdicts> questions, double level,
                                                 Verdicts verdicts = Verdicts::kDiscrete);

}  // namespace analysis

#endif  // ANALYSIS_MEASURES_WIN_RATE_H_

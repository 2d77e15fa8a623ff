// Single answers rated from 1 to 10, as often as asked for.
#ifndef EVALUATION_MATCH_RATINGS_H_
#define EVALUATION_MATCH_RATINGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "analysis/statistics/estimate.h"
#include "evaluation/formats/single_judgments.h"
#include "evaluation/judges/language_model_judge.h"
#include "evaluation/match/games.h"

namespace evaluation {

struct Ratings {
  // One a match and repeat, repeats of a match in a row.
  std::vector<SingleJudgment> judgments;
  // One a judgment without a score: "question 81, sami, turn 1: why".
  std::vector<std::string> missing;
};

// Rates model_1's answer of each match; model_2 is not looked at. All are judged in one call. Errors are the judge's
// own.
absl::StatusOr<Ratings> RateAnswers(LanguageModelJudge& judge, absl::Span<const Match> matches, int64_t repeats = 1);

// The mean of a model's ratings at one turn, or at all of them where `turn` is 0; missing ones do not count. The
// interval is over questions, all of whose turns and repeats stay together (ClusterInterval,
// analysis/statistics/cluster.h).
absl::StatusOr<analysis::Estimate> MeanRating(absl::Span<const SingleJudgment> judgments, absl::string_view model,
                                              int64_t turn, double level);

// A line for people where all ratings, at least 6 on several questions, are one number; empty where they are not.
std::string SameRatingWarning(absl::Span<const SingleJudgment> judgments);

}  // namespace evaluation

#endif  // EVALUATION_MATCH_RATINGS_H_

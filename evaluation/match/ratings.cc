#include "evaluation/match/ratings.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "analysis/statistics/cluster.h"
#include "base/status.h"

namespace evaluation {

absl::StatusOr<Ratings> RateAnswers(LanguageModelJudge& judge, absl::Span<const Match> matches, int64_t repeats) {
  std::vector<Contest> contests;
  for (const Match& match : matches) {
    for (int64_t repeat = 0; repeat < repeats; ++repeat) {
      contests.push_back(match.contest);
      contests.back().repeat = repeat;
    }
  }
  ASSIGN_OR_RETURN(const std::vector<Rating> rated, judge.Rate(contests));
  Ratings ratings;
  for (size_t i = 0; i < rated.size(); ++i) {
    const Match& match = matches[i / repeats];
    SingleJudgment judgment;
    judgment.question_id = match.contest.question_id;
    judgment.model = match.model_1;
    judgment.judge_model = judge.name();
    judgment.judge_prompt = rated[i].prompt_name;
    judgment.user_prompt = rated[i].prompt;
    judgment.judgment = rated[i].words;
    judgment.decided = rated[i].decided;
    if (rated[i].score.ok()) judgment.score = *rated[i].score;
    judgment.turn = match.contest.turns.size();
    judgment.category = match.contest.category;
    judgment.setting = match.setting;
    judgment.repeat = contests[i].repeat;
    if (!rated[i].score.ok()) {
      ratings.missing.push_back(absl::StrCat("question ", judgment.question_id, ", ", judgment.model, ", turn ",
                                             judgment.turn, ": ", rated[i].score.status().message()));
    }
    ratings.judgments.push_back(std::move(judgment));
  }
  return ratings;
}

absl::StatusOr<analysis::Estimate> MeanRating(absl::Span<const SingleJudgment> judgments, absl::string_view model,
                                              int64_t turn, double level) {
  std::vector<double> scores;
  std::vector<int64_t> questions;
  for (const SingleJudgment& judgment : judgments) {
    const bool counts = judgment.model == model && (turn == 0 || judgment.turn == turn);
    if (!counts || !judgment.score.has_value()) continue;
    scores.push_back(*judgment.score);
    questions.push_back(judgment.question_id);
  }
  if (scores.empty()) return analysis::Estimate();
  return analysis::ClusterInterval(scores, questions, level);
}

std::string SameRatingWarning(absl::Span<const SingleJudgment> judgments) {
  std::set<double> scores;
  std::set<int64_t> questions;
  int64_t rated = 0;
  for (const SingleJudgment& judgment : judgments) {
    if (!judgment.score.has_value()) continue;
    ++rated;
    scores.insert(*judgment.score);
    questions.insert(judgment.question_id);
  }
  if (rated < 6 || questions.size() < 2 || scores.size() > 1) return "";
  return absl::StrCat("all ", rated, " ratings are ", *scores.begin(),
                      ": they say nothing of the answers; look at the judge's replies and prompt");
}

}  // namespace evaluation

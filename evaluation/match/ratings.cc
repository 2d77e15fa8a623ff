#include "evaluation/match/ratings.h"

#include <utility>

#include "absl/strings/str_cat.h"
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

}  // namespace evaluation

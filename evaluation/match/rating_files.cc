#include "evaluation/match/rating_files.h"

#include <cstdint>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/records/records.h"
#include "evaluation/formats/record_fields.h"
#include "evaluation/judges/parsers.h"
#include "evaluation/replies/mentions.h"

namespace evaluation {
namespace {

using ::base::JsonLine;
using ::datasets::InvalidAt;

absl::StatusOr<SingleJudgment> ParseRating(const JsonLine& line) {
  SingleJudgment rating;
  ASSIGN_OR_RETURN(rating.question_id, datasets::GetIntId(line, "question_id"));
  ASSIGN_OR_RETURN(rating.model, base::GetString(line, "model"));
  ASSIGN_OR_RETURN(const JudgeNames judge, GetJudge(line));
  rating.judge_model = judge.model;
  rating.judge_prompt = judge.prompt;
  ASSIGN_OR_RETURN(const double score, GetNumber(line, "score"));
  if (score != -1) rating.score = score;
  ASSIGN_OR_RETURN(rating.turn, base::GetInt(line, "turn"));
  ASSIGN_OR_RETURN(rating.category, GetOptionalString(line, "category"));
  ASSIGN_OR_RETURN(rating.setting, GetOptionalString(line, "setting"));
  ASSIGN_OR_RETURN(rating.repeat, GetIntOr(line, "repeat", 0));
  return rating;
}

absl::Status CheckRating(const SingleJudgment& rating, const std::string& where, datasets::UniqueIds& ids) {
  if (rating.model.empty()) return InvalidAt(where, "\"model\" must not be empty");
  if (rating.turn < 1) return InvalidAt(where, absl::StrCat("\"turn\" counts from 1 on, and is ", rating.turn));
  if (rating.score.has_value() && !(*rating.score >= 0)) {
    return InvalidAt(where, absl::StrCat("\"score\" is ", *rating.score, "; a rating is 0 or more, and -1 is none"));
  }
  return ids.Add(
      absl::StrCat(rating.judge_model, "'s rating of ", rating.model, ", setting \"", rating.setting, "\", repeat ",
                   rating.repeat, ", turn ", rating.turn, " of question_id ", rating.question_id),
      where);
}

Winner WinnerOf(const SingleJudgment& a, const SingleJudgment& b) {
  if (!a.score.has_value() || !b.score.has_value()) return Winner::kError;
  switch (CompareRatings(*a.score, *b.score, kFastChatTieDifference)) {
    case Verdict::kFirst:
      return Winner::kModel1;
    case Verdict::kSecond:
      return Winner::kModel2;
    case Verdict::kTie:
      break;
  }
  return Winner::kTie;
}

}  // namespace

bool HoldsRatings(const std::string& path) {
  const auto lines = base::ReadJsonLines(path);
  return lines.ok() && !lines->empty() && lines->front().value.contains("score") &&
         !lines->front().value.contains("g1_winner");
}

absl::StatusOr<std::vector<SingleJudgment>> ReadRatings(const std::string& path) {
  return ReadRecords<SingleJudgment>(path, ParseRating, CheckRating);
}

std::vector<PairJudgment> ComparedRatings(absl::Span<const SingleJudgment> ratings) {
  using Place = std::tuple<int64_t, int64_t, int64_t, std::string>;  // question, turn, repeat, judge
  std::map<Place, std::vector<const SingleJudgment*>> by_place;
  for (const SingleJudgment& rating : ratings) {
    by_place[{rating.question_id, rating.turn, rating.repeat, rating.judge_model}].push_back(&rating);
  }
  std::vector<PairJudgment> judgments;
  for (const auto& [place, rated] : by_place) {
    for (size_t i = 0; i < rated.size(); ++i) {
      for (size_t j = i + 1; j < rated.size(); ++j) {
        PairJudgment judgment;
        std::tie(judgment.question_id, judgment.turn, judgment.repeat, judgment.judge_model) = place;
        judgment.judge_prompt = rated[i]->judge_prompt;
        judgment.category = rated[i]->category;
        judgment.model_1 = rated[i]->model;
        judgment.model_2 = rated[j]->model;
        judgment.g1_winner = judgment.g2_winner = WinnerOf(*rated[i], *rated[j]);
        judgments.push_back(std::move(judgment));
      }
    }
  }
  return judgments;
}

}  // namespace evaluation

#include "evaluation/formats/single_judgments.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/records/records.h"
#include "evaluation/formats/record_fields.h"

namespace evaluation {
namespace {

using ::base::JsonLine;
using ::base::OrderedJson;
using ::datasets::InvalidAt;
using ::datasets::UniqueIds;

// FastChat's score of an answer that could not be rated.
constexpr int kNoScore = -1;

absl::Status Check(const SingleJudgment& judgment, const std::string& where, UniqueIds& ids) {
  if (judgment.model.empty()) return InvalidAt(where, "\"model\" must not be empty");
  if (judgment.turn < 1) return InvalidAt(where, absl::StrCat("\"turn\" counts from 1 on, and is ", judgment.turn));
  return ids.Add(absl::StrCat("the rating by ", judgment.judge_model, ", ", judgment.judge_prompt, " of ",
                              judgment.model, judgment.setting.empty() ? "" : absl::StrCat(" (", judgment.setting, ")"),
                              judgment.repeat > 0 ? absl::StrCat(" (repeat ", judgment.repeat, ")") : "", " at turn ",
                              judgment.turn, " of question_id ", judgment.question_id),
                 where);
}

// As FastChat writes it: 8, not 8.0.
OrderedJson ScoreJson(const std::optional<double>& score) {
  if (!score.has_value()) return kNoScore;
  if (*score == std::floor(*score)) return static_cast<int64_t>(*score);
  return *score;
}

OrderedJson ToJson(const SingleJudgment& judgment) {
  OrderedJson json;
  json["question_id"] = judgment.question_id;
  json["model"] = judgment.model;
  json["judge"] = {judgment.judge_model, judgment.judge_prompt};
  json["user_prompt"] = judgment.user_prompt;
  json["judgment"] = judgment.judgment;
  json["score"] = ScoreJson(judgment.score);
  json["turn"] = judgment.turn;
  SetIfKnown(json, "category", judgment.category);
  SetIfKnown(json, "setting", judgment.setting);
  if (judgment.repeat != 0) json["repeat"] = judgment.repeat;
  json["tstamp"] = judgment.tstamp;
  return json;
}

absl::StatusOr<SingleJudgment> Parse(const JsonLine& line) {
  SingleJudgment judgment;
  ASSIGN_OR_RETURN(judgment.question_id, base::GetInt(line, "question_id"));
  ASSIGN_OR_RETURN(judgment.model, base::GetString(line, "model"));
  ASSIGN_OR_RETURN(const JudgeNames judge, GetJudge(line));
  judgment.judge_model = judge.model;
  judgment.judge_prompt = judge.prompt;
  ASSIGN_OR_RETURN(judgment.user_prompt, base::GetString(line, "user_prompt"));
  ASSIGN_OR_RETURN(judgment.judgment, base::GetString(line, "judgment"));
  ASSIGN_OR_RETURN(const double score, GetNumber(line, "score"));
  if (score != kNoScore) judgment.score = score;
  ASSIGN_OR_RETURN(judgment.turn, base::GetInt(line, "turn"));
  ASSIGN_OR_RETURN(judgment.category, GetOptionalString(line, "category"));
  ASSIGN_OR_RETURN(judgment.setting, GetOptionalString(line, "setting"));
  ASSIGN_OR_RETURN(judgment.repeat, GetIntOr(line, "repeat", 0));
  ASSIGN_OR_RETURN(judgment.tstamp, GetNumber(line, "tstamp"));
  return judgment;
}

}  // namespace

absl::StatusOr<std::vector<SingleJudgment>> ReadSingleJudgments(const std::string& path) {
  return ReadRecords<SingleJudgment>(path, Parse, Check);
}

absl::Status WriteSingleJudgments(const std::string& path, absl::Span<const SingleJudgment> judgments) {
  return WriteRecords(path, judgments, ToJson, Check);
}

}  // namespace evaluation

#include "evaluation/formats/single_judgments.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "datasets/records/records.h"
#include "evaluation/formats/record_fields.h"

namespace evaluation {
namespace {

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
  SetIfKnown(json, "decided", judgment.decided);
  SetIfKnown(json, "category", judgment.category);
  SetIfKnown(json, "setting", judgment.setting);
  if (judgment.repeat != 0) json["repeat"] = judgment.repeat;
  json["tstamp"] = judgment.tstamp;
  return json;
}

}  // namespace

absl::Status WriteSingleJudgments(const std::string& path, absl::Span<const SingleJudgment> judgments) {
  return WriteRecords(
      path, judgments, [](const SingleJudgment& judgment) { return ToJson(judgment); }, Check);
}

}  // namespace evaluation

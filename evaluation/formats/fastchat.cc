#include "evaluation/formats/fastchat.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/records/records.h"
#include "evaluation/formats/record_fields.h"

namespace evaluation {
namespace {

using ::base::Json;
using ::base::JsonLine;
using ::base::OrderedJson;
using ::datasets::InvalidAt;
using ::datasets::UniqueIds;

constexpr const char* kWinnerNames[] = {"model_1", "model_2", "tie", "error"};

absl::StatusOr<Winner> GetWinner(const JsonLine& line, const char* key) {
  ASSIGN_OR_RETURN(const std::string name, base::GetString(line, key));
  for (const Winner winner : {Winner::kModel1, Winner::kModel2, Winner::kTie, Winner::kError}) {
    if (name == WinnerName(winner)) return winner;
  }
  return InvalidAt(line.where,
                   absl::StrCat("\"", key, "\" must be model_1, model_2, tie or error, and is \"", name, "\""));
}

// Answers.

absl::Status CheckAnswer(const ModelAnswer& answer, const std::string& where, UniqueIds& ids) {
  if (answer.model_id.empty()) return InvalidAt(where, "\"model_id\" must not be empty");
  if (answer.choices.empty()) return InvalidAt(where, "\"choices\" must have at least one entry");
  for (size_t i = 0; i < answer.choices.size(); ++i) {
    if (answer.choices[i].turns.empty()) return InvalidAt(where, absl::StrCat("choice ", i, " has no turns"));
  }
  const std::string setting = answer.setting.empty() ? "" : absl::StrCat(" (", answer.setting, ")");
  return ids.Add(absl::StrCat("the answer of ", answer.model_id, setting, " to question_id ", answer.question_id),
                 where);
}

OrderedJson ToJson(const AnswerChoice& choice, size_t index) {
  OrderedJson json;
  json["index"] = index;
  json["turns"] = choice.turns;
  SetIfKnown(json, "finish_reason", choice.finish_reason);
  if (choice.num_tokens >= 0) json["num_tokens"] = choice.num_tokens;
  return json;
}

OrderedJson ToJson(const ModelAnswer& answer, const std::string& answer_id) {
  OrderedJson json;
  json["question_id"] = answer.question_id;
  json["answer_id"] = answer_id;
  json["model_id"] = answer.model_id;
  json["choices"] = OrderedJson::array();
  for (const AnswerChoice& choice : answer.choices) json["choices"].push_back(ToJson(choice, json["choices"].size()));
  SetIfKnown(json, "category", answer.category);
  SetIfKnown(json, "setting", answer.setting);
  SetIfKnown(json, "constitution", answer.constitution);
  json["tstamp"] = answer.tstamp;
  return json;
}

absl::StatusOr<AnswerChoice> ParseChoice(const JsonLine& line, int64_t expected_index) {
  if (!line.value.is_object()) return InvalidAt(line.where, "a choice must be an object");
  ASSIGN_OR_RETURN(const int64_t index, base::GetInt(line, "index"));
  if (index != expected_index) {
    return InvalidAt(line.where, absl::StrCat("\"index\" must be ", expected_index, ", and is ", index));
  }
  AnswerChoice choice;
  ASSIGN_OR_RETURN(choice.turns, base::GetStrings(line, "turns"));
  ASSIGN_OR_RETURN(choice.finish_reason, GetOptionalString(line, "finish_reason"));
  if (line.value.contains("num_tokens")) {
    ASSIGN_OR_RETURN(choice.num_tokens, base::GetInt(line, "num_tokens"));
  }
  return choice;
}

absl::StatusOr<ModelAnswer> ParseAnswer(const JsonLine& line) {
  ModelAnswer answer;
  ASSIGN_OR_RETURN(answer.question_id, datasets::GetIntId(line, "question_id"));
  ASSIGN_OR_RETURN(answer.answer_id, base::GetString(line, "answer_id"));
  ASSIGN_OR_RETURN(answer.model_id, base::GetString(line, "model_id"));
  const auto choices = line.value.find("choices");
  if (choices == line.value.end() || !choices->is_array()) return InvalidAt(line.where, "\"choices\" must be a list");
  for (const Json& json : *choices) {
    const size_t index = answer.choices.size();
    const JsonLine at{json, absl::StrCat(line.where, ": choices[", index, "]")};
    ASSIGN_OR_RETURN(AnswerChoice choice, ParseChoice(at, index));
    answer.choices.push_back(std::move(choice));
  }
  ASSIGN_OR_RETURN(answer.category, GetOptionalString(line, "category"));
  ASSIGN_OR_RETURN(answer.setting, GetOptionalString(line, "setting"));
  ASSIGN_OR_RETURN(answer.constitution, GetOptionalString(line, "constitution"));
  ASSIGN_OR_RETURN(answer.tstamp, GetNumber(line, "tstamp"));
  return answer;
}

// Judgments.

absl::Status CheckJudgment(const PairJudgment& judgment, const std::string& where, UniqueIds& ids) {
  if (judgment.model_1.empty() || judgment.model_2.empty() || judgment.model_1 == judgment.model_2) {
    return InvalidAt(where, "\"model_1\" and \"model_2\" must name two models");
  }
  if (judgment.turn < 1) return InvalidAt(where, absl::StrCat("\"turn\" counts from 1 on, and is ", judgment.turn));
  const std::string setting = judgment.setting.empty() ? "" : absl::StrCat(" (", judgment.setting, ")");
  return ids.Add(absl::StrCat("the judgment of ", judgment.judge_model, ", ", judgment.judge_prompt, " on ",
                              judgment.model_1, " and ", judgment.model_2, setting,
                              judgment.repeat > 0 ? absl::StrCat(" (repeat ", judgment.repeat, ")") : "", " at turn ",
                              judgment.turn, " of question_id ", judgment.question_id),
                 where);
}

OrderedJson ToJson(const PairJudgment& judgment) {
  OrderedJson json;
  json["question_id"] = judgment.question_id;
  json["model_1"] = judgment.model_1;
  json["model_2"] = judgment.model_2;
  json["g1_winner"] = WinnerName(judgment.g1_winner);
  json["g2_winner"] = WinnerName(judgment.g2_winner);
  json["judge"] = {judgment.judge_model, judgment.judge_prompt};
  json["g1_user_prompt"] = judgment.g1_user_prompt;
  json["g1_judgment"] = judgment.g1_judgment;
  json["g2_user_prompt"] = judgment.g2_user_prompt;
  json["g2_judgment"] = judgment.g2_judgment;
  json["turn"] = judgment.turn;
  SetIfKnown(json, "g1_decided", judgment.g1_decided);
  SetIfKnown(json, "g2_decided", judgment.g2_decided);
  if (judgment.g1_preference.has_value()) json["g1_preference"] = *judgment.g1_preference;
  if (judgment.g2_preference.has_value()) json["g2_preference"] = *judgment.g2_preference;
  SetIfKnown(json, "category", judgment.category);
  SetIfKnown(json, "setting", judgment.setting);
  if (judgment.repeat != 0) json["repeat"] = judgment.repeat;
  json["tstamp"] = judgment.tstamp;
  return json;
}

absl::StatusOr<std::optional<double>> GetPreference(const JsonLine& line, const char* key) {
  if (!line.value.contains(key)) return std::optional<double>();
  ASSIGN_OR_RETURN(const double preference, GetNumber(line, key));
  if (preference < 0 || preference > 1) {
    return InvalidAt(line.where, absl::StrCat("\"", key, "\" must be in [0, 1], and is ", preference));
  }
  return std::optional<double>(preference);
}

absl::StatusOr<PairJudgment> ParseJudgment(const JsonLine& line) {
  PairJudgment judgment;
  ASSIGN_OR_RETURN(judgment.question_id, datasets::GetIntId(line, "question_id"));
  ASSIGN_OR_RETURN(judgment.model_1, base::GetString(line, "model_1"));
  ASSIGN_OR_RETURN(judgment.model_2, base::GetString(line, "model_2"));
  ASSIGN_OR_RETURN(judgment.g1_winner, GetWinner(line, "g1_winner"));
  ASSIGN_OR_RETURN(judgment.g2_winner, GetWinner(line, "g2_winner"));
  ASSIGN_OR_RETURN(const JudgeNames judge, GetJudge(line));
  judgment.judge_model = judge.model;
  judgment.judge_prompt = judge.prompt;
  ASSIGN_OR_RETURN(judgment.g1_user_prompt, base::GetString(line, "g1_user_prompt"));
  ASSIGN_OR_RETURN(judgment.g1_judgment, base::GetString(line, "g1_judgment"));
  ASSIGN_OR_RETURN(judgment.g2_user_prompt, base::GetString(line, "g2_user_prompt"));
  ASSIGN_OR_RETURN(judgment.g2_judgment, base::GetString(line, "g2_judgment"));
  ASSIGN_OR_RETURN(judgment.turn, base::GetInt(line, "turn"));
  ASSIGN_OR_RETURN(judgment.category, GetOptionalString(line, "category"));
  ASSIGN_OR_RETURN(judgment.setting, GetOptionalString(line, "setting"));
  ASSIGN_OR_RETURN(judgment.g1_decided, GetOptionalString(line, "g1_decided"));
  ASSIGN_OR_RETURN(judgment.g2_decided, GetOptionalString(line, "g2_decided"));
  ASSIGN_OR_RETURN(judgment.g1_preference, GetPreference(line, "g1_preference"));
  ASSIGN_OR_RETURN(judgment.g2_preference, GetPreference(line, "g2_preference"));
  ASSIGN_OR_RETURN(judgment.repeat, GetIntOr(line, "repeat", 0));
  ASSIGN_OR_RETURN(judgment.tstamp, GetNumber(line, "tstamp"));
  return judgment;
}

}  // namespace

const char* WinnerName(Winner winner) { return kWinnerNames[static_cast<int>(winner)]; }

std::string AnswerId(const ModelAnswer& answer) {
  ModelAnswer timeless = answer;
  timeless.tstamp = 0;
  const std::string text = ToJson(timeless, "").dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  return base::Sha256Hex(text).substr(0, 22);
}

absl::StatusOr<ModelAnswer> ParseModelAnswer(const JsonLine& line) {
  ASSIGN_OR_RETURN(ModelAnswer answer, ParseAnswer(line));
  UniqueIds ids;
  RETURN_IF_ERROR(CheckAnswer(answer, line.where, ids));
  return answer;
}

absl::StatusOr<std::vector<ModelAnswer>> ReadModelAnswers(const std::string& path) {
  return ReadRecords<ModelAnswer>(path, ParseAnswer, CheckAnswer);
}

absl::Status WriteModelAnswers(const std::string& path, absl::Span<const ModelAnswer> answers) {
  const auto to_json = [](const ModelAnswer& answer) {
    return ToJson(answer, answer.answer_id.empty() ? AnswerId(answer) : answer.answer_id);
  };
  return WriteRecords(path, answers, to_json, CheckAnswer);
}

std::optional<double> ScoreOf(Winner winner) {
  if (winner == Winner::kError) return std::nullopt;
  return winner == Winner::kModel1 ? 1 : winner == Winner::kModel2 ? 0 : 0.5;
}

std::array<std::optional<double>, 2> GameScores(const PairJudgment& judgment) {
  const auto score = [](const std::optional<double>& preference, Winner winner) {
    return winner != Winner::kError && preference.has_value() ? preference : ScoreOf(winner);
  };
  return {score(judgment.g1_preference, judgment.g1_winner), score(judgment.g2_preference, judgment.g2_winner)};
}

Winner BothGames(const PairJudgment& judgment) {
  if (judgment.g1_winner == Winner::kError || judgment.g2_winner == Winner::kError) return Winner::kError;
  return judgment.g1_winner == judgment.g2_winner ? judgment.g1_winner : Winner::kTie;
}

absl::StatusOr<PairJudgment> ParsePairJudgment(const JsonLine& line) {
  ASSIGN_OR_RETURN(PairJudgment judgment, ParseJudgment(line));
  UniqueIds ids;
  RETURN_IF_ERROR(CheckJudgment(judgment, line.where, ids));
  return judgment;
}

absl::StatusOr<std::vector<PairJudgment>> ReadPairJudgments(const std::string& path) {
  return ReadRecords<PairJudgment>(path, ParseJudgment, CheckJudgment);
}

absl::Status WritePairJudgments(const std::string& path, absl::Span<const PairJudgment> judgments) {
  return WriteRecords(
      path, judgments, [](const PairJudgment& judgment) { return ToJson(judgment); }, CheckJudgment);
}

}  // namespace evaluation

#include "evaluation/formats/alpaca_eval.h"

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"

namespace evaluation {
namespace {

using ::base::OrderedJson;

OrderedJson Preference(const PairJudgment& judgment) {
  const auto scores = GameScores(judgment);
  const bool has_both = scores[0].has_value() && scores[1].has_value();
  if (has_both && judgment.g1_preference.has_value() && judgment.g2_preference.has_value()) {
    return 1 + (*scores[0] + *scores[1]) / 2;
  }
  switch (BothGames(judgment)) {
    case Winner::kModel1:
      return 2.0;
    case Winner::kModel2:
      return 1.0;
    case Winner::kTie:
      return 1.5;
    case Winner::kError:
      break;
  }
  return nullptr;
}

OrderedJson ToJson(const Annotation& annotation) {
  const PairJudgment& judgment = annotation.judgment;
  OrderedJson json;
  json["instruction"] = annotation.instruction;
  json["generator_1"] = judgment.model_2;
  json["output_1"] = annotation.output_2;
  json["generator_2"] = judgment.model_1;
  json["output_2"] = annotation.output_1;
  json["annotator"] = absl::StrCat(judgment.judge_model, "/", judgment.judge_prompt);
  json["preference"] = Preference(judgment);
  json["raw_completion"] = {judgment.g1_judgment, judgment.g2_judgment};
  json["question_id"] = judgment.question_id;
  if (!judgment.category.empty()) json["dataset"] = judgment.category;
  json["turn"] = judgment.turn;
  json["repeat"] = judgment.repeat;
  return json;
}

}  // namespace

absl::Status WriteAnnotations(const std::string& path, absl::Span<const Annotation> annotations) {
  OrderedJson list = OrderedJson::array();
  for (const Annotation& annotation : annotations) list.push_back(ToJson(annotation));
  return base::WriteFileAtomically(path, base::PrintJson(list, 1) + "\n");
}

}  // namespace evaluation

#include "evaluation/formats/model_outputs.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "evaluation/formats/record_fields.h"

namespace evaluation {
namespace {

using ::base::Json;
using ::base::JsonLine;
using ::base::OrderedJson;

absl::StatusOr<ModelOutput> ParseOutput(const JsonLine& element) {
  ModelOutput output;
  ASSIGN_OR_RETURN(output.dataset, GetOptionalString(element, "dataset"));
  ASSIGN_OR_RETURN(output.instruction, base::GetString(element, "instruction"));
  ASSIGN_OR_RETURN(output.output, base::GetString(element, "output"));
  ASSIGN_OR_RETURN(output.generator, base::GetString(element, "generator"));
  if (!output.generator.empty()) return output;
  return absl::InvalidArgumentError(absl::StrCat(element.where, ": \"generator\" must not be empty"));
}

}  // namespace

absl::StatusOr<std::vector<ModelOutput>> ReadModelOutputs(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  ASSIGN_OR_RETURN(const Json list, base::ParseJson(text, path));
  if (!list.is_array() || list.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": AlpacaEval's model outputs are a list of at least one"));
  }
  std::vector<ModelOutput> outputs;
  for (const Json& json : list) {
    const JsonLine element = {json, PlaceOf(path, outputs.size())};
    if (!json.is_object()) return absl::InvalidArgumentError(absl::StrCat(element.where, ": it must be an object"));
    ASSIGN_OR_RETURN(ModelOutput output, ParseOutput(element));
    outputs.push_back(std::move(output));
  }
  return outputs;
}

absl::Status WriteModelOutputs(const std::string& path, absl::Span<const ModelOutput> outputs) {
  OrderedJson list = OrderedJson::array();
  for (const ModelOutput& output : outputs) {
    OrderedJson json;
    SetIfKnown(json, "dataset", output.dataset);
    json["instruction"] = output.instruction;
    json["output"] = output.output;
    json["generator"] = output.generator;
    list.push_back(std::move(json));
  }
  return base::WriteFileAtomically(path, base::PrintJson(list, 1) + "\n");
}

absl::StatusOr<std::vector<ModelOutput>> ToModelOutputs(absl::Span<const ModelAnswer> answers,
                                                        absl::Span<const datasets::MtBenchQuestion> questions,
                                                        LeftOut* left_out) {
  std::map<int64_t, const ModelAnswer*> by_question;
  for (const ModelAnswer& answer : answers) {
    const bool is_others = answer.model_id != answers[0].model_id || answer.setting != answers[0].setting;
    if (is_others || !by_question.emplace(answer.question_id, &answer).second) {
      return absl::InvalidArgumentError(absl::StrCat("the answer of ", answer.model_id, " to question ",
                                                     answer.question_id,
                                                     ": a list of model outputs is of one model in one setting"));
    }
  }
  std::vector<ModelOutput> outputs;
  for (const datasets::MtBenchQuestion& question : questions) {
    const auto found = by_question.find(question.id);
    if (found == by_question.end()) {
      ++left_out->questions;
      continue;
    }
    const ModelAnswer& answer = *found->second;
    left_out->choices += answer.choices.size() - 1;
    left_out->turns += answer.choices[0].turns.size() - 1;
    outputs.push_back({question.category, question.turns[0], answer.choices[0].turns[0], answer.model_id});
    by_question.erase(found);
  }
  if (by_question.empty()) return outputs;
  return absl::InvalidArgumentError(
      absl::StrCat("the answer to question ", by_question.begin()->first, " is to none of the questions"));
}

absl::StatusOr<AnsweredQuestions> FromModelOutputs(absl::Span<const ModelOutput> outputs) {
  AnsweredQuestions all;
  for (const ModelOutput& output : outputs) {
    const int64_t id = all.questions.size();
    const auto error = [&](absl::string_view what) {
      return absl::InvalidArgumentError(absl::StrCat("element ", id + 1, " of the model outputs: ", what));
    };
    if (output.instruction.empty()) return error("its instruction is empty");
    if (output.generator != outputs[0].generator) {
      return error(absl::StrCat("it is of ", output.generator, ", and those above are of ", outputs[0].generator));
    }
    ModelAnswer answer;
    answer.question_id = id;
    answer.model_id = output.generator;
    answer.category = output.dataset.empty() ? "all" : output.dataset;
    answer.choices = {{{output.output}, "", -1}};
    all.questions.push_back({id, answer.category, {output.instruction}, {}});
    all.answers.push_back(std::move(answer));
  }
  return all;
}

absl::Status WriteQuestions(const std::string& path, absl::Span<const datasets::MtBenchQuestion> questions) {
  std::vector<OrderedJson> lines;
  for (const datasets::MtBenchQuestion& question : questions) {
    OrderedJson json;
    json["question_id"] = question.id;
    json["category"] = question.category;
    json["turns"] = question.turns;
    lines.push_back(std::move(json));
  }
  return base::WriteJsonLines(path, lines);
}

}  // namespace evaluation

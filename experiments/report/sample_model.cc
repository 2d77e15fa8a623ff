#include "experiments/report/sample_model.h"

#include <algorithm>

namespace experiments {
namespace {

using ::base::OrderedJson;

OrderedJson JudgeJson(const Judge& judge, const std::vector<int>& questions) {
  OrderedJson json;
  json["name"] = judge.name;
  for (size_t game = 0; game < 2; ++game) {
    std::string codes;
    OrderedJson words = OrderedJson::array();
    for (const int question : questions) {
      const auto verdict = judge.verdicts.find(question);
      const bool is_there = verdict != judge.verdicts.end();
      codes += is_there ? verdict->second.first[game] : 'x';
      words.push_back(is_there ? OrderedJson(verdict->second.second[game]) : OrderedJson(nullptr));
    }
    json["games"].push_back(codes);
    json["words"].push_back(std::move(words));
  }
  return json;
}

// What filters need of a column.
OrderedJson HeadOf(const Column& column, int questions) {
  OrderedJson head = {{"arm", column.arm}, {"setting", column.setting}};
  const auto has_right = [](const auto& answer) { return !answer.second.right.empty(); };
  if (!std::any_of(column.answers.begin(), column.answers.end(), has_right)) return head;
  for (int q = 0; q < questions; ++q) {
    const auto answer = column.answers.find(q);
    head["right"].push_back(answer == column.answers.end() ? OrderedJson(nullptr) : OrderedJson(answer->second.right));
  }
  return head;
}

// What is shown of it.
OrderedJson TextsOf(const Column& column, int questions) {
  OrderedJson body;
  for (int q = 0; q < questions; ++q) {
    const auto answer = column.answers.find(q);
    const bool is_there = answer != column.answers.end();
    const auto add = [&](const char* key, const auto& value) {
      body[key].push_back(is_there ? OrderedJson(value) : OrderedJson(nullptr));
    };
    const Answer nothing;
    const Answer& found = is_there ? answer->second : nothing;
    add("texts", found.texts);
    add("tokens", found.tokens);
    add("cut", found.cut);
    body["asked"].push_back(found.asked < 0 ? OrderedJson(nullptr) : OrderedJson(found.asked));
  }
  return body;
}

}  // namespace

Samples ToJson(const SampleModel& model) {
  Samples samples;
  OrderedJson& index = samples.index;
  for (const char* list : {"questions", "strings", "columns", "groups"}) index[list] = OrderedJson::array();
  index["strings"] = model.strings;
  for (const Question& question : model.questions) {
    OrderedJson json = {{"id", question.id}, {"category", question.category}, {"text", question.text}};
    if (!question.gold.empty()) json["gold"] = question.gold;
    index["questions"].push_back(std::move(json));
  }
  for (const Column& column : model.columns) {
    index["columns"].push_back(HeadOf(column, model.questions.size()));
    samples.columns.push_back(TextsOf(column, model.questions.size()));
  }
  for (const Group& group : model.groups) {
    OrderedJson json = {{"comparison", group.comparison}, {"setting", group.setting}, {"a", group.a}};
    json["b"] = group.b < 0 ? OrderedJson(nullptr) : OrderedJson(group.b);
    json["questions"] = group.questions;
    json["judges"] = OrderedJson::array();
    for (const Judge& judge : group.judges) json["judges"].push_back(JudgeJson(judge, group.questions));
    index["groups"].push_back(std::move(json));
  }
  return samples;
}

}  // namespace experiments

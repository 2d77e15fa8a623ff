#include "experiments/report/samples.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "experiments/report/sample_model.h"

namespace experiments {
namespace {

using ::base::Json;

// The element with this key, made at the end where there is none.
template <typename T, typename Matches, typename Make>
T& FindOrAdd(std::vector<T>& all, Matches matches, Make make) {
  const auto found = std::find_if(all.begin(), all.end(), matches);
  if (found != all.end()) return *found;
  all.push_back(make());
  return all.back();
}

std::string WithLabel(const std::string& name, const std::string& label) {
  return label.empty() ? name : absl::StrCat(name, " (", label, ")");
}

char Code(const std::string& winner) {
  if (winner == "model_1") return 'w';
  if (winner == "model_2") return 'l';
  return winner == "tie" ? 't' : 'x';
}

// ["rule", "principle"] is "principle", ["gpt-4", "pair-v2"] is "gpt-4, pair-v2".
std::string JudgeTitle(const Json& line) {
  const Json& judge = ElementAt(line, {"judge"});
  std::string title;
  if (judge.is_string()) title = judge.get<std::string>();
  for (const Json& part : judge.is_array() ? judge : Json::array()) {
    if (!part.is_string() || part == "rule") continue;
    absl::StrAppend(&title, title.empty() ? "" : ", ", part.get<std::string>());
  }
  const int64_t turn = IntegerOf(line, "turn", 1);
  return turn > 1 ? absl::StrCat(title, ", turn ", turn) : title;
}

class Collector {
 public:
  void AddRun(const LabelledRun& run) {
    ids_.clear();
    ReadQuestions(*run.files);
    ReadAnswers(run);
    ReadJudgments(run);
    ReadAttempts(run);
  }
  void AddAcrossRuns(const std::string& label_a, const std::string& label_b);
  SampleModel Finish() && { return std::move(model_); }

 private:
  void ReadQuestions(const RunFiles& files);
  void ReadAnswers(const LabelledRun& run);
  void ReadJudgments(const LabelledRun& run);
  void ReadAttempts(const LabelledRun& run);
  void ReadRight(const LabelledRun& run, const std::string& arm);

  int String(const std::string& text) {
    const auto [at, is_new] = string_numbers_.emplace(text, static_cast<int>(model_.strings.size()));
    if (is_new) model_.strings.push_back(text);
    return at->second;
  }
  // The number of a question of the current run. Runs share it where id and text agree.
  int QuestionNumber(const std::string& id, const std::string& category, const std::string& text);
  int ColumnOf(const std::string& arm, const std::string& setting) {
    Column& column = FindOrAdd(
        model_.columns, [&](const Column& c) { return c.arm == arm && c.setting == setting; },
        [&] {
          return Column{arm, setting, {}};
        });
    return static_cast<int>(&column - model_.columns.data());
  }
  Group& GroupOf(const std::string& comparison, const std::string& setting, int a, int b) {
    return FindOrAdd(
        model_.groups, [&](const Group& g) { return g.comparison == comparison && g.a == a && g.b == b; },
        [&] { return Group{comparison, setting, a, b, {}, {}}; });
  }

  SampleModel model_;
  std::map<std::pair<std::string, std::string>, int> question_numbers_;  // (id, text)
  std::map<std::string, int> ids_;                                       // of the current run
  std::map<std::string, int> string_numbers_;
};

int Collector::QuestionNumber(const std::string& id, const std::string& category, const std::string& text) {
  const auto known = ids_.find(id);
  if (known != ids_.end()) return known->second;
  const auto [at, is_new] =
      question_numbers_.emplace(std::make_pair(id, text), static_cast<int>(model_.questions.size()));
  if (is_new) {
    model_.questions.push_back({id, category, text, ""});
  }
  return ids_[id] = at->second;
}

void Collector::ReadQuestions(const RunFiles& files) {
  if (!files.Has("questions.jsonl")) return;
  files.ForEachLine("questions.jsonl", [&](const Json& line) {
    const Json& turns = ElementAt(line, {"turns"});
    std::vector<std::string> texts;
    for (const Json& turn : turns.is_array() ? turns : Json::array()) {
      if (turn.is_string()) texts.push_back(turn.get<std::string>());
    }
    QuestionNumber(IdOf(line, "question_id"), TextOf(line, "category"), absl::StrJoin(texts, "\n\n"));
  });
}

void Collector::ReadAnswers(const LabelledRun& run) {
  // A folder of an earlier version has no questions.jsonl; rule judges' prompts are the questions.
  for (const std::string& name : run.files->Names("judgments", "_pair.jsonl")) {
    if (run.files->Has("questions.jsonl")) break;
    run.files->ForEachLine(absl::StrCat("judgments/", name, "_pair.jsonl"), [&](const Json& line) {
      QuestionNumber(IdOf(line, "question_id"), TextOf(line, "category"), TextOf(line, "g1_user_prompt"));
    });
  }
  for (const std::string& arm : run.files->Arms("answers")) {
    run.files->ForEachLine(absl::StrCat("answers/", arm, ".jsonl"), [&](const Json& line) {
      const int question = QuestionNumber(IdOf(line, "question_id"), TextOf(line, "category"),
                                          "(the question is not in the run folder)");
      Answer answer;
      std::vector<std::string> turns;
      const Json& choice = ElementAt(line, {"choices", "0"});
      for (const Json& turn : ElementAt(choice, {"turns"})) {
        if (turn.is_string()) turns.push_back(turn.get<std::string>());
      }
      answer.texts = {absl::StrJoin(turns, "\n\n―――\n\n")};
      answer.tokens = {choice.is_object() ? IntegerOf(choice, "num_tokens", -1) : -1};
      answer.cut = choice.is_object() && TextOf(choice, "finish_reason") == "length" ? "1" : "0";
      const std::string asked = TextOf(line, "constitution");
      if (!asked.empty()) answer.asked = String(asked);
      const int column = ColumnOf(WithLabel(arm, run.label), TextOf(line, "setting"));
      model_.columns[column].answers.emplace(question, std::move(answer));
    });
  }
}

void Collector::ReadJudgments(const LabelledRun& run) {
  for (const std::string& name : run.files->Names("judgments", "_pair.jsonl")) {
    run.files->ForEachLine(absl::StrCat("judgments/", name, "_pair.jsonl"), [&](const Json& line) {
      const std::string setting = TextOf(line, "setting");
      const std::string arm_a = TextOf(line, "model_1"), arm_b = TextOf(line, "model_2");
      const int question = QuestionNumber(IdOf(line, "question_id"), TextOf(line, "category"), "");
      const int a = ColumnOf(WithLabel(arm_a, run.label), setting);
      const int b = ColumnOf(WithLabel(arm_b, run.label), setting);
      Group& group = GroupOf(WithLabel(absl::StrCat(arm_a, " vs ", arm_b), run.label), setting, a, b);
      const std::string title = JudgeTitle(line);
      Judge& judge = FindOrAdd(
          group.judges, [&](const Judge& j) { return j.name == title; },
          [&] {
            return Judge{title, {}};
          });
      const std::string codes = {Code(TextOf(line, "g1_winner")), Code(TextOf(line, "g2_winner"))};
      judge.verdicts.emplace(question, std::make_pair(codes, std::vector<int>{String(TextOf(line, "g1_judgment")),
                                                                              String(TextOf(line, "g2_judgment"))}));
      group.questions.push_back(question);
    });
  }
  for (Group& group : model_.groups) {
    std::sort(group.questions.begin(), group.questions.end());
    group.questions.erase(std::unique(group.questions.begin(), group.questions.end()), group.questions.end());
  }
}

void Collector::ReadRight(const LabelledRun& run, const std::string& arm) {
  const int column = ColumnOf(WithLabel(arm, run.label), "");
  const auto add = [&](const Json& line, bool first) {
    const std::string target = TextOf(line, "target");
    const int question =
        QuestionNumber(IdOf(line, "question_id"), "math", TextOf(ElementAt(line, {"doc"}), "question"));
    model_.questions[question].gold = target;
    std::string& right = model_.columns[column].answers[question].right;
    if (first) right.clear();
    for (const Json& mark : ElementAt(line, {"correct"})) right += mark == 1 ? '1' : '0';
  };
  const std::string rule = FilterOfRule(*run.files);
  run.files->ForEachLine(LmEvalFile(*run.files, arm, "t0"), [&](const Json& line) {
    if (TextOf(line, "filter") == rule) add(line, true);
  });
  run.files->ForEachLine(LmEvalFile(*run.files, arm, "samples"), [&](const Json& line) { add(line, false); });
}

void Collector::ReadAttempts(const LabelledRun& run) {
  const std::vector<std::string> arms = run.files->Arms("attempts");
  for (const std::string& arm : arms) {
    ReadRight(run, arm);
    Column& column = model_.columns[ColumnOf(WithLabel(arm, run.label), "")];
    run.files->ForEachLine(absl::StrCat("attempts/", arm, ".jsonl"), [&](const Json& line) {
      const int question = QuestionNumber(IdOf(line, "question_id"), "math", "(the question is not in the run folder)");
      Answer& answer = column.answers[question];
      answer.texts.push_back(TextOf(line, "response"));
      answer.tokens.push_back(IntegerOf(line, "num_tokens", -1));
      answer.cut += TextOf(line, "finish_reason") == "length" ? '1' : '0';
    });
  }
  const std::string baseline = run.files->spec().accuracy().baseline();
  for (const std::string& arm : arms) {
    const bool alone = arms.size() == 1;
    if (arm == baseline && !alone) continue;
    const bool has_baseline = std::find(arms.begin(), arms.end(), baseline) != arms.end();
    const int a = ColumnOf(WithLabel(arm, run.label), "");
    const int b = has_baseline && !alone ? ColumnOf(WithLabel(baseline, run.label), "") : -1;
    Group& group = GroupOf(WithLabel(b < 0 ? arm : absl::StrCat(arm, " vs ", baseline), run.label), "", a, b);
    for (const auto& [question, answer] : model_.columns[a].answers) group.questions.push_back(question);
  }
}

void Collector::AddAcrossRuns(const std::string& label_a, const std::string& label_b) {
  for (size_t a = 0; a < model_.columns.size(); ++a) {
    const std::string suffix = absl::StrCat(" (", label_a, ")");
    if (!absl::EndsWith(model_.columns[a].arm, suffix)) continue;
    const std::string arm = model_.columns[a].arm.substr(0, model_.columns[a].arm.size() - suffix.size());
    for (size_t b = 0; b < model_.columns.size(); ++b) {
      if (model_.columns[b].arm != WithLabel(arm, label_b) || model_.columns[b].setting != model_.columns[a].setting)
        continue;
      Group group{absl::StrCat(arm, ": ", label_a, " vs ", label_b),
                  model_.columns[a].setting,
                  static_cast<int>(a),
                  static_cast<int>(b),
                  {},
                  {}};
      for (const auto& [question, answer] : model_.columns[a].answers) {
        if (model_.columns[b].answers.count(question) > 0) group.questions.push_back(question);
      }
      if (!group.questions.empty()) model_.groups.push_back(std::move(group));
    }
  }
}

}  // namespace

std::string FilterOfRule(const RunFiles& run) {
  const std::string& rule = run.spec().accuracy().rule();
  if (rule == "lm-eval-strict") return "strict-match";
  return rule == "lm-eval-flexible" ? "flexible-extract" : rule;
}

std::string LmEvalFile(const RunFiles& run, const std::string& arm, const std::string& kind) {
  return absl::StrCat("lm_eval/", arm, "/samples_", run.spec().name(), "_", kind, "_", arm, ".jsonl");
}

Samples CollectSamples(const std::vector<LabelledRun>& runs) {
  Collector collector;
  for (const LabelledRun& run : runs) collector.AddRun(run);
  if (runs.size() == 2) collector.AddAcrossRuns(runs[0].label, runs[1].label);
  return ToJson(std::move(collector).Finish());
}

}  // namespace experiments

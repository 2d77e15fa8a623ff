#include "experiments/report/samples.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "evaluation/formats/fastchat.h"
#include "experiments/report/sample_model.h"
#include "experiments/report/table_sections.h"
#include "experiments/run/accuracy_files.h"
#include "experiments/run/lm_eval.h"
#include "experiments/run/records.h"

namespace experiments {
namespace {

using ::evaluation::ModelAnswer;
using ::evaluation::PairJudgment;
using ::evaluation::Winner;

constexpr char kNoQuestion[] = "(the question is not in the run folder)";
constexpr char kMath[] = "math";  // the category of problems with known answers

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

char Code(Winner winner) {
  switch (winner) {
    case Winner::kModel1:
      return 'w';
    case Winner::kModel2:
      return 'l';
    case Winner::kTie:
      return 't';
    case Winner::kError:
      break;
  }
  return 'x';
}

// "principle" of a rule; of a model "gpt-4, pair-v2".
std::string JudgeTitle(const PairJudgment& judgment) {
  const std::string title = judgment.judge_model == "rule"
                                ? judgment.judge_prompt
                                : absl::StrCat(judgment.judge_model, ", ", judgment.judge_prompt);
  return judgment.turn > 1 ? absl::StrCat(title, ", turn ", judgment.turn) : title;
}

class Collector {
 public:
  void AddRun(const LabelledRun& run) {
    for (const RunFiles::Asker& evaluation : run.files->Evaluations()) {
      const Asked asked = {*run.files, evaluation.name, Labels(evaluation.title, run.label)};
      ids_.clear();
      ReadQuestions(asked);
      ReadAnswers(asked);
      ReadJudgments(asked);
    }
    for (const RunFiles::Asker& accuracy : run.files->Accuracies()) {
      ids_.clear();
      ReadAttempts({*run.files, accuracy.name, Labels(accuracy.title, run.label)});
    }
  }
  void AddAcrossRuns(const std::string& label_a, const std::string& label_b);
  SampleModel Finish() && { return std::move(model_); }

 private:
  // An evaluation, or one on problems, of a run.
  struct Asked {
    const RunFiles& files;
    std::string name;
    std::string label;  // tells its arms from those of others
  };
  static std::string Labels(const std::string& title, const std::string& run) {
    return absl::StrCat(title, title.empty() || run.empty() ? "" : ", ", run);
  }
  void ReadQuestions(const Asked& asked);
  void ReadAnswers(const Asked& asked);
  void ReadJudgments(const Asked& asked);
  void ReadAttempts(const Asked& asked);
  void ReadRight(const Asked& asked, const std::string& arm);

  int String(const std::string& text) {
    const auto [at, is_new] = string_numbers_.emplace(text, static_cast<int>(model_.strings.size()));
    if (is_new) model_.strings.push_back(text);
    return at->second;
  }
  // The number of a question that is asked now. Runs share it where id and text agree.
  int QuestionNumber(int64_t id, const std::string& category, const std::string& text);
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
  std::map<std::string, int> ids_;                                       // of what is asked now
  std::map<std::string, int> string_numbers_;
};

int Collector::QuestionNumber(int64_t number, const std::string& category, const std::string& text) {
  const std::string id = absl::StrCat(number);
  const auto known = ids_.find(id);
  if (known != ids_.end()) return known->second;
  const auto [at, is_new] =
      question_numbers_.emplace(std::make_pair(id, text), static_cast<int>(model_.questions.size()));
  if (is_new) {
    model_.questions.push_back({id, category, text, ""});
  }
  return ids_[id] = at->second;
}

void Collector::ReadQuestions(const Asked& asked) {
  const std::string questions = QuestionsFile(asked.name);
  if (asked.files.Has(questions)) {
    asked.files.ForEach<AskedQuestion>(questions, ParseAskedQuestion, [&](const AskedQuestion& question) {
      QuestionNumber(question.question_id, question.category, absl::StrJoin(question.turns, "\n\n"));
    });
    return;
  }
  // Where the file was taken away, rule judges' prompts are the questions.
  for (const std::string& file : asked.files.JudgmentsFiles(asked.name)) {
    asked.files.ForEach<PairJudgment>(file, evaluation::ParsePairJudgment, [&](const PairJudgment& judgment) {
      QuestionNumber(judgment.question_id, judgment.category, judgment.g1_user_prompt);
    });
  }
}

void Collector::ReadAnswers(const Asked& asked) {
  for (const RunFiles::ArmAnswers& arm : asked.files.Answers(asked.name)) {
    const auto add = [&](const ModelAnswer& line) {
      const int question = QuestionNumber(line.question_id, line.category, kNoQuestion);
      const evaluation::AnswerChoice& choice = line.choices[0];
      Answer answer;
      answer.texts = {absl::StrJoin(choice.turns, "\n\n―――\n\n")};
      answer.tokens = {choice.num_tokens};
      answer.cut = choice.finish_reason == "length" ? "1" : "0";
      if (!line.constitution.empty()) answer.asked = String(line.constitution);
      const int column = ColumnOf(WithLabel(arm.arm, asked.label), line.setting);
      model_.columns[column].answers.emplace(question, std::move(answer));
    };
    for (const std::string& file : arm.files) {
      asked.files.ForEach<ModelAnswer>(file, evaluation::ParseModelAnswer, add);
    }
  }
}

void Collector::ReadJudgments(const Asked& asked) {
  for (const std::string& file : asked.files.JudgmentsFiles(asked.name)) {
    asked.files.ForEach<PairJudgment>(file, evaluation::ParsePairJudgment, [&](const PairJudgment& line) {
      const int question = QuestionNumber(line.question_id, line.category, "");
      const int a = ColumnOf(WithLabel(line.model_1, asked.label), line.setting);
      const int b = ColumnOf(WithLabel(line.model_2, asked.label), line.setting);
      Group& group =
          GroupOf(WithLabel(absl::StrCat(line.model_1, " vs ", line.model_2), asked.label), line.setting, a, b);
      const std::string title = JudgeTitle(line);
      Judge& judge = FindOrAdd(
          group.judges, [&](const Judge& j) { return j.name == title; },
          [&] {
            return Judge{title, {}};
          });
      const std::string codes = {Code(line.g1_winner), Code(line.g2_winner)};
      judge.verdicts.emplace(
          question, std::make_pair(codes, std::vector<int>{String(line.g1_judgment), String(line.g2_judgment)}));
      group.questions.push_back(question);
    });
  }
  for (Group& group : model_.groups) {
    std::sort(group.questions.begin(), group.questions.end());
    group.questions.erase(std::unique(group.questions.begin(), group.questions.end()), group.questions.end());
  }
}

void Collector::ReadRight(const Asked& asked, const std::string& arm) {
  const int column = ColumnOf(WithLabel(arm, asked.label), "");
  const evaluation::AnswerRule rule = TermsIn(asked.files, asked.name).rule;
  // The first task's mark is attempt 0's.
  for (const LmEvalTask task : {LmEvalTask::kGreedy, LmEvalTask::kSamples}) {
    asked.files.ForEach<LmEvalSample>(LmEvalSamplesFile(asked.name, task, arm), ParseLmEvalSample,
                                      [&](const LmEvalSample& sample) {
                                        if (sample.rule != rule) return;
                                        const int question = QuestionNumber(sample.question_id, kMath, sample.question);
                                        model_.questions[question].gold = sample.target;
                                        std::string& right = model_.columns[column].answers[question].right;
                                        for (const bool mark : sample.correct) right += mark ? '1' : '0';
                                      });
  }
}

void Collector::ReadAttempts(const Asked& asked) {
  const std::vector<std::string> arms = asked.files.Arms(AttemptsFile(asked.name, "*"));
  for (const std::string& arm : arms) {
    ReadRight(asked, arm);
    Column& column = model_.columns[ColumnOf(WithLabel(arm, asked.label), "")];
    asked.files.ForEach<Attempt>(AttemptsFile(asked.name, arm), ParseAttempt, [&](const Attempt& attempt) {
      Answer& answer = column.answers[QuestionNumber(attempt.question_id, kMath, kNoQuestion)];
      answer.texts.push_back(attempt.response);
      answer.tokens.push_back(attempt.num_tokens);
      answer.cut += attempt.finished ? '0' : '1';
    });
  }
  const std::string baseline = TermsIn(asked.files, asked.name).baseline;
  for (const std::string& arm : arms) {
    const bool alone = arms.size() == 1;
    if (arm == baseline && !alone) continue;
    const bool has_baseline = std::find(arms.begin(), arms.end(), baseline) != arms.end();
    const int a = ColumnOf(WithLabel(arm, asked.label), "");
    const int b = has_baseline && !alone ? ColumnOf(WithLabel(baseline, asked.label), "") : -1;
    Group& group = GroupOf(WithLabel(b < 0 ? arm : absl::StrCat(arm, " vs ", baseline), asked.label), "", a, b);
    for (const auto& [question, answer] : model_.columns[a].answers) group.questions.push_back(question);
  }
}

void Collector::AddAcrossRuns(const std::string& label_a, const std::string& label_b) {
  for (size_t a = 0; a < model_.columns.size(); ++a) {
    const std::string& named = model_.columns[a].arm;
    if (!absl::EndsWith(named, label_a + ")")) continue;
    const std::string before = named.substr(0, named.size() - label_a.size() - 1);  // "sami (" or "sami (test, "
    for (size_t b = 0; b < model_.columns.size(); ++b) {
      if (model_.columns[b].arm != absl::StrCat(before, label_b, ")") ||
          model_.columns[b].setting != model_.columns[a].setting) {
        continue;
      }
      Group group{absl::StrCat(before.substr(0, before.rfind('(') - 1), ": ", label_a, " vs ", label_b),
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

Samples CollectSamples(const std::vector<LabelledRun>& runs) {
  Collector collector;
  for (const LabelledRun& run : runs) collector.AddRun(run);
  if (runs.size() == 2) collector.AddAcrossRuns(runs[0].label, runs[1].label);
  return ToJson(std::move(collector).Finish());
}

}  // namespace experiments

// Stage 4: the verdicts of every comparison, in both orders, as FastChat's pair judgments: a file a judge and setting.
#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "evaluation/fastchat.h"
#include "evaluation/judge/rule_judge.h"
#include "experiments/pipeline/evaluation_items.h"
#include "experiments/pipeline/pipeline.h"

namespace experiments {
namespace {

using ::evaluation::Contest;
using ::evaluation::Winner;
using ::sami_harness::EvaluationSpec;

// Answers of one arm: (question, setting) -> text.
using Answers = std::map<std::pair<int64_t, std::string>, std::string>;

absl::StatusOr<Answers> LoadAnswers(const Pipeline& pipeline, const std::string& arm) {
  ASSIGN_OR_RETURN(const auto lines,
                   evaluation::ReadModelAnswers(pipeline.run->PathOf(absl::StrCat("answers/", arm, ".jsonl"))));
  Answers answers;
  for (const evaluation::ModelAnswer& line : lines) {
    answers[{line.question_id, line.setting}] = line.choices[0].turns[0];
  }
  return answers;
}

// One game. An error of the judge is no verdict: it is written down as such, with its message.
Winner Play(const evaluation::Judge& judge, const Contest& contest, Winner if_first, Winner if_second,
            std::string* words) {
  const absl::StatusOr<evaluation::Judgment> judgment = judge.Compare(contest);
  if (!judgment.ok()) {
    *words = std::string(judgment.status().message());
    return Winner::kError;
  }
  *words = judgment->words;
  switch (judgment->verdict) {
    case evaluation::Verdict::kFirst:
      return if_first;
    case evaluation::Verdict::kSecond:
      return if_second;
    case evaluation::Verdict::kTie:
      break;
  }
  return Winner::kTie;
}

evaluation::PairJudgment PlayBothOrders(const evaluation::Judge& judge, Contest contest) {
  evaluation::PairJudgment result;
  result.g1_winner = Play(judge, contest, Winner::kModel1, Winner::kModel2, &result.g1_judgment);
  std::swap(contest.first, contest.second);
  result.g2_winner = Play(judge, contest, Winner::kModel2, Winner::kModel1, &result.g2_judgment);
  result.judge_model = "rule";
  result.judge_prompt = judge.name();
  result.g1_user_prompt = result.g2_user_prompt = contest.question;
  return result;
}

absl::Status JudgeSetting(const Pipeline& pipeline, const evaluation::Judge& judge, int setting_index,
                          const std::vector<EvaluationQuestion>& questions,
                          const std::map<std::string, Answers>& answers, const std::string& path) {
  const EvaluationSpec& evaluation = pipeline.spec.evaluation();
  const std::string setting = SettingName(evaluation.settings(setting_index));
  std::vector<evaluation::PairJudgment> judgments;
  for (const EvaluationSpec::Comparison& comparison : evaluation.comparisons()) {
    for (const EvaluationQuestion& question : questions) {
      Contest contest;
      contest.question_id = question.id;
      contest.category = question.category;
      contest.question = question.text;
      contest.constitution = question.constitutions[setting_index];
      contest.first = answers.at(comparison.arm()).at({question.id, setting});
      contest.second = answers.at(comparison.baseline()).at({question.id, setting});
      evaluation::PairJudgment judgment = PlayBothOrders(judge, std::move(contest));
      judgment.question_id = question.id;
      judgment.category = question.category;
      judgment.setting = setting;
      judgment.model_1 = comparison.arm();
      judgment.model_2 = comparison.baseline();
      judgments.push_back(std::move(judgment));
    }
  }
  return evaluation::WritePairJudgments(path, judgments);
}

absl::StatusOr<std::unique_ptr<evaluation::Judge>> MakeJudge(const Pipeline& pipeline, int judge) {
  if (judge == EvaluationSpec::PRINCIPLE) return evaluation::MakePrincipleJudge();
  ASSIGN_OR_RETURN(auto keys, AnswerKeys(pipeline));
  return evaluation::MakeContentJudge(std::move(keys));
}

absl::Status JudgeAll(const Pipeline& pipeline) {
  ASSIGN_OR_RETURN(const std::vector<EvaluationQuestion> questions, EvaluationQuestions(pipeline));
  std::map<std::string, Answers> answers;
  for (const std::string& arm : ArmNames(pipeline.spec)) {
    ASSIGN_OR_RETURN(answers[arm], LoadAnswers(pipeline, arm));
  }
  const EvaluationSpec& evaluation = pipeline.spec.evaluation();
  for (const int judge_kind : evaluation.judges()) {
    ASSIGN_OR_RETURN(const std::unique_ptr<evaluation::Judge> judge, MakeJudge(pipeline, judge_kind));
    for (int s = 0; s < evaluation.settings_size(); ++s) {
      RETURN_IF_ERROR(JudgeSetting(pipeline, *judge, s, questions, answers,
                                   pipeline.run->PathOf(JudgmentsFile(judge_kind, evaluation.settings(s)))));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status JudgeAnswers(const Pipeline& pipeline) {
  std::vector<std::string> inputs = {"constitutions", "questions"}, outputs;
  for (const std::string& arm : ArmNames(pipeline.spec)) inputs.push_back(absl::StrCat("answers/", arm, ".jsonl"));
  for (const int judge : pipeline.spec.evaluation().judges()) {
    for (const int setting : pipeline.spec.evaluation().settings()) outputs.push_back(JudgmentsFile(judge, setting));
  }
  return RunPipelineStage(pipeline, "judgments", inputs, outputs,
                          [&](const std::string&) { return JudgeAll(pipeline); });
}

}  // namespace experiments

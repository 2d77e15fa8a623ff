// Stage 4: the verdicts of every comparison by rules and language models, in both orders, as FastChat's pair judgments:
// a file a judge and setting.
#include <cstdio>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "evaluation/formats/fastchat.h"
#include "evaluation/match/games.h"
#include "experiments/inputs/evaluation_items.h"
#include "experiments/inputs/judges.h"
#include "experiments/pipeline/pipeline.h"

namespace experiments {
namespace {

using ::evaluation::Match;
using ::sami_harness::EvaluationSpec;

// Arms that no comparison names are not judged.
std::set<std::string> ComparedArms(const sami_harness::ExperimentSpec& spec) {
  std::set<std::string> arms;
  for (const EvaluationSpec::Comparison& comparison : spec.evaluation().comparisons()) {
    arms.insert({comparison.arm(), comparison.baseline()});
  }
  return arms;
}

// Answers of one arm: (question, setting) -> text.
using Answers = std::map<std::pair<int64_t, std::string>, std::string>;

absl::StatusOr<Answers> LoadAnswers(const Pipeline& pipeline, const std::string& arm) {
  ASSIGN_OR_RETURN(const auto lines, evaluation::ReadModelAnswers(pipeline.run->PathOf(AnswersFile(arm))));
  Answers answers;
  for (const evaluation::ModelAnswer& line : lines) {
    answers[{line.question_id, line.setting}] = line.choices[0].turns[0];
  }
  return answers;
}

// Every comparison on every question in one setting.
std::vector<Match> Matches(const Pipeline& pipeline, int setting_index,
                           const std::vector<EvaluationQuestion>& questions,
                           const std::map<std::string, Answers>& answers) {
  const EvaluationSpec& evaluation = pipeline.spec.evaluation();
  const std::string setting = SettingName(evaluation.settings(setting_index));
  std::vector<Match> matches;
  for (const EvaluationSpec::Comparison& comparison : evaluation.comparisons()) {
    for (const EvaluationQuestion& question : questions) {
      Match match{comparison.arm(), comparison.baseline(), setting, {}};
      match.contest.question_id = question.id;
      match.contest.category = question.category;
      match.contest.turns = {question.text};
      match.contest.constitution = question.constitutions[setting_index];
      match.contest.first = {answers.at(comparison.arm()).at({question.id, setting})};
      match.contest.second = {answers.at(comparison.baseline()).at({question.id, setting})};
      matches.push_back(std::move(match));
    }
  }
  return matches;
}

// Language models may fall silent: what they said is kept, and the stage is done when nothing is left to ask.
absl::Status CheckComplete(const NamedJudge& judge, const evaluation::Games& games) {
  if (judge.made.language_model == nullptr) return absl::OkStatus();
  const auto& counts = judge.made.language_model->counts();
  if (counts.no_reply + counts.unfit == 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("judge ", judge.name, " gave no reply in ", counts.no_reply + counts.unfit,
                                             " games; ", games.missing.front(),
                                             "; run again, and only those are asked for"));
}

// What the judge's file of exchanges has to say, and what asking has cost.
void Tell(const NamedJudge& judge, const std::string& what) {
  if (!what.empty()) std::fprintf(stderr, "judge %s: %s\n", judge.name.c_str(), what.c_str());
}

absl::Status JudgeAll(const Pipeline& pipeline) {
  ASSIGN_OR_RETURN(const std::vector<EvaluationQuestion> questions, EvaluationQuestions(pipeline));
  std::map<std::string, Answers> answers;
  for (const std::string& arm : ComparedArms(pipeline.spec)) {
    ASSIGN_OR_RETURN(answers[arm], LoadAnswers(pipeline, arm));
  }
  const EvaluationSpec& evaluation = pipeline.spec.evaluation();
  for (size_t j = 0; j < JudgeNames(evaluation).size(); ++j) {
    ASSIGN_OR_RETURN(const NamedJudge judge, MakePipelineJudge(pipeline, j));
    if (judge.made.language_model != nullptr) Tell(judge, judge.made.language_model->recording().note());
    for (int s = 0; s < evaluation.settings_size(); ++s) {
      ASSIGN_OR_RETURN(
          const evaluation::Games games,
          evaluation::PlayBothOrders(*judge.made.judge, Matches(pipeline, s, questions, answers), judge.repeats));
      if (judge.made.cost) Tell(judge, judge.made.cost());
      RETURN_IF_ERROR(CheckComplete(judge, games));
      const std::string warning = evaluation::PositionWarning(evaluation::CountGames(games.judgments));
      if (!warning.empty()) std::fprintf(stderr, "warning: judge %s: %s\n", judge.name.c_str(), warning.c_str());
      RETURN_IF_ERROR(evaluation::WritePairJudgments(
          pipeline.run->PathOf(JudgmentsFile(judge.name, SettingName(evaluation.settings(s)))), games.judgments));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status JudgeAnswers(const Pipeline& pipeline) {
  const EvaluationSpec& evaluation = pipeline.spec.evaluation();
  std::vector<std::string> inputs = {ConstitutionsInput(pipeline), QueriesInput(pipeline)};
  std::vector<StageOutput> outputs;
  for (const std::string& arm : ComparedArms(pipeline.spec)) inputs.push_back(AnswersFile(arm));
  for (const auto& judge : evaluation.language_model_judges()) inputs.push_back(absl::StrCat("judge/", judge.name()));
  for (const std::string& judge : JudgeNames(evaluation)) {
    for (const int setting : evaluation.settings()) outputs.emplace_back(JudgmentsFile(judge, SettingName(setting)));
  }
  const std::string settings = SettingsOf(pipeline, evaluation, evaluation.prompts());
  return RunPipelineStage(pipeline, {"judgments", ""}, settings, inputs, outputs,
                          [&](const std::string&) { return JudgeAll(pipeline); });
}

}  // namespace experiments

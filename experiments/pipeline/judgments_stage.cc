// Stage 4: the verdicts of a comparison by a rule or language model, in both orders, as FastChat's pair judgments: a
// file a setting. Each comparison by each judge is a stage of its own, so that one more leaves the others as they are.
#include <cstdio>
#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "evaluation/formats/fastchat.h"
#include "evaluation/match/games.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/inputs/evaluation_items.h"
#include "experiments/inputs/judges.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::evaluation::Match;
using ::sami_harness::EvaluationSpec;

// Answers of one arm: (question, setting) -> text.
using Answers = std::map<std::pair<int64_t, std::string>, std::string>;

absl::StatusOr<Answers> LoadAnswers(const Pipeline& pipeline, const EvaluationSpec& evaluation,
                                    const std::string& arm) {
  Answers answers;
  for (const int setting : evaluation.settings()) {
    const std::string file = AnswersFile(evaluation.name(), arm, SettingName(setting));
    ASSIGN_OR_RETURN(const auto lines, ::evaluation::ReadModelAnswers(pipeline.run->PathOf(file)));
    for (const ::evaluation::ModelAnswer& line : lines) {
      answers[{line.question_id, line.setting}] = line.choices[0].turns[0];
    }
  }
  return answers;
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

// One comparison by one judge.
struct Trial {
  const Pipeline& pipeline;
  const EvaluationSpec& evaluation;
  const sami_harness::Comparison& comparison;

  std::string FileOf(const std::string& judge, int setting) const {
    return JudgmentsFile(evaluation.name(), ComparisonName(comparison), judge, SettingName(setting));
  }

  // Every question in one setting.
  std::vector<Match> Matches(int setting_index, const std::vector<EvaluationQuestion>& questions, const Answers& first,
                             const Answers& second) const {
    const std::string setting = SettingName(evaluation.settings(setting_index));
    std::vector<Match> matches;
    for (const EvaluationQuestion& question : questions) {
      Match match{comparison.arm(), comparison.baseline(), setting, {}};
      match.contest.question_id = question.id;
      match.contest.category = question.category;
      match.contest.turns = {question.text};
      match.contest.constitution = question.constitutions[setting_index];
      match.contest.first = {first.at({question.id, setting})};
      match.contest.second = {second.at({question.id, setting})};
      matches.push_back(std::move(match));
    }
    return matches;
  }

  absl::Status Judge(const NamedJudge& judge) const {
    ASSIGN_OR_RETURN(const std::vector<EvaluationQuestion> questions, EvaluationQuestions(pipeline, evaluation));
    ASSIGN_OR_RETURN(const Answers first, LoadAnswers(pipeline, evaluation, comparison.arm()));
    ASSIGN_OR_RETURN(const Answers second, LoadAnswers(pipeline, evaluation, comparison.baseline()));
    for (int s = 0; s < evaluation.settings_size(); ++s) {
      ASSIGN_OR_RETURN(
          const ::evaluation::Games games,
          ::evaluation::PlayBothOrders(*judge.made.judge, Matches(s, questions, first, second), judge.repeats));
      if (judge.made.cost) Tell(judge, judge.made.cost());
      RETURN_IF_ERROR(CheckComplete(judge, games));
      for (const std::string& warning : {evaluation::MissingWarning(games.judgments),
                                         evaluation::PositionWarning(evaluation::CountGames(games.judgments))}) {
        if (!warning.empty()) std::fprintf(stderr, "warning: judge %s: %s\n", judge.name.c_str(), warning.c_str());
      }
      RETURN_IF_ERROR(evaluation::WritePairJudgments(pipeline.run->PathOf(FileOf(judge.name, evaluation.settings(s))),
                                                     games.judgments));
    }
    return absl::OkStatus();
  }
};

// What of an evaluation the verdicts of one comparison by its judge number `index` depend on.
EvaluationSpec Judged(const EvaluationSpec& evaluation, const sami_harness::Comparison& comparison, int index) {
  EvaluationSpec judged;
  *judged.mutable_settings() = evaluation.settings();
  if (evaluation.has_seed()) judged.set_seed(evaluation.seed());  // of the constitutions
  *judged.add_comparisons() = comparison;
  if (index < evaluation.judges_size()) {
    judged.add_judges(evaluation.judges(index));
  } else {
    *judged.add_language_model_judges() = evaluation.language_model_judges(index - evaluation.judges_size());
  }
  return judged;
}

}  // namespace

absl::Status JudgeAnswers(const Pipeline& pipeline, const EvaluationSpec& evaluation) {
  const std::vector<std::string> names = JudgeNames(evaluation);
  for (int j = 0; j < static_cast<int>(names.size()); ++j) {
    std::unique_ptr<NamedJudge> judge;  // made for the first comparison that is not there, kept for the others
    for (const sami_harness::Comparison& comparison : evaluation.comparisons()) {
      const Trial trial = {pipeline, evaluation, comparison};
      std::vector<std::string> inputs;
      AddConstitutions(pipeline, evaluation.constitutions(), &inputs);
      inputs.push_back(absl::StrCat("queries/", evaluation.queries()));
      for (const int setting : evaluation.settings()) {
        inputs.push_back(AnswersFile(evaluation.name(), comparison.arm(), SettingName(setting)));
        inputs.push_back(AnswersFile(evaluation.name(), comparison.baseline(), SettingName(setting)));
      }
      if (j >= evaluation.judges_size()) inputs.push_back(JudgeInput(evaluation, names[j]));
      std::vector<StageOutput> outputs;
      for (const int setting : evaluation.settings()) {
        outputs.emplace_back(trial.FileOf(names[j], setting),
                             JudgmentsFile("evaluation", "comparison", "judge", SettingName(setting)));
      }
      const EvaluationSpec judged = Judged(evaluation, comparison, j);
      const auto work = [&](const std::string&) -> absl::Status {
        if (judge == nullptr) {
          ASSIGN_OR_RETURN(NamedJudge made, MakePipelineJudge(pipeline, evaluation, j));
          judge = std::make_unique<NamedJudge>(std::move(made));
          if (judge->made.language_model != nullptr) Tell(*judge, judge->made.language_model->recording().note());
        }
        return trial.Judge(*judge);
      };
      const std::string subject = absl::StrCat(evaluation.name(), ".", names[j], ".", ComparisonName(comparison));
      RETURN_IF_ERROR(
          RunPipelineStage(pipeline, {"judgments", subject}, SettingsOf(pipeline, {&judged}), inputs, outputs, work));
    }
  }
  return absl::OkStatus();
}

}  // namespace experiments

#include "experiments/inputs/evaluation_items.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "base/status.h"
#include "experiments/inputs/asking.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/spec/nodes.h"
#include "sami/constitution.h"

namespace experiments {
namespace {

using ::sami_harness::EvaluationSpec;

absl::Status AddConstitutions(const Pipeline& pipeline, const EvaluationSpec& evaluation,
                              EvaluationQuestion* question) {
  for (const int setting : evaluation.settings()) {
    const bool is_mixed = setting == EvaluationSpec::STEERING;
    const std::string drawn = SettingName(is_mixed ? EvaluationSpec::STEERING : EvaluationSpec::POSITIVE);
    base::RandomStream stream(SeedOf(pipeline.spec, evaluation), absl::StrCat("evaluation/constitution/", drawn),
                              question->id);
    ASSIGN_OR_RETURN(const std::vector<datasets::Principle> principles,
                     DrawPrinciples(pipeline, evaluation.constitutions(), question->category, stream));
    question->constitutions.push_back(is_mixed ? sami::MixedConstitution(principles, stream)
                                               : sami::PositiveConstitution(principles, stream));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<EvaluationQuestion>> EvaluationQuestions(const Pipeline& pipeline,
                                                                    const EvaluationSpec& evaluation) {
  std::vector<EvaluationQuestion> questions;
  for (const Query& query : pipeline.queries.at(evaluation.queries())) {
    questions.push_back({query.id, query.source, query.category, query.text, {}});
  }
  for (EvaluationQuestion& question : questions) {
    RETURN_IF_ERROR(AddConstitutions(pipeline, evaluation, &question));
  }
  return questions;
}

std::string EvaluationPrompt(const Pipeline& pipeline, const EvaluationSpec& evaluation,
                             const EvaluationQuestion& question, int setting_index) {
  const sami_harness::Prompts& prompts = PromptsOf(pipeline, evaluation.prompts());
  const bool is_unprompted = evaluation.settings(setting_index) == EvaluationSpec::UNPROMPTED;
  return WithResponseStart(
      prompts, sami::BuildPrompt(question.constitutions[setting_index], question.text,
                                 is_unprompted ? prompts.without_constitution() : prompts.with_constitution()));
}

absl::StatusOr<std::vector<std::string>> EvaluationPrompts(const Pipeline& pipeline, const EvaluationSpec& evaluation) {
  ASSIGN_OR_RETURN(const std::vector<EvaluationQuestion> questions, EvaluationQuestions(pipeline, evaluation));
  std::vector<std::string> prompts;
  for (const EvaluationQuestion& question : questions) {
    for (int s = 0; s < evaluation.settings_size(); ++s) {
      prompts.push_back(EvaluationPrompt(pipeline, evaluation, question, s));
    }
  }
  return prompts;
}

std::string SettingName(int setting) {
  return absl::AsciiStrToLower(EvaluationSpec::Setting_Name(static_cast<EvaluationSpec::Setting>(setting)));
}

std::string JudgeName(int judge) {
  return absl::AsciiStrToLower(EvaluationSpec::Judge_Name(static_cast<EvaluationSpec::Judge>(judge)));
}

std::vector<std::string> JudgeNames(const EvaluationSpec& evaluation) {
  std::vector<std::string> names;
  for (const int judge : evaluation.judges()) names.push_back(JudgeName(judge));
  for (const auto& judge : evaluation.language_model_judges()) names.push_back(judge.name());
  return names;
}

}  // namespace experiments

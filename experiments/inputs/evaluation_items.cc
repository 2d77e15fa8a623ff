#include "experiments/inputs/evaluation_items.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "base/status.h"
#include "datasets/mt_bench/questions.h"
#include "sami/constitution.h"

namespace experiments {
namespace {

using ::sami_harness::EvaluationSpec;

absl::StatusOr<std::vector<embedded::Question>> EmbeddedQuestions(const EvaluationSpec& evaluation) {
  return embedded::DrawQuestions(evaluation.held_out() ? embedded::Split::kHeldOut : embedded::Split::kTest,
                                 evaluation.num_questions(), kSuiteSeed);
}

absl::Status AddConstitutions(const Pipeline& pipeline, EvaluationQuestion* question) {
  for (const int setting : pipeline.spec.evaluation().settings()) {
    base::RandomStream stream(pipeline.spec.seed(), absl::StrCat("evaluation/constitution/", SettingName(setting)),
                              question->id);
    ASSIGN_OR_RETURN(const std::vector<datasets::Principle> principles,
                     sami::DrawPrinciples(pipeline.principles, question->category,
                                          pipeline.spec.data().principles_per_constitution(), stream));
    question->constitutions.push_back(setting == EvaluationSpec::POSITIVE
                                          ? sami::PositiveConstitution(principles, stream)
                                          : sami::MixedConstitution(principles, stream));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<EvaluationQuestion>> EvaluationQuestions(const Pipeline& pipeline) {
  std::vector<EvaluationQuestion> questions;
  if (pipeline.questions_file.empty()) {
    ASSIGN_OR_RETURN(const auto drawn, EmbeddedQuestions(pipeline.spec.evaluation()));
    for (const embedded::Question& question : drawn) {
      questions.push_back({question.id, std::string(embedded::CategoryName(question.category)), question.text, {}});
    }
  } else {
    ASSIGN_OR_RETURN(const auto loaded, datasets::ReadMtBenchQuestions(pipeline.questions_file));
    for (const datasets::MtBenchQuestion& question : loaded) {
      if (static_cast<int64_t>(questions.size()) == pipeline.spec.evaluation().num_questions()) break;
      questions.push_back({question.id, question.category, question.turns[0], {}});
    }
  }
  for (EvaluationQuestion& question : questions) RETURN_IF_ERROR(AddConstitutions(pipeline, &question));
  return questions;
}

absl::StatusOr<std::map<int64_t, embedded::AnswerKey>> AnswerKeys(const Pipeline& pipeline) {
  std::map<int64_t, embedded::AnswerKey> keys;
  if (!pipeline.questions_file.empty()) return keys;
  ASSIGN_OR_RETURN(const auto drawn, EmbeddedQuestions(pipeline.spec.evaluation()));
  for (const embedded::Question& question : drawn) keys[question.id] = question.answer;
  return keys;
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

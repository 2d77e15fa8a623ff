// Stage 3: the evaluation questions, and every arm's answers to them, in FastChat's formats: a line a question, and in
// a file for each setting a line a question.
#include "absl/algorithm/container.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "evaluation/formats/fastchat.h"
#include "experiments/inputs/asking.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/inputs/evaluation_items.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/text_writer.h"
#include "experiments/run/records.h"
#include "experiments/spec/nodes.h"
#include "sami/constitution.h"

namespace experiments {
namespace {

using ::sami_harness::EvaluationSpec;

absl::Status Answer(const Pipeline& pipeline, const EvaluationSpec& evaluation, const std::string& arm) {
  ASSIGN_OR_RETURN(const std::vector<EvaluationQuestion> questions, EvaluationQuestions(pipeline, evaluation));
  ASSIGN_OR_RETURN(const TextWriter model,
                   TextWriter::Make(pipeline, arm, absl::StrCat(evaluation.name(), "/answers-", arm)));
  std::vector<lm::TextRequest> requests;
  for (int s = 0; s < evaluation.settings_size(); ++s) {
    for (const EvaluationQuestion& question : questions) {
      requests.push_back({EvaluationPrompt(pipeline, evaluation, question, s), static_cast<uint64_t>(question.id),
                          static_cast<uint32_t>(s)});
    }
  }
  lm::TextOptions options;
  options.asking = AskingOf(pipeline, evaluation.prompts());
  options.temperature = evaluation.sampling().temperature();
  options.top_p = evaluation.sampling().top_p();
  options.max_new_tokens = evaluation.sampling().max_new_tokens();
  options.stop.assign(evaluation.sampling().stop().begin(), evaluation.sampling().stop().end());
  options.seed = SeedOf(pipeline.spec, evaluation);
  options.stream = "evaluation/answers";
  options.threads = pipeline.model_threads();
  options.title = absl::StrCat("answers of ", arm);
  ASSIGN_OR_RETURN(const std::vector<lm::GeneratedText> texts,
                   model.Write(requests, options, evaluation.sampling().as_published()));
  const sami_harness::Prompts& prompts = PromptsOf(pipeline, evaluation.prompts());
  auto text = texts.begin();
  for (int s = 0; s < evaluation.settings_size(); ++s) {
    std::vector<::evaluation::ModelAnswer> answers;
    for (const EvaluationQuestion& question : questions) {
      ::evaluation::ModelAnswer answer;
      answer.question_id = question.id;
      answer.model_id = arm;
      answer.category = question.category;
      answer.setting = SettingName(evaluation.settings(s));
      answer.constitution = sami::ConstitutionText(question.constitutions[s]);
      answer.choices = {{{ResponseOf(prompts, text->text)}, text->finished ? "stop" : "length", text->num_tokens}};
      ++text;
      answers.push_back(std::move(answer));
    }
    const std::string file = AnswersFile(evaluation.name(), arm, SettingName(evaluation.settings(s)));
    RETURN_IF_ERROR(::evaluation::WriteModelAnswers(pipeline.run->PathOf(file), answers));
  }
  return absl::OkStatus();
}

absl::Status Ask(const Pipeline& pipeline, const EvaluationSpec& evaluation) {
  ASSIGN_OR_RETURN(const std::vector<EvaluationQuestion> questions, EvaluationQuestions(pipeline, evaluation));
  std::vector<AskedQuestion> asked;
  for (const EvaluationQuestion& question : questions) {
    asked.push_back({question.id, question.source, question.category, {question.text}});
  }
  return WriteLines(pipeline.run->PathOf(QuestionsFile(evaluation.name())), asked);
}

}  // namespace

absl::Status WriteQuestions(const Pipeline& pipeline, const EvaluationSpec& evaluation) {
  return RunPipelineStage(pipeline, {"questions", evaluation.name()}, "",
                          {absl::StrCat("queries/", evaluation.queries())},
                          {{QuestionsFile(evaluation.name()), QuestionsFile("evaluation")}},
                          [&](const std::string&) { return Ask(pipeline, evaluation); });
}

absl::Status AnswerQuestions(const Pipeline& pipeline, const EvaluationSpec& evaluation, const std::string& arm) {
  // What is done with the answers has no part in them.
  EvaluationSpec asked;
  *asked.mutable_settings() = evaluation.settings();
  *asked.mutable_sampling() = evaluation.sampling();
  if (evaluation.has_seed()) asked.set_seed(evaluation.seed());
  std::string settings = absl::StrCat(SettingsOf(pipeline, asked, evaluation.prompts()), "arm: ", arm, "\n");
  if (absl::c_linear_search(evaluation.settings(), EvaluationSpec::UNPROMPTED)) {
    const std::string& wording = PromptsOf(pipeline, evaluation.prompts()).without_constitution();
    absl::StrAppend(&settings, "without: ", absl::CEscape(wording), "\n");
  }
  std::vector<std::string> inputs = {ModelInput(pipeline, arm)};
  AddConstitutions(pipeline, evaluation.constitutions(), &inputs);
  inputs.push_back(absl::StrCat("queries/", evaluation.queries()));
  std::vector<StageOutput> outputs;
  for (const int setting : evaluation.settings()) {
    outputs.emplace_back(AnswersFile(evaluation.name(), arm, SettingName(setting)),
                         AnswersFile("evaluation", "arm", SettingName(setting)));
  }
  return RunPipelineStage(pipeline, {"answers", absl::StrCat(evaluation.name(), ".", arm)}, settings, inputs, outputs,
                          [&](const std::string&) { return Answer(pipeline, evaluation, arm); });
}

}  // namespace experiments

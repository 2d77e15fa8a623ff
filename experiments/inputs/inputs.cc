#include "experiments/inputs/inputs.h"

#include <torch/version.h>

#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "base/status.h"
#include "datasets/constitutions/constitutions.h"
#include "datasets/embedded/questions.h"
#include "datasets/embedded/style.h"
#include "datasets/sources/find_input.h"
#include "datasets/sources/pinned.h"
#include "evaluation/judges/rule_judge.h"
#include "experiments/inputs/accuracy_items.h"
#include "experiments/inputs/evaluation_items.h"
#include "experiments/inputs/judges.h"
#include "experiments/inputs/training_questions.h"
#include "experiments/spec/results_version.h"

namespace experiments {
namespace {

absl::Status FindModel(const std::string& field, const sami_harness::ModelSpec& model, std::string* folder,
                       std::string* hash) {
  ASSIGN_OR_RETURN(*folder, datasets::FindInput(absl::StrCat(field, ".folder"), model.folder()));
  ASSIGN_OR_RETURN(*hash, base::Sha256HexOfFolder(*folder));
  return absl::OkStatus();
}

absl::Status FindBaseModel(Pipeline* pipeline) {
  return FindModel("base_model", pipeline->spec.base_model(), &pipeline->base_folder,
                   &pipeline->input_hashes["base_model"]);
}

absl::Status FindGeneratorModel(Pipeline* pipeline) {
  return FindModel("generator_model", pipeline->spec.generator_model(), &pipeline->generator_folder,
                   &pipeline->input_hashes["generator_model"]);
}

absl::Status FindPrinciples(Pipeline* pipeline) {
  const std::string& file = pipeline->spec.data().constitutions();
  std::string& hash = pipeline->input_hashes["constitutions"];
  if (file.empty()) {
    pipeline->principles = embedded::Principles();
    std::string text;
    for (const datasets::Principle& principle : pipeline->principles) {
      absl::StrAppend(&text, principle.id, "\n", principle.text, "\n", principle.antitheses[0], "\n");
    }
    hash = base::Sha256Hex(text);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string path, datasets::FindInput("data.constitutions", file));
  ASSIGN_OR_RETURN(pipeline->principles, datasets::ReadPrinciples(path));
  ASSIGN_OR_RETURN(hash, base::Sha256HexOfFile(path));
  return absl::OkStatus();
}

absl::Status FindQuestions(Pipeline* pipeline) {
  const sami_harness::EvaluationSpec& evaluation = pipeline->spec.evaluation();
  if (evaluation.questions() == sami_harness::EvaluationSpec::MT_BENCH) {
    if (evaluation.questions_file().empty()) {
      ASSIGN_OR_RETURN(pipeline->questions_file, datasets::PinnedFile("mt_bench/question.jsonl"));
    } else {
      ASSIGN_OR_RETURN(pipeline->questions_file,
                       datasets::FindInput("evaluation.questions_file", evaluation.questions_file()));
    }
  }
  if (evaluation.mutual_information_queries() > 0 && pipeline->spec.has_evaluation()) {
    RETURN_IF_ERROR(
        embedded::DrawQuestions(embedded::Split::kHeldOut, evaluation.mutual_information_queries(), kSuiteSeed)
            .status());
  }
  for (const int judge : evaluation.judges()) {
    if (judge == sami_harness::EvaluationSpec::PRINCIPLE) {
      RETURN_IF_ERROR(::evaluation::KnowsPrinciples(pipeline->principles));
    }
  }
  // Asks for the questions once, so that a file that is wrong stops the run before anything is trained.
  ASSIGN_OR_RETURN(const auto questions, EvaluationQuestions(*pipeline));
  std::string text;
  for (const EvaluationQuestion& question : questions) {
    absl::StrAppend(&text, question.id, "\n", question.category, "\n", question.text, "\n");
  }
  pipeline->input_hashes["questions"] = base::Sha256Hex(text);
  return absl::OkStatus();
}

// A file in GSM-8K's format: the user's, or the pinned one.
absl::Status FindProblems(const std::string& field, const std::string& file, const char* pinned, std::string* path) {
  if (file.empty()) {
    ASSIGN_OR_RETURN(*path, datasets::PinnedFile(pinned));
  } else {
    ASSIGN_OR_RETURN(*path, datasets::FindInput(field, file));
  }
  return absl::OkStatus();
}

absl::Status FindTrainingQuestions(Pipeline* pipeline) {
  const sami_harness::DataSpec& data = pipeline->spec.data();
  if (data.questions() != sami_harness::DataSpec::GSM8K) return absl::OkStatus();
  std::string& path = pipeline->training_questions_file;
  RETURN_IF_ERROR(FindProblems("data.questions_file", data.questions_file(), "gsm8k/train.jsonl", &path));
  ASSIGN_OR_RETURN(pipeline->input_hashes["training_questions"], base::Sha256HexOfFile(path));
  return TrainingQuestions(*pipeline).status();
}

absl::Status FindAccuracyQuestions(Pipeline* pipeline) {
  if (!pipeline->spec.has_accuracy()) return absl::OkStatus();
  const sami_harness::AccuracySpec& accuracy = pipeline->spec.accuracy();
  if (accuracy.questions() != sami_harness::AccuracySpec::WORD_PROBLEMS) {
    const bool test = accuracy.questions() == sami_harness::AccuracySpec::GSM8K_TEST;
    RETURN_IF_ERROR(FindProblems("accuracy.questions_file", accuracy.questions_file(),
                                 test ? "gsm8k/test.jsonl" : "gsm8k/train.jsonl", &pipeline->accuracy_questions_file));
  }
  ASSIGN_OR_RETURN(const std::vector<AccuracyQuestion> questions, AccuracyQuestions(*pipeline));
  std::string text;
  for (const AccuracyQuestion& question : questions) {
    absl::StrAppend(&text, question.id, "\n", question.text, "\n", question.answer, "\n");
  }
  pipeline->input_hashes["accuracy_questions"] = base::Sha256Hex(text);
  return absl::OkStatus();
}

}  // namespace

absl::Status FindInputs(Pipeline* pipeline) {
  RETURN_IF_ERROR(FindBaseModel(pipeline));
  RETURN_IF_ERROR(FindGeneratorModel(pipeline));
  return FindTexts(pipeline);
}

absl::Status FindTexts(Pipeline* pipeline) {
  RETURN_IF_ERROR(FindPrinciples(pipeline));
  RETURN_IF_ERROR(FindJudges(pipeline));
  RETURN_IF_ERROR(FindTrainingQuestions(pipeline));
  RETURN_IF_ERROR(FindAccuracyQuestions(pipeline));
  return FindQuestions(pipeline);
}

std::vector<absl::Status> FindEachInput(Pipeline* pipeline) {
  std::vector<absl::Status> errors;
  const auto find = [&](absl::Status (*part)(Pipeline*)) {
    const absl::Status status = part(pipeline);
    if (!status.ok()) errors.push_back(status);
    return status.ok();
  };
  find(FindBaseModel);
  find(FindGeneratorModel);
  const bool has_principles = find(FindPrinciples);
  find(FindJudges);
  find(FindTrainingQuestions);
  find(FindAccuracyQuestions);
  // Questions are asked under constitutions, of the principles.
  if (has_principles) find(FindQuestions);
  return errors;
}

sami_harness::RunRecord RunRecordOf(const Pipeline& pipeline) {
  sami_harness::RunRecord record;
  for (const auto& [name, hash] : pipeline.input_hashes) {
    sami_harness::InputRecord* input = record.add_inputs();
    input->set_name(name);
    input->set_sha256(hash);
  }
  record.set_seed(pipeline.spec.seed());
  record.set_results_version(kResultsVersion);
  sami_harness::LibraryRecord* torch = record.add_libraries();
  torch->set_name("libtorch");
  torch->set_version(TORCH_VERSION);
  return record;
}

}  // namespace experiments

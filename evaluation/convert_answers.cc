// convert_answers: answers in FastChat's format as AlpacaEval's model outputs, and the other way round.
#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/main/main.h"
#include "base/outputs/outputs.h"
#include "base/program.h"
#include "base/status.h"
#include "datasets/mt_bench/questions.h"
#include "evaluation/formats/fastchat.h"
#include "evaluation/formats/model_outputs.h"

ABSL_FLAG(std::string, answers, "", "FastChat's model_answer of one model: becomes AlpacaEval's model outputs, --out.");
ABSL_FLAG(std::string, questions, "", "With --answers: FastChat's question.jsonl, which has what was asked.");
ABSL_FLAG(std::string, model_outputs, "", "AlpacaEval's model outputs of one model: become FastChat's answers, --out.");
ABSL_FLAG(std::string, questions_out, "", "With --model_outputs: FastChat's question.jsonl, with the answers' ids.");
ABSL_FLAG(std::string, out, "", "The file to write.");

namespace evaluation {
namespace {

absl::Status ToAlpacaEval(const std::string& out) {
  if (absl::GetFlag(FLAGS_questions).empty()) {
    return absl::InvalidArgumentError("--answers needs --questions=question.jsonl: answers do not say what was asked");
  }
  const std::string answers_path = base::UserPath(absl::GetFlag(FLAGS_answers));
  const std::string questions_path = base::UserPath(absl::GetFlag(FLAGS_questions));
  RETURN_IF_ERROR(base::CheckOutputFile(out, {answers_path, questions_path}, "\"generator\""));
  ASSIGN_OR_RETURN(const std::vector<ModelAnswer> answers, ReadModelAnswers(answers_path));
  ASSIGN_OR_RETURN(const auto questions, datasets::ReadMtBenchQuestions(questions_path));
  LeftOut left_out;
  ASSIGN_OR_RETURN(const std::vector<ModelOutput> outputs, ToModelOutputs(answers, questions, &left_out));
  RETURN_IF_ERROR(WriteModelOutputs(out, outputs));
  const auto say = [](int64_t count, const char* what) {
    if (count > 0)
      std::fprintf(stderr, "left out, as model outputs have no place for them: %s: %lld\n", what,
                   static_cast<long long>(count));
  };
  say(left_out.turns, "further turns of answers");
  say(left_out.choices, "further choices of answers");
  if (left_out.questions > 0) {
    std::fprintf(stderr, "questions without an answer: %lld\n", static_cast<long long>(left_out.questions));
  }
  return absl::OkStatus();
}

absl::Status FromAlpacaEval(const std::string& out) {
  const std::string path = base::UserPath(absl::GetFlag(FLAGS_model_outputs));
  const std::string questions = base::UserPath(absl::GetFlag(FLAGS_questions_out));
  if (absl::GetFlag(FLAGS_questions_out).empty()) {
    return absl::InvalidArgumentError(
        "--model_outputs needs --questions_out=FILE: answers name questions by their ids");
  }
  RETURN_IF_ERROR(base::CheckOutputFile(out, {path, questions}, "\"model_id\""));
  RETURN_IF_ERROR(base::CheckOutputFile(questions, {path, out}, "\"turns\""));
  ASSIGN_OR_RETURN(const std::vector<ModelOutput> outputs, ReadModelOutputs(path));
  ASSIGN_OR_RETURN(const AnsweredQuestions all, FromModelOutputs(outputs));
  RETURN_IF_ERROR(WriteQuestions(questions, all.questions));
  return WriteModelAnswers(out, all.answers);
}

constexpr char kUsage[] =
    "Turns FastChat's answers into AlpacaEval's model outputs, and back.\n\n"
    "Usage: sami convert-answers --answers=answers.jsonl --questions=question.jsonl --out=outputs.json\n"
    "       sami convert-answers --model_outputs=outputs.json --questions_out=question.jsonl "
    "--out=answers.jsonl\n\n"
    "A file is of one model. AlpacaEval has one turn and one output an instruction: what else answers\n"
    "have is left out, and counted.";

absl::Status Run() {
  if (absl::GetFlag(FLAGS_out).empty()) return absl::InvalidArgumentError("name the file to write with --out=FILE");
  const std::string out = base::UserPath(absl::GetFlag(FLAGS_out));
  const bool has_answers = !absl::GetFlag(FLAGS_answers).empty();
  if (has_answers == !absl::GetFlag(FLAGS_model_outputs).empty()) {
    return absl::InvalidArgumentError("give one of --answers=FILE and --model_outputs=FILE");
  }
  return has_answers ? ToAlpacaEval(out) : FromAlpacaEval(out);
}

}  // namespace
}  // namespace evaluation

int main(int argc, char** argv) { return base::RunMain(argc, argv, evaluation::kUsage, evaluation::Run); }

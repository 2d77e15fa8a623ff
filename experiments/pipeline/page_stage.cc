// Stage 6: all that a run has found, as report.html and figures/.
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "experiments/pipeline/accuracy_items.h"
#include "experiments/pipeline/evaluation_items.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/report/report.h"

namespace experiments {
namespace {

constexpr char kQuestionsFile[] = "questions.jsonl";

// What was asked, in FastChat's question format: its tools need it beside the answers, and so does the report.
absl::Status WriteQuestions(const Pipeline& pipeline) {
  ASSIGN_OR_RETURN(const std::vector<EvaluationQuestion> questions, EvaluationQuestions(pipeline));
  std::vector<base::OrderedJson> lines;
  for (const EvaluationQuestion& question : questions) {
    lines.push_back({{"question_id", question.id},
                     {"category", question.category},
                     {"turns", base::OrderedJson::array({question.text})}});
  }
  return base::WriteJsonLines(pipeline.run->PathOf(kQuestionsFile), lines);
}

// Every file of the run that the page shows.
std::vector<std::string> Inputs(const Pipeline& pipeline) {
  const sami_harness::EvaluationSpec& evaluation = pipeline.spec.evaluation();
  std::vector<std::string> inputs;
  for (const std::string& arm : ArmNames(pipeline.spec)) {
    if (arm != kBaseArm) inputs.push_back(absl::StrCat("metrics/", arm, ".jsonl"));
    if (pipeline.spec.has_accuracy()) inputs.push_back(AttemptsFile(arm));
    if (!pipeline.spec.has_evaluation()) continue;
    inputs.push_back(absl::StrCat("answers/", arm, ".jsonl"));
    if (evaluation.mutual_information_queries() > 0) inputs.push_back(absl::StrCat("information/", arm, ".jsonl"));
  }
  if (pipeline.spec.has_accuracy()) inputs.insert(inputs.end(), {"accuracy", "lm_eval"});
  if (!pipeline.spec.has_evaluation()) return inputs;
  inputs.insert(inputs.end(), {kQuestionsFile, "tables"});
  for (const int judge : evaluation.judges()) {
    for (const int setting : evaluation.settings()) inputs.push_back(JudgmentsFile(judge, setting));
  }
  return inputs;
}

absl::Status Write(const Pipeline& pipeline) {
  ReportOptions options;
  options.with_record = false;
  ASSIGN_OR_RETURN(const Report report, MakeReport({pipeline.run->path()}, options));
  RETURN_IF_ERROR(WriteFigures(report.figures, pipeline.run->PathOf("figures")));
  return base::WriteFileAtomically(pipeline.run->PathOf("report.html"), report.html);
}

}  // namespace

absl::Status WritePage(const Pipeline& pipeline) {
  if (pipeline.spec.has_evaluation()) {
    RETURN_IF_ERROR(RunPipelineStage(pipeline, "questions", {"questions"}, {kQuestionsFile},
                                     [&](const std::string&) { return WriteQuestions(pipeline); }));
  }
  return RunPipelineStage(pipeline, kPageStage, Inputs(pipeline), {"figures", "report.html"},
                          [&](const std::string&) { return Write(pipeline); });
}

}  // namespace experiments

// Stage 6: all that a run has found, as report.html and figures/.
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "experiments/inputs/evaluation_items.h"
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
  // The page shows what every stage wrote, if only by its hash.
  std::vector<std::string> inputs;
  for (const auto& [output, hash] : pipeline.run->Outputs()) inputs.push_back(output);
  return RunPipelineStage(pipeline, kPageStage, inputs, {"figures", "report.html"},
                          [&](const std::string&) { return Write(pipeline); });
}

}  // namespace experiments

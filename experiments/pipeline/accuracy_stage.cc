// Stage 5b: attempts to accuracy: accuracy/ (tables, curves' numbers) and lm_eval/ (the same attempts in lm-eval's
// formats).
#include "absl/strings/str_cat.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/table.h"
#include "base/file.h"
#include "base/status.h"
#include "evaluation/extraction/rules.h"
#include "experiments/inputs/accuracy_items.h"
#include "experiments/pipeline/accuracy_tables.h"
#include "experiments/pipeline/lm_eval_files.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/run/accuracy_files.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::evaluation::AnswerRule;
using ::evaluation::kAnswerRules;

ScoredArm Score(const std::string& name, const std::vector<Query>& questions,
                const std::vector<std::vector<Attempt>>& attempts) {
  ScoredArm arm;
  arm.arm = name;
  for (const AnswerRule rule : kAnswerRules) {
    std::vector<std::vector<bool>> by_question;
    for (size_t q = 0; q < questions.size(); ++q) {
      std::vector<bool> right;
      for (const Attempt& attempt : attempts[q]) {
        right.push_back(evaluation::IsRightAnswer(rule, attempt.response, questions[q].answer));
      }
      by_question.push_back(std::move(right));
    }
    arm.right.push_back(std::move(by_question));
  }
  double samples = 0, tokens = 0, finished = 0;
  for (const std::vector<Attempt>& of_question : attempts) {
    arm.answers.emplace_back();
    for (const Attempt& attempt : of_question) {
      arm.answers.back().push_back(evaluation::ExtractAnswer(AnswerRule::kDefault, attempt.response));
      if (attempt.attempt == 0) continue;
      ++samples;
      tokens += attempt.num_tokens;
      finished += attempt.finished;
    }
  }
  arm.mean_tokens = tokens / samples;
  arm.finished_share = finished / samples;
  return arm;
}

AccuracyReport EmptyReport(const Pipeline& pipeline, const std::vector<Query>& questions) {
  AccuracyReport report;
  for (const Query& question : questions) {
    report.question_ids.push_back(absl::StrCat(question.id));
    report.gold.push_back(
        evaluation::ExtractAnswer(AnswerRule::kDefault, question.answer).value_or(evaluation::kNoAnswer));
  }
  report.terms = TermsOf(pipeline.spec, static_cast<int64_t>(questions.size()));
  report.options.level = report.terms.level;
  report.options.resamples = pipeline.spec.statistics().bootstrap_resamples();
  report.options.seed = pipeline.spec.seed();
  report.options.threads = pipeline.threads;
  return report;
}

absl::Status Write(const Pipeline& pipeline) {
  const auto path = [&](absl::string_view name) { return pipeline.run->PathOf(name); };
  ASSIGN_OR_RETURN(const std::vector<Query> questions, AccuracyQuestions(pipeline));
  AccuracyReport report = EmptyReport(pipeline, questions);
  for (const std::string& arm : ArmNames(pipeline.spec)) {
    ASSIGN_OR_RETURN(const auto attempts, ReadAttempts(pipeline, arm, questions));
    report.arms.push_back(Score(arm, questions, attempts));
    RETURN_IF_ERROR(WriteLmEvalFiles(pipeline, report, report.arms.back(), questions, attempts));
  }
  ASSIGN_OR_RETURN(const std::vector<AccuracyRow> all, AccuracyRows(report));
  RETURN_IF_ERROR(analysis::WriteTable(AccuracyTable(all), path(kAccuracy)));
  ASSIGN_OR_RETURN(const analysis::Table summary, AccuracySummary(report));
  RETURN_IF_ERROR(analysis::WriteTable(summary, path(kAccuracySummary)));
  ASSIGN_OR_RETURN(const std::vector<ExtractionRow> by_rule, ExtractionRows(report));
  const analysis::Table extraction = ExtractionTable(by_rule);
  RETURN_IF_ERROR(analysis::WriteTable(extraction, path(kExtraction)));
  ASSIGN_OR_RETURN(const analysis::LineChart curve, AccuracyCurve(report));
  RETURN_IF_ERROR(analysis::WriteTable(CurveTable(curve), path(kAttemptsCurve)));
  ASSIGN_OR_RETURN(const analysis::LineChart differences, DifferenceCurve(report));
  RETURN_IF_ERROR(analysis::WriteTable(CurveTable(differences), path(kDifferencesCurve)));
  std::string text;
  for (const sami_harness::Data& data : pipeline.spec.data()) {
    if (!IsContrastive(data)) continue;
    ASSIGN_OR_RETURN(const std::string filters, base::ReadFile(path(FiltersFile(data.name()))));
    absl::StrAppend(&text, "Training queries of ", data.name(), " by filter: ", filters);
  }
  absl::StrAppend(&text, "\n", analysis::ToText(summary), "\n", analysis::ToText(extraction), "\n");
  return base::WriteFileAtomically(path(kAccuracySummaryFile), text);
}

}  // namespace

absl::Status WriteAccuracyReport(const Pipeline& pipeline, std::string* summary) {
  std::vector<std::string> inputs = {absl::StrCat("queries/", pipeline.spec.accuracy().queries())};
  for (const sami_harness::Data& data : pipeline.spec.data()) {
    if (IsContrastive(data)) inputs.push_back(FiltersFile(data.name()));
  }
  for (const std::string& arm : ArmNames(pipeline.spec)) inputs.push_back(AttemptsFile(arm));
  RETURN_IF_ERROR(RunPipelineStage(pipeline, {"accuracy", ""}, SettingsOf(pipeline, {&pipeline.spec}), inputs,
                                   {kAccuracyFolder, kLmEvalFolder},
                                   [&](const std::string&) { return Write(pipeline); }));
  ASSIGN_OR_RETURN(*summary, OutputText(pipeline, "accuracy", kAccuracySummaryFile));
  return absl::OkStatus();
}

}  // namespace experiments

// Stage 5b: attempts to accuracy: accuracy/ (tables, curves' numbers) and lm_eval/ (the same attempts in lm-eval's
// formats).
#include "absl/strings/str_cat.h"
#include "analysis/figures/figure.h"
#include "analysis/figures/table.h"
#include "base/file.h"
#include "base/status.h"
#include "evaluation/extraction/rules.h"
#include "experiments/inputs/accuracy_items.h"
#include "experiments/pipeline/lm_eval_files.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/tables/accuracy_tables.h"
#include "experiments/run/accuracy_files.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::evaluation::AnswerRule;
using ::evaluation::kAnswerRules;
using ::sami_harness::AccuracySpec;

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

AccuracyReport EmptyReport(const Pipeline& pipeline, const AccuracySpec& accuracy,
                           const std::vector<Query>& questions) {
  AccuracyReport report;
  for (const Query& question : questions) {
    report.question_ids.push_back(absl::StrCat(question.id));
    report.gold.push_back(
        evaluation::ExtractAnswer(AnswerRule::kDefault, question.answer).value_or(evaluation::kNoAnswer));
  }
  report.terms =
      TermsOf(accuracy, pipeline.spec.statistics().confidence_level(), static_cast<int64_t>(questions.size()));
  report.options.level = report.terms.level;
  report.options.resamples = pipeline.spec.statistics().bootstrap_resamples();
  report.options.seed = SeedOf(pipeline.spec, pipeline.spec.statistics());
  report.options.threads = pipeline.threads;
  return report;
}

absl::Status Write(const Pipeline& pipeline, const AccuracySpec& accuracy) {
  const auto path = [&](absl::string_view name) { return pipeline.run->PathOf(name); };
  const std::string& name = accuracy.name();
  ASSIGN_OR_RETURN(const std::vector<Query> questions, AccuracyQuestions(pipeline, accuracy));
  AccuracyReport report = EmptyReport(pipeline, accuracy, questions);
  for (const std::string& arm : AskedArms(pipeline.spec, accuracy)) {
    ASSIGN_OR_RETURN(const auto attempts, ReadAttempts(pipeline, accuracy, arm, questions));
    report.arms.push_back(Score(arm, questions, attempts));
    RETURN_IF_ERROR(WriteLmEvalFiles(pipeline, accuracy, report, report.arms.back(), questions, attempts));
  }
  ASSIGN_OR_RETURN(const std::vector<AccuracyRow> all, AccuracyRows(report));
  RETURN_IF_ERROR(analysis::WriteTable(AccuracyTable(all), path(AccuracyStem(name))));
  ASSIGN_OR_RETURN(const analysis::Table summary, AccuracySummary(report));
  RETURN_IF_ERROR(analysis::WriteTable(summary, path(AccuracySummaryStem(name))));
  ASSIGN_OR_RETURN(const std::vector<ExtractionRow> by_rule, ExtractionRows(report));
  const analysis::Table extraction = ExtractionTable(by_rule);
  RETURN_IF_ERROR(analysis::WriteTable(extraction, path(ExtractionStem(name))));
  ASSIGN_OR_RETURN(const analysis::LineChart curve, AccuracyCurve(report));
  RETURN_IF_ERROR(analysis::WriteTable(CurveTable(curve), path(AttemptsCurveStem(name))));
  ASSIGN_OR_RETURN(const analysis::LineChart differences, DifferenceCurve(report));
  RETURN_IF_ERROR(analysis::WriteTable(CurveTable(differences), path(DifferencesCurveStem(name))));
  std::string text;
  for (const sami_harness::Data& data : pipeline.spec.data()) {
    if (!IsContrastive(data)) continue;
    ASSIGN_OR_RETURN(const std::string filters, base::ReadFile(path(FiltersFile(data.name()))));
    absl::StrAppend(&text, "Training queries of ", data.name(), " by filter: ", filters);
  }
  absl::StrAppend(&text, "\n", analysis::ToText(summary), "\n", analysis::ToText(extraction), "\n");
  return base::WriteFileAtomically(path(AccuracySummaryFile(name)), text);
}

}  // namespace

absl::Status WriteAccuracyReport(const Pipeline& pipeline, const AccuracySpec& accuracy, std::string* summary) {
  const std::string& name = accuracy.name();
  std::vector<std::string> inputs = {absl::StrCat("queries/", accuracy.queries())};
  for (const sami_harness::Data& data : pipeline.spec.data()) {
    if (IsContrastive(data)) inputs.push_back(FiltersFile(data.name()));
  }
  for (const std::string& arm : AskedArms(pipeline.spec, accuracy)) inputs.push_back(AttemptsFile(name, arm));
  RETURN_IF_ERROR(RunPipelineStage(pipeline, {"accuracy", name}, SettingsOf(pipeline, {&pipeline.spec}), inputs,
                                   {AccuracyFolder(name), LmEvalFolder(name)},
                                   [&](const std::string&) { return Write(pipeline, accuracy); }));
  ASSIGN_OR_RETURN(*summary, OutputText(pipeline, "accuracy_" + name, AccuracySummaryFile(name)));
  return absl::OkStatus();
}

}  // namespace experiments

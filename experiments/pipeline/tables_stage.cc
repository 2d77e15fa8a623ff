// Stage 5: verdicts and information to tables and what the terminal shows.
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/figures/table.h"
#include "analysis/figures/win_rate_tables.h"
#include "analysis/measures/mutual_information.h"
#include "analysis/measures/win_rate.h"
#include "analysis/statistics/bootstrap.h"
#include "analysis/statistics/mean_interval.h"
#include "base/file.h"
#include "base/status.h"
#include "evaluation/formats/fastchat.h"
#include "evaluation/judges/rule_judge.h"
#include "evaluation/match/agreement.h"
#include "evaluation/match/verdicts.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/inputs/evaluation_items.h"
#include "experiments/inputs/queries.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/tables/information_tables.h"
#include "experiments/run/records.h"
#include "experiments/run/tables.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::analysis::BootstrapOptions;
using ::analysis::WinRateRow;
using ::sami_harness::EvaluationSpec;
using ::sami_harness::InformationSpec;

BootstrapOptions Options(const Pipeline& pipeline, absl::string_view stream) {
  BootstrapOptions options;
  options.level = pipeline.spec.statistics().confidence_level();
  options.resamples = pipeline.spec.statistics().bootstrap_resamples();
  options.seed = SeedOf(pipeline.spec, pipeline.spec.statistics());
  options.stream = std::string(stream);
  options.threads = pipeline.threads;
  return options;
}

// Rows of every comparison, setting and judge, in the spec's order.
absl::StatusOr<std::vector<WinRateRow>> AllWinRates(const Pipeline& pipeline, const EvaluationSpec& evaluation) {
  std::vector<WinRateRow> rows;
  for (const std::string& judge : JudgeNames(evaluation)) {
    for (const int setting : evaluation.settings()) {
      for (const sami_harness::Comparison& comparison : evaluation.comparisons()) {
        const std::string name = ComparisonName(comparison);
        ASSIGN_OR_RETURN(const auto judgments, ::evaluation::ReadPairJudgments(pipeline.run->PathOf(JudgmentsFile(
                                                   evaluation.name(), name, judge, SettingName(setting)))));
        std::vector<::evaluation::PairVerdicts> pairs = ::evaluation::GroupVerdicts(judgments);
        if (pairs.empty()) pairs.emplace_back();
        ASSIGN_OR_RETURN(const auto group,
                         analysis::WinRates({name, SettingName(setting), judge}, pairs[0].questions,
                                            pipeline.spec.statistics().confidence_level(), pairs[0].verdicts));
        rows.insert(rows.end(), group.begin(), group.end());
      }
    }
  }
  return rows;
}

// Of each language model with each judge before it in the spec, rules among them.
bool HasAgreement(const EvaluationSpec& evaluation) {
  return evaluation.language_model_judges_size() > 0 && JudgeNames(evaluation).size() > 1;
}

absl::StatusOr<analysis::Table> JudgeAgreement(const Pipeline& pipeline, const EvaluationSpec& evaluation) {
  analysis::Table table = JudgeAgreementForm();
  const std::vector<std::string> judges = JudgeNames(evaluation);
  for (const int setting : evaluation.settings()) {
    std::vector<std::vector<::evaluation::PairJudgment>> judgments(judges.size());
    for (size_t j = 0; j < judges.size(); ++j) {
      for (const sami_harness::Comparison& comparison : evaluation.comparisons()) {
        ASSIGN_OR_RETURN(const auto some,
                         ::evaluation::ReadPairJudgments(pipeline.run->PathOf(JudgmentsFile(
                             evaluation.name(), ComparisonName(comparison), judges[j], SettingName(setting)))));
        judgments[j].insert(judgments[j].end(), some.begin(), some.end());
      }
    }
    for (size_t j = evaluation.judges_size(); j < judges.size(); ++j) {
      for (size_t other = 0; other < j; ++other) {
        ASSIGN_OR_RETURN(const auto agreement,
                         ::evaluation::EstimateAgreement(judgments[j], judgments[other],
                                                         pipeline.spec.statistics().confidence_level()));
        const analysis::Estimate &share = agreement.share, &kappa = agreement.kappa;
        table.rows.push_back({SettingName(setting), judges[j], judges[other], agreement.games, share.n, share.value,
                              share.low, share.high, kappa.value, kappa.low, kappa.high});
      }
    }
  }
  return table;
}

absl::StatusOr<std::vector<analysis::MutualInformationRow>> AllInformation(const Pipeline& pipeline,
                                                                           const InformationSpec& information) {
  std::vector<analysis::MutualInformationSample> samples;
  for (const std::string& arm : AskedArms(pipeline.spec, information)) {
    ASSIGN_OR_RETURN(const auto lines,
                     ReadLines(pipeline.run->PathOf(InformationFile(information.name(), arm)), ParseInformationSample));
    ASSIGN_OR_RETURN(auto sample, InformationOfArm(arm, lines, SeedOf(pipeline.spec, pipeline.spec.statistics())));
    samples.push_back(std::move(sample));
  }
  return analysis::MutualInformation(samples, Options(pipeline, "analysis/mutual_information"));
}

absl::StatusOr<analysis::Table> ByPrinciple(const Pipeline& pipeline, const InformationSpec& information) {
  analysis::Table table = PrincipleInformationForm();
  for (const std::string& arm : AskedArms(pipeline.spec, information)) {
    ASSIGN_OR_RETURN(const auto lines,
                     ReadLines(pipeline.run->PathOf(InformationFile(information.name(), arm)), ParseInformationSample));
    RETURN_IF_ERROR(AddPrincipleInformation(arm, lines, pipeline.spec.statistics().confidence_level(), &table));
  }
  return table;
}

// How each arm does by itself: the share of principles that its answers follow and, where questions have answer keys,
// the share of right answers.
absl::StatusOr<analysis::Table> ArmTable(const Pipeline& pipeline, const EvaluationSpec& evaluation,
                                         std::vector<AnswerScore>* scores) {
  ASSIGN_OR_RETURN(const std::vector<EvaluationQuestion> questions, EvaluationQuestions(pipeline, evaluation));
  ASSIGN_OR_RETURN(const auto keys, AnswerKeys(*FindNode(pipeline.spec.queries(), evaluation.queries())));
  analysis::Table table = ArmsForm();
  const double level = pipeline.spec.statistics().confidence_level();
  const bool has_checkers = ::evaluation::KnowsPrinciples(pipeline.principles.at(evaluation.constitutions())).ok();
  const auto add = [](const analysis::Estimate& estimate, std::vector<analysis::Cell>* row) {
    row->insert(row->end(), {estimate.value, estimate.low, estimate.high});
  };
  for (const std::string& arm : AskedArms(pipeline.spec, evaluation)) {
    for (int s = 0; s < evaluation.settings_size(); ++s) {
      const std::string file = AnswersFile(evaluation.name(), arm, SettingName(evaluation.settings(s)));
      ASSIGN_OR_RETURN(const auto answers, ::evaluation::ReadModelAnswers(pipeline.run->PathOf(file)));
      std::vector<double> adherence, content;
      double tokens = 0;
      for (size_t q = 0; q < questions.size(); ++q) {
        const datasets::Constitution& constitution = questions[q].constitutions[s];
        const ::evaluation::AnswerChoice& choice = answers[q].choices[0];
        tokens += choice.num_tokens;
        AnswerScore score{arm,
                          SettingName(evaluation.settings(s)),
                          questions[q].id,
                          questions[q].category,
                          analysis::kUndefined,
                          analysis::kUndefined};
        if (has_checkers) {
          ASSIGN_OR_RETURN(const int followed, ::evaluation::CountFollowed(constitution, choice.turns[0]));
          score.followed = static_cast<double>(followed) / constitution.clauses.size();
          adherence.push_back(score.followed);
        }
        const auto key = keys.find(questions[q].id);
        if (key != keys.end()) {
          score.right = embedded::IsRight(key->second, choice.turns[0]);
          content.push_back(score.right);
        }
        if (has_checkers || key != keys.end()) scores->push_back(std::move(score));
      }
      const std::string setting = SettingName(evaluation.settings(s));
      std::vector<analysis::Cell> row = {arm, setting};
      analysis::Estimate followed;
      if (!adherence.empty()) {
        ASSIGN_OR_RETURN(followed, analysis::ScoreMeanInterval(adherence, level));
      }
      add(followed, &row);
      analysis::Estimate right;
      if (!content.empty()) {
        ASSIGN_OR_RETURN(right, analysis::ScoreMeanInterval(content, level));
      }
      add(right, &row);
      row.push_back(tokens / questions.size());
      row.push_back(static_cast<int64_t>(questions.size()));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

absl::Status Write(const Pipeline& pipeline, const EvaluationSpec& evaluation) {
  const auto path = [&](absl::string_view name) { return pipeline.run->PathOf(name); };
  ASSIGN_OR_RETURN(const std::vector<WinRateRow> win_rates, AllWinRates(pipeline, evaluation));
  RETURN_IF_ERROR(analysis::WriteTable(analysis::WinRateTable(win_rates), path(WinRatesStem(evaluation.name()))));
  const std::string title = TitleOf(pipeline.spec.evaluations(), evaluation);
  std::string summary;
  for (const std::string& judge : JudgeNames(evaluation)) {
    for (const int setting : evaluation.settings()) {
      const analysis::Table table = Titled(analysis::WinRateSummary(win_rates, SettingName(setting), judge), title);
      absl::StrAppend(&summary, analysis::ToText(table), "\n");
    }
  }
  if (HasAgreement(evaluation)) {
    ASSIGN_OR_RETURN(const analysis::Table agreement, JudgeAgreement(pipeline, evaluation));
    RETURN_IF_ERROR(analysis::WriteTable(agreement, path(JudgeAgreementStem(evaluation.name()))));
    absl::StrAppend(&summary, analysis::ToText(Titled(agreement, title)), "\n");
  }
  std::vector<AnswerScore> scores;
  ASSIGN_OR_RETURN(const analysis::Table arms, ArmTable(pipeline, evaluation, &scores));
  RETURN_IF_ERROR(WriteLines(path(ScoresFile(evaluation.name())), scores));
  RETURN_IF_ERROR(analysis::WriteTable(arms, path(ArmsStem(evaluation.name()))));
  absl::StrAppend(&summary, analysis::ToText(Titled(arms, title)), "\n");
  return base::WriteFileAtomically(path(SummaryFile(evaluation.name())), summary);
}

// Files, not the folder: other stages have tables in it too.
std::vector<StageOutput> FilesOf(const std::vector<std::string>& stems) {
  std::vector<StageOutput> files;
  for (const std::string& stem : stems) {
    const std::vector<std::string> of_table = TableFiles(stem);
    files.insert(files.end(), of_table.begin(), of_table.end());
  }
  return files;
}

}  // namespace

absl::Status WriteReport(const Pipeline& pipeline, const EvaluationSpec& evaluation, std::string* summary) {
  const std::string& name = evaluation.name();
  std::vector<std::string> inputs;
  AddConstitutions(pipeline, evaluation.constitutions(), &inputs);
  inputs.push_back(absl::StrCat("queries/", evaluation.queries()));
  for (const std::string& judge : JudgeNames(evaluation)) {
    for (const int setting : evaluation.settings()) {
      for (const sami_harness::Comparison& comparison : evaluation.comparisons()) {
        inputs.push_back(JudgmentsFile(name, ComparisonName(comparison), judge, SettingName(setting)));
      }
    }
  }
  for (const std::string& arm : AskedArms(pipeline.spec, evaluation)) {
    for (const int setting : evaluation.settings()) inputs.push_back(AnswersFile(name, arm, SettingName(setting)));
  }
  std::vector<std::string> stems = {WinRatesStem(name), ArmsStem(name)};
  std::string settings = SettingsOf(pipeline, {&pipeline.spec});
  if (HasAgreement(evaluation)) {
    stems.push_back(JudgeAgreementStem(name));
    absl::StrAppend(&settings, "agreement of judges\n");  // earlier versions' entries of the store have none
  }
  std::vector<StageOutput> outputs = FilesOf(stems);
  outputs.emplace_back(SummaryFile(name));
  outputs.emplace_back(ScoresFile(name));
  RETURN_IF_ERROR(RunPipelineStage(pipeline, {"tables", name}, settings, inputs, outputs,
                                   [&](const std::string&) { return Write(pipeline, evaluation); }));
  ASSIGN_OR_RETURN(*summary, OutputText(pipeline, "tables_" + name, SummaryFile(name)));
  return absl::OkStatus();
}

absl::Status WriteInformationReport(const Pipeline& pipeline, const InformationSpec& information,
                                    std::string* summary) {
  const std::string& name = information.name();
  std::vector<std::string> inputs;
  std::string settings = SettingsOf(pipeline, {&pipeline.spec.statistics()});
  absl::StrAppend(&settings, "name: ", name, " title: ", TitleOf(pipeline.spec.information(), information), "\n");
  for (const std::string& arm : AskedArms(pipeline.spec, information)) {
    inputs.push_back(InformationFile(name, arm));
    absl::StrAppend(&settings, "arm: ", arm, "\n");
  }
  const std::string stem = MutualInformationStem(name), text = TextFile(stem);
  const std::string by_principle = PrincipleInformationStem(name);
  std::vector<StageOutput> outputs = FilesOf({stem, by_principle});
  outputs.emplace_back(text);
  RETURN_IF_ERROR(RunPipelineStage(
      pipeline, {"information_table", name}, settings, inputs, outputs, [&](const std::string&) -> absl::Status {
        ASSIGN_OR_RETURN(const auto rows, AllInformation(pipeline, information));
        const analysis::Table table =
            Titled(analysis::MutualInformationTable(rows), TitleOf(pipeline.spec.information(), information));
        RETURN_IF_ERROR(analysis::WriteTable(table, pipeline.run->PathOf(stem)));
        ASSIGN_OR_RETURN(const analysis::Table principles, ByPrinciple(pipeline, information));
        RETURN_IF_ERROR(analysis::WriteTable(principles, pipeline.run->PathOf(by_principle)));
        return base::WriteFileAtomically(pipeline.run->PathOf(text), analysis::ToText(table) + "\n");
      }));
  ASSIGN_OR_RETURN(*summary, OutputText(pipeline, "information_table_" + name, text));
  return absl::OkStatus();
}

}  // namespace experiments

#include "experiments/run/layout.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "training/tensorboard/event_file.h"

namespace experiments {
namespace {

std::string InFileName(const std::string& arm) { return absl::StrReplaceAll(arm, {{"_", "-"}}); }

}  // namespace

std::string RowsFile(const std::string& stem) { return stem + ".json"; }

std::vector<std::string> TableFiles(const std::string& stem) {
  return {RowsFile(stem), stem + ".csv", stem + ".md", stem + ".tex"};
}

std::string TextFile(const std::string& stem) { return stem + ".txt"; }

std::string StageFile(const std::string& stage) { return absl::StrCat(kStagesFolder, "/", stage, ".textproto"); }

std::string QuestionsFile(const std::string& evaluation) { return absl::StrCat("questions/", evaluation, ".jsonl"); }
std::string AnswersFolder(const std::string& evaluation) { return absl::StrCat("answers/", evaluation, "/"); }
std::string AnswersFile(const std::string& evaluation, const std::string& arm, const std::string& setting) {
  return absl::StrCat(AnswersFolder(evaluation), setting, "/", arm, ".jsonl");
}
std::string JudgmentsFile(const std::string& evaluation, const std::string& comparison, const std::string& judge,
                          const std::string& setting) {
  return absl::StrCat("judgments/", evaluation, "/", comparison, "/", judge, "_", setting, "_pair.jsonl");
}
std::string JudgeOfFile(const std::string& judgments_file, const std::string& setting) {
  const std::string name = judgments_file.substr(judgments_file.rfind('/') + 1);
  const std::string of_any = JudgmentsFile("", "", "", setting);
  return std::string(absl::StripSuffix(name, of_any.substr(of_any.rfind('/') + 1)));
}
std::string ExchangesFile(const std::string& evaluation, const std::string& judge) {
  return absl::StrCat("exchanges/", evaluation, "/", judge, ".jsonl");
}
std::string WinRatesStem(const std::string& evaluation) { return absl::StrCat("tables/", evaluation, "/win_rates"); }
std::string ArmsStem(const std::string& evaluation) { return absl::StrCat("tables/", evaluation, "/arms"); }
std::string JudgeAgreementStem(const std::string& evaluation) {
  return absl::StrCat("tables/", evaluation, "/judge_agreement");
}
std::string SummaryFile(const std::string& evaluation) { return absl::StrCat("tables/", evaluation, "/summary.txt"); }

std::string ScoresFile(const std::string& evaluation) { return absl::StrCat("tables/", evaluation, "/scores.jsonl"); }

std::string InformationFile(const std::string& information, const std::string& arm) {
  return absl::StrCat("information/", information, "/", arm, ".jsonl");
}
std::string PrincipleInformationStem(const std::string& information) {
  return absl::StrCat("tables/", information, "/information_by_principle");
}

std::string MutualInformationStem(const std::string& information) {
  return absl::StrCat("tables/", information, "/mutual_information");
}

std::string AttemptsFile(const std::string& accuracy, const std::string& arm) {
  return absl::StrCat("attempts/", accuracy, "/", arm, ".jsonl");
}
std::string AccuracyFolder(const std::string& accuracy) { return "accuracy/" + accuracy; }
std::string AccuracyStem(const std::string& accuracy) { return AccuracyFolder(accuracy) + "/accuracy"; }
std::string AccuracySummaryStem(const std::string& accuracy) { return AccuracyFolder(accuracy) + "/summary"; }
std::string AccuracySummaryFile(const std::string& accuracy) { return TextFile(AccuracySummaryStem(accuracy)); }
std::string ExtractionStem(const std::string& accuracy) { return AccuracyFolder(accuracy) + "/extraction"; }
std::string AttemptsCurveStem(const std::string& accuracy) { return AccuracyFolder(accuracy) + "/attempts"; }
std::string DifferencesCurveStem(const std::string& accuracy) { return AccuracyFolder(accuracy) + "/differences"; }

std::string PrinciplesFile(const std::string& constitutions) {
  return absl::StrCat("constitutions/", constitutions, ".json");
}
std::string ContrastiveFile(const std::string& data) { return absl::StrCat("data/", data, "/contrastive.jsonl"); }
std::string FiltersFile(const std::string& data) { return absl::StrCat("data/", data, "/filters.json"); }
std::string LeakAudit(const std::string& data) { return absl::StrCat("data/", data, "/leak_audit"); }
std::string LeakAuditArms(const std::string& data) { return absl::StrCat("data/", data, "/leak_audit_arms"); }

std::string ModelFolder(const std::string& arm) { return "models/" + arm; }
std::string AdapterFolder(const std::string& arm) { return "adapters/" + arm; }
std::string CheckpointsFolder(const std::string& arm) { return "checkpoints/" + arm; }
std::string MetricsFile(const std::string& arm) { return absl::StrCat("metrics/", arm, ".jsonl"); }
std::string EventsFile(const std::string& arm) {
  return absl::StrCat("tensorboard/", arm, "/", training::kEventFileName);
}

std::string TrainingCostFile(const std::string& arm) { return absl::StrCat("costs/", arm, ".jsonl"); }

std::string LmEvalTaskName(const std::string& accuracy, LmEvalTask task) {
  return accuracy + (task == LmEvalTask::kGreedy ? "_t0" : "_samples");
}

std::string LmEvalFolder(const std::string& accuracy) { return "lm_eval/" + accuracy; }

std::string LmEvalSamplesFile(const std::string& accuracy, LmEvalTask task, const std::string& arm) {
  return absl::StrCat(LmEvalFolder(accuracy), "/", arm, "/samples_", LmEvalTaskName(accuracy, task), "_",
                      InFileName(arm), ".jsonl");
}

std::string LmEvalResultsFile(const std::string& accuracy, const std::string& arm) {
  return absl::StrCat(LmEvalFolder(accuracy), "/", arm, "/results_", InFileName(arm), ".json");
}

}  // namespace experiments

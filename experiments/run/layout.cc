#include "experiments/run/layout.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
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
std::string AnswersFile(const std::string& arm) { return absl::StrCat("answers/", arm, ".jsonl"); }
std::string InformationFile(const std::string& arm) { return absl::StrCat("information/", arm, ".jsonl"); }
std::string AttemptsFile(const std::string& arm) { return absl::StrCat("attempts/", arm, ".jsonl"); }

std::string JudgmentsFile(const std::string& judge, const std::string& setting) {
  return absl::StrCat("judgments/", judge, "_", setting, "_pair.jsonl");
}

std::string ExchangesFile(const std::string& judge) { return absl::StrCat("exchanges/", judge, ".jsonl"); }

std::string LmEvalTaskName(const std::string& run, LmEvalTask task) {
  return run + (task == LmEvalTask::kGreedy ? "_t0" : "_samples");
}

std::string LmEvalSamplesFile(const std::string& run, LmEvalTask task, const std::string& arm) {
  return absl::StrCat(kLmEvalFolder, "/", arm, "/samples_", LmEvalTaskName(run, task), "_", InFileName(arm), ".jsonl");
}

std::string LmEvalResultsFile(const std::string& arm) {
  return absl::StrCat(kLmEvalFolder, "/", arm, "/results_", InFileName(arm), ".json");
}

}  // namespace experiments

#include "experiments/run/run_files.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/textproto/text_proto.h"
#include "experiments/spec/results_version.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;
using ::base::Json;
using ::sami_harness::OutputRecord;
using ::sami_harness::StageRecord;

// Of one file, lines that are left out and said one by one.
constexpr int64_t kNamedLines = 3;

std::string FolderOf(const std::string& file) { return file.substr(0, file.rfind('/') + 1); }

template <typename Nodes>
std::vector<std::string> NamesOf(const Nodes& nodes) {
  std::vector<std::string> names;
  for (const auto& node : nodes) names.push_back(node.name());
  return names;
}

// What reports read of what stages wrote: models are often moved away, and a report is no input of another.
bool IsRead(const StageRecord& stage, const OutputRecord& output) {
  const std::string folder = FolderOf(output.path());
  return stage.name() != kPageStage && folder != ModelFolder("") && folder != AdapterFolder("") &&
         folder != CheckpointsFolder("");
}

}  // namespace

std::string RunFiles::PathOf(const std::string& file) const { return absl::StrCat(path_, "/", file); }

void RunFiles::Warn(const std::string& warning) const {
  if (std::find(warnings_.begin(), warnings_.end(), warning) == warnings_.end()) warnings_.push_back(warning);
}

absl::StatusOr<std::string> RunFiles::Read(const std::string& file, int64_t max_bytes) const {
  absl::StatusOr<std::string> text = base::ReadFile(PathOf(file), max_bytes);
  if (!text.ok() && !absl::IsNotFound(text.status())) unreadable_.Update(text.status());
  return text;
}

bool RunFiles::Has(const std::string& file) const {
  std::error_code error;  // a link into a store that was moved away leads to nothing
  return fs::exists(PathOf(file), error);
}

absl::StatusOr<RunFiles> RunFiles::Open(const std::string& path, bool with_record) {
  RunFiles run(path);
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    return absl::InvalidArgumentError(
        absl::StrCat("there is no folder \"", path, "\"; name the run folder that an experiment printed"));
  }
  std::vector<std::string> parts = {kSpecFile};
  for (const std::string& file :
       {ContrastiveFile("x"), AnswersFile("x", "x", "x"), JudgmentsFile("x", "x", "x", "x"), AttemptsFile("x", "x"),
        MetricsFile("x"), TrainingCostFile("x"), InformationFile("x", "x"), WinRatesStem("x"), AccuracyStem("x")}) {
    parts.push_back(file.substr(0, file.find('/') + 1));
  }
  if (std::none_of(parts.begin(), parts.end(), [&](const std::string& part) { return run.Has(part); })) {
    return absl::InvalidArgumentError(absl::StrCat("\"", path, "\" is no run folder: it has none of ",
                                                   absl::StrJoin(parts, ", "),
                                                   "; name the folder that an experiment printed (its --out)"));
  }
  run.ReadSpec();
  if (with_record) run.ReadRecord();
  if (!run.record_.has_value()) run.ReadStages();
  run.ReadOutputs();
  return run;
}

void RunFiles::ReadSpec() {
  const auto text = Read(kSpecFile, base::kMaxTextProtoBytes);
  if (!text.ok()) {
    Warn("spec.textproto is missing: arms are taken from the files' names, and nothing is known of the settings.");
    return;
  }
  spec_text_ = *text;
  absl::string_view first_line = absl::string_view(spec_text_).substr(0, spec_text_.find('\n'));
  if (absl::ConsumePrefix(&first_line, kRunIdLine)) run_id_ = std::string(first_line);
  const absl::Status status = base::ParseTextProto(spec_text_, kSpecFile, &spec_);
  if (status.ok()) return;
  spec_.Clear();
  (void)base::ParseKnownFields(spec_text_, &spec_);
  Warn(absl::StrCat("The run folder is of another version than this program: ", std::string(status.message()),
                    ". What both know is read."));
}

void RunFiles::ReadRecord() {
  const auto text = Read(kRecordFile, base::kMaxTextProtoBytes);
  if (!text.ok()) {
    Warn("record.textproto is missing: the run is not complete, or was changed since.");
    return;
  }
  record_.emplace();
  if (!base::ParseKnownFields(*text, &*record_)) {
    Warn("record.textproto is no record that this program understands: what comes before the error is read.");
  }
  stages_.assign(record_->stages().begin(), record_->stages().end());
  if (record_->results_version() != kResultsVersion) {
    Warn(
        absl::StrFormat("Made with results version %d; this program computes version %d. The same spec gives other "
                        "numbers there (CHANGELOG.md, [numbers]).",
                        record_->results_version(), kResultsVersion));
  }
  const size_t spec = run_id_.empty() ? 0 : spec_text_.find('\n') + 1;
  if (record_->has_spec_sha256() && !spec_text_.empty() &&
      base::Sha256Hex(absl::string_view(spec_text_).substr(spec)) != record_->spec_sha256()) {
    Warn("spec.textproto is not what the run was made with: record.textproto has another SHA-256.");
  }
}

void RunFiles::ReadStages() {
  const std::string all = StageFile("*");
  const size_t star = all.find('*');
  for (const std::string& name : Names(all.substr(0, star), all.substr(star + 1))) {
    const auto text = Read(StageFile(name), base::kMaxTextProtoBytes);
    if (!text.ok() || name == kPageStage) continue;
    stages_.emplace_back();
    if (!base::ParseKnownFields(*text, &stages_.back())) Warn(StageFile(name) + " is no record of a stage.");
  }
}

void RunFiles::ReadOutputs() {
  for (const StageRecord& stage : stages_) {
    for (const OutputRecord& output : stage.outputs()) {
      outputs_[output.path()] = {stage.name(), output.sha256()};
      if (IsRead(stage, output) && !Has(output.path())) {
        Warn(absl::StrCat(output.path(), " is missing, which stage ", stage.name(), " wrote."));
      }
    }
  }
}

std::vector<std::string> RunFiles::Names(const std::string& before, const std::string& after) const {
  const std::string folder = FolderOf(before), start = before.substr(folder.size());
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(PathOf(folder), error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.size() < start.size() + after.size() || !absl::StartsWith(name, start) || !absl::EndsWith(name, after)) {
      continue;
    }
    names.push_back(name.substr(start.size(), name.size() - start.size() - after.size()));
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    unreadable_.Update(absl::UnavailableError(absl::StrCat(PathOf(folder), ": cannot be read: ", error.message())));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<RunFiles::Asker> RunFiles::Askers(std::vector<std::string> names,
                                              const std::vector<std::string>& patterns) const {
  for (const std::string& pattern : patterns) {
    const size_t star = pattern.find('*');
    for (const std::string& name : Names(pattern.substr(0, star), "")) {
      const bool is_one = Has(absl::StrCat(pattern.substr(0, star), name, pattern.substr(star + 1)));
      if (is_one && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  std::vector<Asker> askers;
  for (const std::string& name : names) askers.push_back({name, names.size() > 1 ? name : ""});
  return askers;
}

std::vector<RunFiles::Asker> RunFiles::Evaluations() const {
  return Askers(NamesOf(spec_.evaluations()), {AnswersFolder("*"), "judgments/*/", RowsFile(WinRatesStem("*"))});
}
std::vector<RunFiles::Asker> RunFiles::Information() const {
  return Askers(NamesOf(spec_.information()),
                {FolderOf(InformationFile("*", "")), RowsFile(MutualInformationStem("*"))});
}
std::vector<RunFiles::Asker> RunFiles::Accuracies() const {
  return Askers(NamesOf(spec_.accuracy()), {FolderOf(AttemptsFile("*", "")), AccuracyFolder("*")});
}

std::vector<std::string> RunFiles::Arms(const std::string& pattern) const {
  std::vector<std::string> order = {"base"}, arms;
  for (const sami_harness::Arm& arm : spec_.arms()) order.push_back(arm.name());
  const size_t star = pattern.find('*');
  const std::vector<std::string> names = Names(pattern.substr(0, star), pattern.substr(star + 1));
  order.insert(order.end(), names.begin(), names.end());
  for (const std::string& arm : order) {
    const bool is_there = std::find(names.begin(), names.end(), arm) != names.end();
    if (is_there && std::find(arms.begin(), arms.end(), arm) == arms.end()) arms.push_back(arm);
  }
  return arms;
}

std::vector<RunFiles::ArmAnswers> RunFiles::Answers(const std::string& evaluation) const {
  std::vector<ArmAnswers> answers;
  for (const std::string& setting : Names(AnswersFolder(evaluation), "")) {
    for (const std::string& arm : Arms(AnswersFile(evaluation, "*", setting))) {
      const auto is_arms = [&](const ArmAnswers& known) { return known.arm == arm; };
      auto found = std::find_if(answers.begin(), answers.end(), is_arms);
      if (found == answers.end()) found = answers.insert(found, {arm, {}});
      found->files.push_back(AnswersFile(evaluation, arm, setting));
    }
  }
  return answers;
}

std::vector<std::string> RunFiles::JudgmentsFiles(const std::string& evaluation) const {
  const std::string all = JudgmentsFile(evaluation, "*", "*", "*");
  std::vector<std::string> files;
  for (const std::string& comparison : Names(all.substr(0, all.find('*')), "")) {
    const std::string pattern = JudgmentsFile(evaluation, comparison, "*", "*");
    const std::string folder = FolderOf(pattern), ending = pattern.substr(pattern.rfind('*') + 1);
    for (const std::string& name : Names(folder, ending)) files.push_back(absl::StrCat(folder, name, ending));
  }
  return files;
}

absl::optional<std::string> RunFiles::Content(const std::string& file) const {
  const auto content = Read(file, base::kMaxFileBytes);
  if (!content.ok()) {
    // A stage's file was named when the folder was opened.
    if (outputs_.count(file) == 0) Warn(absl::StrCat(file, " is missing."));
    return absl::nullopt;
  }
  CheckUnchanged(file, *content);
  return *content;
}

void RunFiles::CheckUnchanged(const std::string& file, const std::string& content) const {
  if (outputs_.empty()) return;
  for (size_t end = file.size(); end != std::string::npos && end > 0; end = file.rfind('/', end - 1)) {
    const std::string path = file.substr(0, end);
    const auto output = outputs_.find(path);
    if (output == outputs_.end()) continue;
    if (!checked_.insert(path).second) return;
    const bool same = path == file ? base::Sha256Hex(content) == output->second.sha256
                                   : base::Sha256HexOfFolder(PathOf(path)).value_or("") == output->second.sha256;
    if (!same) {
      Warn(absl::StrCat(path, " is not what stage ", output->second.stage, " wrote: it was changed after the run."));
    }
    return;
  }
  Warn(absl::StrCat(file, " was written by no stage of this run."));
}

void RunFiles::ForEachLine(const std::string& file,
                           absl::FunctionRef<absl::Status(const base::JsonLine&)> visit) const {
  const absl::optional<std::string> content = Content(file);
  if (!content.has_value()) return;
  absl::string_view text = *content;
  int64_t whole = 0, left_out = 0;
  for (int64_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const bool is_whole = end != absl::string_view::npos;
    const absl::string_view line = text.substr(0, end);
    text.remove_prefix(is_whole ? end + 1 : text.size());
    if (line.find_first_not_of(" \t\r") == absl::string_view::npos) continue;
    const std::string where = absl::StrCat(file, ":", number);
    auto parsed = base::ParseJson(line, where);
    std::string problem;
    if (!parsed.ok() && !is_whole) {
      Warn(absl::StrCat(file, " ends within line ", number, ": it was read up to its last whole line."));
    } else if (!parsed.ok() || !parsed->is_object()) {
      problem = where + " is no JSON object";
    } else if (const absl::Status status = visit({*std::move(parsed), where}); !status.ok()) {
      problem = std::string(status.message());
    } else {
      ++whole;
    }
    if (!problem.empty() && ++left_out <= kNamedLines) Warn(problem + "; the line was left out.");
  }
  if (left_out > kNamedLines) Warn(absl::StrCat(file, ": ", left_out, " lines were left out in all."));
  if (whole == 0) Warn(absl::StrCat(file, " has no record that can be read."));
}

JsonRows RunFiles::Rows(const std::string& stem) const {
  const std::string file = RowsFile(stem);
  if (!Has(file)) return {};
  const auto table = base::ParseJson(Content(file).value_or(""), file);
  JsonRows rows;
  for (const Json& row : table.ok() && table->is_array() ? *table : Json::array()) {
    if (row.is_object()) rows.push_back(row);
  }
  if (rows.empty()) Warn(absl::StrCat(file, " is no list of rows; what it says is left out."));
  return rows;
}

}  // namespace experiments

#include "experiments/report/run_files.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/textproto/text_proto.h"
#include "experiments/spec/results_version.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;
using ::base::Json;

// What this program knows of a message that another version wrote.
void ParseWhatIsKnown(const std::string& text, google::protobuf::Message* message) {
  struct Silent : google::protobuf::io::ErrorCollector {
    void AddError(int, int, const std::string&) override {}
  } silent;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&silent);
  parser.AllowUnknownField(true);
  parser.AllowPartialMessage(true);
  // On an error, such as an enumeration's value that this version has not, what came before it is kept.
  (void)parser.ParseFromString(text, message);
}

}  // namespace

std::string RunFiles::PathOf(const std::string& name) const { return absl::StrCat(path_, "/", name); }

void RunFiles::Warn(const std::string& warning) const {
  if (std::find(warnings_.begin(), warnings_.end(), warning) == warnings_.end()) warnings_.push_back(warning);
}

bool RunFiles::Has(const std::string& name) const { return base::FileExists(PathOf(name)); }

absl::StatusOr<RunFiles> RunFiles::Open(const std::string& path, bool with_record) {
  RunFiles run(path);
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    return absl::InvalidArgumentError(
        absl::StrCat("there is no folder \"", path, "\"; name the run folder that an experiment printed"));
  }
  const std::vector<std::string> parts = {"spec.textproto", "answers", "judgments", "attempts", "metrics", "tables"};
  if (std::none_of(parts.begin(), parts.end(), [&](const std::string& part) { return run.Has(part); })) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", path,
        "\" is no run folder: it has no spec.textproto, answers/, judgments/, attempts/, metrics/ or tables/; ",
        "name the folder that an experiment printed (its --out)"));
  }
  run.ReadSpec();
  if (with_record) run.ReadRecord();
  if (!run.record_.has_value()) run.ReadStages();
  return run;
}

void RunFiles::ReadSpec() {
  const auto text = base::ReadFile(PathOf("spec.textproto"));
  if (!text.ok()) {
    Warn("spec.textproto is missing: arms are taken from the files' names, and nothing is known of the settings.");
    return;
  }
  spec_text_ = *text;
  absl::string_view first_line = absl::string_view(spec_text_).substr(0, spec_text_.find('\n'));
  if (absl::ConsumePrefix(&first_line, "# run id: ")) run_id_ = std::string(first_line);
  const absl::Status status = ParseTextProto(spec_text_, "spec.textproto", &spec_);
  if (status.ok()) return;
  ParseWhatIsKnown(spec_text_, &spec_);
  Warn(absl::StrCat("The run folder is of another version than this program: ", std::string(status.message()),
                    ". What both know is read."));
}

void RunFiles::ReadRecord() {
  const auto text = base::ReadFile(PathOf("record.textproto"));
  if (!text.ok()) {
    Warn("record.textproto is missing: the run is not complete, or was changed since.");
    return;
  }
  record_.emplace();
  ParseWhatIsKnown(*text, &*record_);
  stages_.assign(record_->stages().begin(), record_->stages().end());
  if (record_->results_version() != kResultsVersion) {
    Warn(
        absl::StrFormat("Made with results version %d; this program computes version %d. The same spec gives other "
                        "numbers there (CHANGELOG.md, [numbers]).",
                        record_->results_version(), kResultsVersion));
  }
}

void RunFiles::ReadStages() {
  for (const std::string& name : Names("stages", ".textproto")) {
    const auto stage = base::ReadFile(PathOf(absl::StrCat("stages/", name, ".textproto")));
    if (!stage.ok() || name == kPageStage) continue;
    stages_.emplace_back();
    ParseWhatIsKnown(*stage, &stages_.back());
  }
}

std::vector<std::string> RunFiles::Names(const std::string& folder, const std::string& suffix) const {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(PathOf(folder), error)) {
    const std::string name = entry.path().filename().string();
    if (absl::EndsWith(name, suffix)) names.push_back(name.substr(0, name.size() - suffix.size()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> RunFiles::Arms(const std::string& folder) const {
  std::vector<std::string> order = {"base"}, arms;
  for (const sami_harness::Arm& arm : spec_.arms()) order.push_back(arm.name());
  const std::vector<std::string> names = Names(folder, ".jsonl");
  order.insert(order.end(), names.begin(), names.end());
  for (const std::string& arm : order) {
    const bool is_there = std::find(names.begin(), names.end(), arm) != names.end();
    if (is_there && std::find(arms.begin(), arms.end(), arm) == arms.end()) arms.push_back(arm);
  }
  return arms;
}

void RunFiles::ForEachLine(const std::string& name, absl::FunctionRef<void(const Json&)> visit) const {
  const auto content = base::ReadFile(PathOf(name));
  if (!content.ok()) {
    Warn(absl::StrCat(name, " is missing."));
    return;
  }
  absl::string_view text = *content;
  for (int64_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const bool is_whole = end != absl::string_view::npos;
    absl::string_view line = text.substr(0, end);
    text.remove_prefix(is_whole ? end + 1 : text.size());
    if (line.find_first_not_of(" \t\r") == absl::string_view::npos) continue;
    const auto parsed = base::ParseJson(line, absl::StrCat(name, ":", number));
    if (parsed.ok() && parsed->is_object()) {
      visit(*parsed);
    } else if (!is_whole) {
      Warn(absl::StrCat(name, " ends within line ", number, ": it was read up to its last whole line."));
    } else {
      Warn(absl::StrCat(name, ":", number, " is no JSON object; the line was left out."));
    }
  }
}

std::vector<Json> RunFiles::Rows(const std::string& name) const {
  const auto text = base::ReadFile(PathOf(name));
  if (!text.ok()) {
    Warn(absl::StrCat(name, " is missing."));
    return {};
  }
  const auto table = base::ParseJson(*text, name);
  std::vector<Json> rows;
  if (table.ok() && table->is_array()) {
    std::copy_if(table->begin(), table->end(), std::back_inserter(rows),
                 [](const Json& row) { return row.is_object(); });
  }
  if (rows.empty()) Warn(absl::StrCat(name, " is no list of rows; what it says is left out."));
  return rows;
}

std::string TextOf(const Json& object, const char* key, const std::string& fallback) {
  const auto member = object.find(key);
  return member != object.end() && member->is_string() ? member->get<std::string>() : fallback;
}

double NumberOf(const Json& object, const char* key) {
  const auto member = object.find(key);
  return member != object.end() && member->is_number() ? member->get<double>()
                                                       : std::numeric_limits<double>::quiet_NaN();
}

int64_t IntegerOf(const Json& object, const char* key, int64_t fallback) {
  const double number = NumberOf(object, key);
  // Beyond 2^53 a double is no count.
  return std::abs(number) <= 9007199254740992.0 ? static_cast<int64_t>(number) : fallback;
}

std::string IdOf(const Json& object, const char* key) {
  const auto member = object.find(key);
  if (member == object.end()) return "";
  return member->is_string() ? member->get<std::string>() : member->dump();
}

const Json& ElementAt(const Json& value, const std::vector<std::string>& path) {
  static const Json* const kNull = new Json(nullptr);
  const Json* at = &value;
  for (const std::string& step : path) {
    size_t index = 0;
    if (at->is_object() && at->contains(step)) {
      at = &(*at)[step];
    } else if (at->is_array() && absl::SimpleAtoi(step, &index) && index < at->size()) {
      at = &(*at)[index];
    } else {
      return *kNull;
    }
  }
  return *at;
}

}  // namespace experiments

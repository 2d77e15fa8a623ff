#include "experiments/paper_tables/ours.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "experiments/run/run_files.h"
#include "experiments/run/tables.h"
#include "google/protobuf/util/json_util.h"

namespace experiments {
namespace {

using ::base::Json;

// What this version knows of the run's spec, fields by their names.
absl::StatusOr<Json> SpecAsJson(const RunFiles& run) {
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  const auto status = google::protobuf::util::MessageToJsonString(run.spec(), &json, options);
  if (!status.ok()) return absl::InvalidArgumentError(absl::StrCat(run.path(), ": ", status.ToString()));
  return base::ParseJson(json, run.path());
}

// A member, or NaN. 64-bit integers are texts in Protobuf's JSON.
double Number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  double number = analysis::kUndefined;
  if (value.is_string() && !absl::SimpleAtod(value.get<std::string>(), &number)) return analysis::kUndefined;
  return number;
}

bool Has(const Json& row, const std::string& key, const std::string& text) {
  const auto found = row.find(key);
  return found != row.end() && found->is_string() && found->get<std::string>() == text;
}

}  // namespace

double NumberAt(const Json& value, absl::string_view path) {
  Json at = value;
  for (absl::string_view step : absl::StrSplit(path, '.')) {
    const std::vector<std::string> parts = absl::StrSplit(absl::StripSuffix(step, "]"), '[');
    if (!at.is_object() || !at.contains(parts[0])) return analysis::kUndefined;
    Json next = at[parts[0]];
    if (parts.size() == 2) {
      if (!next.is_array()) return analysis::kUndefined;
      Json named;
      for (const Json& entry : next) {
        if (Has(entry, "name", parts[1])) named = entry;
      }
      next = std::move(named);
    }
    at = std::move(next);
  }
  return Number(at);
}

absl::StatusOr<OurRun> OurRun::Open(const std::string& folder) {
  ASSIGN_OR_RETURN(const RunFiles files, RunFiles::Open(folder));
  OurRun run;
  ASSIGN_OR_RETURN(run.spec_, SpecAsJson(files));
  for (const RunFiles::Asker& evaluation : files.Evaluations()) {
    const auto rows = ParseWinRates(files.Rows(WinRatesStem(evaluation.name)));
    run.win_rates_.insert(run.win_rates_.end(), rows.begin(), rows.end());
  }
  for (const RunFiles::Asker& accuracy : files.Accuracies()) {
    const auto rows = ParseAccuracy(files.Rows(AccuracyStem(accuracy.name)));
    run.accuracies_.insert(run.accuracies_.end(), rows.begin(), rows.end());
  }
  run.warnings_ = files.warnings();
  return run;
}

analysis::Estimate OurRun::Find(const ReportedTable& table, const ReportedRow& row, const std::string& category) const {
  analysis::Estimate estimate;
  if (row.ours.empty()) return estimate;
  const OurSource& source = *table.ours;
  const auto renamed = source.categories.find(category);
  const std::string& name = renamed == source.categories.end() ? category : renamed->second;
  switch (source.kind) {
    case OurSource::kSpec:
      if (spec_.contains(source.spec)) estimate.value = NumberAt(spec_, row.ours);
      break;
    case OurSource::kWinRates:
      for (const analysis::WinRateRow& ours : win_rates_) {
        const analysis::WinRateSubject& subject = ours.subject;
        if (subject.comparison == row.ours && subject.setting == source.setting && subject.judge == source.judge &&
            ours.category == name) {
          estimate = ours.win_rate;
        }
      }
      break;
    case OurSource::kAccuracy:
      for (const AccuracyRow& ours : accuracies_) {
        if (ours.name == row.ours && ours.category == name) estimate = ours.estimate;
      }
      break;
  }
  return estimate;
}

}  // namespace experiments

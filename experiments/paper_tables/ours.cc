#include "experiments/paper_tables/ours.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/status.h"
#include "experiments/spec/spec.pb.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/json_util.h"

namespace experiments {
namespace {

using ::base::Json;

// Protobuf would print every field that another version had.
class Quiet : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int, int, const std::string&) override {}
  void AddWarning(int, int, const std::string&) override {}
};

absl::StatusOr<Json> SpecAsJson(const std::string& path) {
  absl::StatusOr<std::string> text = base::ReadFile(path);
  if (!text.ok()) {
    return absl::NotFoundError(absl::StrCat("--run: no run folder, \"", path, "\" is missing or cannot be read"));
  }
  sami_harness::ExperimentSpec spec;
  google::protobuf::TextFormat::Parser parser;
  parser.AllowUnknownField(true);
  Quiet quiet;
  parser.RecordErrorsTo(&quiet);
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  if (!parser.ParseFromString(*text, &spec) ||
      !google::protobuf::util::MessageToJsonString(spec, &json, options).ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--run: ", path, " is no experiment's spec"));
  }
  return base::ParseJson(json, path);
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

bool Matches(const Json& row, const OurSource& source, const std::string& name, const std::string& category) {
  if (!Has(row, source.row, name) || !Has(row, source.category, category)) return false;
  for (const auto& [key, text] : source.where) {
    if (!Has(row, key, text)) return false;
  }
  return true;
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

absl::StatusOr<OurRun> OurRun::Open(const std::string& folder, const std::vector<ReportedTable>& tables) {
  OurRun run;
  ASSIGN_OR_RETURN(run.spec_, SpecAsJson(absl::StrCat(folder, "/spec.textproto")));
  for (const ReportedTable& table : tables) {
    if (!table.ours.has_value() || table.ours->file.empty()) continue;
    const std::string path = absl::StrCat(folder, "/", table.ours->file);
    if (!base::FileExists(path)) continue;
    ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
    ASSIGN_OR_RETURN(Json rows, base::ParseJson(text, path));
    if (!rows.is_array()) return absl::InvalidArgumentError(absl::StrCat(path, ": must be a list of rows"));
    run.tables_[table.ours->file] = std::move(rows);
  }
  return run;
}

analysis::Estimate OurRun::Find(const ReportedTable& table, const ReportedRow& row, const std::string& category) const {
  analysis::Estimate estimate;
  if (row.ours.empty()) return estimate;
  const OurSource& source = *table.ours;
  if (source.file.empty()) {
    if (spec_.contains(source.spec)) estimate.value = NumberAt(spec_, row.ours);
    return estimate;
  }
  const auto rows = tables_.find(source.file);
  if (rows == tables_.end()) return estimate;
  const auto renamed = source.categories.find(category);
  for (const Json& candidate : rows->second) {
    if (!candidate.is_object() ||
        !Matches(candidate, source, row.ours, renamed == source.categories.end() ? category : renamed->second)) {
      continue;
    }
    estimate.value = Number(candidate.value(source.value, Json()));
    estimate.low = Number(candidate.value(source.low, Json()));
    estimate.high = Number(candidate.value(source.high, Json()));
    const double n = Number(candidate.value("n", Json(0)));
    estimate.n = n >= 0 ? static_cast<int64_t>(n) : 0;
  }
  return estimate;
}

}  // namespace experiments
